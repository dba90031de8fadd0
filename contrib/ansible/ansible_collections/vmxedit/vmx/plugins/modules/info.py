#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: info
short_description: Describe VMs by their VMware .vmx files
author:
  - The vmxedit developers (!UNKNOWN)
description:
  - Returns guest, hardware, disks, network cards, snapshots and power state of VMs, as C(vmxedit show) reads them. Changes nothing.
options:
  paths:
    description:
      - C(.vmx) files, folders that contain one, or Fusion bundles.
      - Files on other hosts, such as C(root@esx1:/vmfs/volumes/ds1/web/web.vmx), or C(ssh://root@esx1/) for all VMs that an ESXi host has
        registered.
      - Give either this option or O(path).
    type: list
    elements: str
  path:
    description: One of these. A comma in it is a part of the name.
    type: str
  recursive:
    description: Whether to describe every C(.vmx) file below the folders of O(paths).
    type: bool
    default: false
  keys:
    description: Keys of the files whose values are returned as RV(vms[].with).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - vmxedit.vmx.program
  - vmxedit.vmx.program.reading
seealso:
  - module: vmxedit.vmx.setting
  - module: vmxedit.vmx.check
"""

EXAMPLES = r"""
- name: Describe all VMs below a folder
  vmxedit.vmx.info:
    path: /vms
    recursive: true
    keys:
      - vhv.enable
  register: found

- name: List the VMs that run
  ansible.builtin.debug:
    msg: "{{ found.vms | selectattr('state', 'eq', 'running') | map(attribute='name') }}"
"""

RETURN = r"""
vms:
  description: The VMs. Other members are those of C(vmxedit show --json), whose schema is part of vmxedit's documentation.
  returned: if vmxedit ran
  type: list
  elements: dict
  contains:
    file:
      description: The file, as named in O(paths), or as found below it.
      type: str
    name:
      description: The name of the VM, or null.
      type: str
    guest:
      description: The guest operating system, or null.
      type: dict
    memory_mb:
      description: The memory in MB, or null.
      type: int
    cpus:
      description: The number of CPUs, sockets and cores, or null.
      type: dict
    state:
      description: The power state.
      type: str
    with:
      description: The values of O(keys), null for a key that the file does not set. The values of secret keys are V(****).
      type: dict
errors:
  description: The files that cannot be described, each with C(file), C(kind), C(message), C(hint) and C(code).
  returned: on failure
  type: list
  elements: dict
rc:
  description: The exit code of vmxedit. 2 is a usage error, 4 an unsuitable file, 5 a failure of the operating system.
  returned: on failure
  type: int
kind:
  description: What failed, as a stable word. The page on JSON in vmxedit's documentation lists them.
  returned: on failure, if vmxedit reports an error
  type: str
  sample: io
hint:
  description: What to do about it, in terms of vmxedit's command line.
  returned: on failure, if there is a hint
  type: str
"""

from ansible_collections.vmxedit.vmx.plugins.module_utils.vmxedit import reading_module, run


def main():
    module, paths = reading_module(
        keys=dict(type="list", elements="str", default=[], no_log=False),
    )
    params = module.params
    if not paths:
        module.exit_json(changed=False, vms=[])
    options = ["--recursive"] if params["recursive"] else []
    for key in params["keys"]:
        options.append("--with=" + key)
    output = run(module, ["show"] + options, paths)
    if output.rc != 0:
        module.fail_json(vms=output.documents, errors=output.errors, **output.failure())
    module.exit_json(changed=False, vms=output.documents)


if __name__ == "__main__":
    main()
