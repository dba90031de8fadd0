#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: check
short_description: Find mistakes in VMware .vmx files
author:
  - The vmxedit developers (!UNKNOWN)
description:
  - Fails if C(vmxedit check) finds an error, such as a duplicate key or a disk that does not exist. Changes nothing.
options:
  paths:
    description:
      - C(.vmx), C(.vmtx) and C(.vmsd) files, descriptors of disks, folders that contain one C(.vmx) file, or Fusion bundles.
      - Files on other hosts, such as C(root@esx1:/vmfs/volumes/ds1/web/web.vmx), or C(ssh://root@esx1/) for all VMs that an ESXi host has
        registered.
      - Give either this option or O(path).
    type: list
    elements: str
  path:
    description: One of these. A comma in it is a part of the name.
    type: str
  recursive:
    description: Whether to check every C(.vmx) and C(.vmtx) file below the folders of O(paths).
    type: bool
    default: false
  deny:
    description: Rules whose findings count as errors. Each one is a code, a name, or V(warnings) for all warnings.
    type: list
    elements: str
    default: []
  allow:
    description: Rules to disable. Each one is a code or a name.
    type: list
    elements: str
    default: []
  host:
    description: A product, such as V(esxi-6.7), whose limits the VMs have to keep.
    type: str
extends_documentation_fragment:
  - vmxedit.vmx.program
  - vmxedit.vmx.program.reading
seealso:
  - module: vmxedit.vmx.setting
  - module: vmxedit.vmx.info
"""

EXAMPLES = r"""
- name: Make sure that an ESXi 7.0 host can run the VM
  vmxedit.vmx.check:
    path: /vms/web/web.vmx
    host: esxi-7.0
    deny:
      - warnings

- name: Find mistakes in all files and go on
  vmxedit.vmx.check:
    path: /vms
    recursive: true
  register: checked
  failed_when: checked.rc is defined and checked.rc > 1
"""

RETURN = r"""
findings:
  description: What was found, in the order of the files.
  returned: if vmxedit ran
  type: list
  elements: dict
  contains:
    file:
      description: The file.
      type: str
    code:
      description: The code of the rule.
      type: str
      sample: VMX009
    severity:
      description: V(error), V(warning) or V(note).
      type: str
    line:
      description: The line, counted from 1; null for a finding about the whole file.
      type: int
    column:
      description: The character of the line, counted from 1, or null.
      type: int
    key:
      description: The key, or null.
      type: str
    message:
      description: What is wrong.
      type: str
    help:
      description: What to do about it, or null.
      type: str
    fixable:
      description: Whether C(vmxedit check --fix) corrects it.
      type: bool
files:
  description: The files that were checked.
  returned: if vmxedit ran
  type: list
  elements: str
errors:
  description: The files that cannot be checked, each with C(file), C(kind), C(message), C(hint) and C(code).
  returned: on failure
  type: list
  elements: dict
rc:
  description: The exit code of vmxedit. 1 means that there are errors in the files, 2 is a usage error, 4 an unsuitable file, 5 a failure of the
    operating system.
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

from ansible_collections.vmxedit.vmx.plugins.module_utils.vmxedit import counted, message, reading_module, run


def describe(findings):
    """Returns the errors among the findings as one text."""
    errors = [finding for finding in findings if finding["severity"] == "error"]
    texts = ["%s (%s)" % (message(finding), finding["code"]) for finding in errors]
    return "%s: %s" % (counted(len(errors), "error"), "; ".join(texts))


def main():
    module, paths = reading_module(
        deny=dict(type="list", elements="str", default=[]),
        allow=dict(type="list", elements="str", default=[]),
        host=dict(type="str"),
    )
    params = module.params
    if not paths:
        module.exit_json(changed=False, findings=[], files=[])
    options = ["--recursive"] if params["recursive"] else []
    for name in ("deny", "allow"):
        for rule in params[name]:
            options.append("--%s=%s" % (name, rule))
    if params["host"] is not None:
        options.append("--host=" + params["host"])
    output = run(module, ["check"] + options, paths)
    findings = [dict(finding, file=checked["file"]) for checked in output.documents for finding in checked["findings"]]
    result = dict(findings=findings, files=[checked["file"] for checked in output.documents])
    if output.rc == 1 and not output.errors:
        module.fail_json(msg=describe(findings), rc=1, errors=[], **result)
    if output.rc != 0:
        module.fail_json(errors=output.errors, **dict(result, **output.failure()))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
