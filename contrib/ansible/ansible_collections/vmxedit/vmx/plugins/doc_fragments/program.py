# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:

    # For all modules.
    DOCUMENTATION = r"""
requirements:
  - vmxedit, which the role P(vmxedit.vmx.install#role) installs
options:
  executable:
    description: The program, as a path, or as a name to look up in C(PATH), C(/usr/local/bin) and C(/opt/vmxedit/bin).
    type: path
    default: vmxedit
"""

    # For modules that change nothing.
    READING = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
  diff_mode:
    description: There is no difference to show.
    support: none
"""
