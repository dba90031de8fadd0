#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: setting
short_description: Set and remove entries of a VMware .vmx file
author:
  - The vmxedit developers (!UNKNOWN)
description:
  - Edits the configuration file of a virtual machine with the program C(vmxedit), which has to be installed where the module runs.
  - All changes of a task are made, or none. Lines that do not change keep every byte.
  - An edit is refused unless the VM is known to be off. Where nothing would change, nothing is written and nothing is refused.
  - A task applies O(preset) first, then O(from), O(unset) and O(settings).
options:
  path:
    description:
      - The C(.vmx) file, a folder that contains one, or a Fusion bundle.
      - A file on another host, such as C(root@esx1:/vmfs/volumes/ds1/web/web.vmx), which vmxedit edits over SSH. In a task for ESXi,
        use such a name with C(delegate_to=localhost), since ESXi 8 does not run programs that are not part of it.
    type: str
    required: true
    aliases: [file, dest]
  settings:
    description:
      - The keys to set, with their values, or the keys to remove if O(state=absent).
      - Booleans become V(TRUE) and V(FALSE), numbers become texts.
      - Keys are compared without regard to case. A key that contains V(*), V(?) or V([) is a pattern. It sets every entry that
        matches and adds none.
      - The values reach vmxedit in private files. They do not appear in the list of processes, the log or RV(ignore:invocation).
    type: dict
    default: {}
  state:
    description:
      - With V(present), the keys of O(settings) have their values.
      - With V(absent), the file has no entry with a key of O(settings), whatever the values are, which may be empty.
    type: str
    choices: [present, absent]
    default: present
  unset:
    description: Keys and patterns, such as V(ethernet1.*), of entries to remove.
    type: list
    elements: str
    default: []
  from:
    description: A file on the machine where the module runs, whose entries are set. Its format is that of a C(.vmx) file.
    type: str
  only:
    description: Patterns of keys. Only entries with such a key are taken from O(from).
    type: list
    elements: str
    default: []
  preset:
    description: Presets to apply. Each one is a name that C(vmxedit preset list) prints, or the path of a preset file.
    type: list
    elements: str
    default: []
  parameters:
    description:
      - The parameters of the presets. V(PRESET.NAME) sets a parameter of one preset only.
      - For a parameter that takes a file, the value is the content of the file.
    type: dict
    default: {}
  if_applicable:
    description: Whether to skip the file if a preset does not apply to it, instead of failing.
    type: bool
    default: false
  backup:
    description:
      - Whether to keep the old file, as C(FILE.bak), C(FILE.bak.1) and so on.
      - If it is not set, the configuration file of vmxedit decides, and without one there is no backup.
    type: bool
  wait:
    description:
      - The number of seconds to wait until the VM is off and its lock is free.
      - If it is not set, a VM that is not off is refused at once, unless the configuration file of vmxedit says something else.
    type: int
  reload:
    description: Whether an ESXi host should read the file again.
    type: bool
    default: false
attributes:
  check_mode:
    description: Can run in check mode and report what would change.
    support: full
  diff_mode:
    description: Returns the difference of the file, with the values of secret keys masked.
    support: full
extends_documentation_fragment:
  - vmxedit.vmx.program
seealso:
  - module: vmxedit.vmx.info
  - module: vmxedit.vmx.check
notes:
  - In check mode, a change is reported also where it would be refused because the VM is not off. A warning says so.
"""

EXAMPLES = r"""
- name: Give the VM 8 GB of memory, as soon as it is off
  vmxedit.vmx.setting:
    path: /vms/web/web.vmx
    settings:
      memsize: 8192
      vhv.enable: true
    wait: 600
    backup: true

- name: Remove the second network card and a setting
  vmxedit.vmx.setting:
    path: /vms/web/web.vmx
    state: absent
    settings:
      isolation.tools.copy.disable:
    unset:
      - ethernet1.*

- name: Open a console that needs a password
  vmxedit.vmx.setting:
    path: /vms/web/web.vmx
    preset: vnc-console
    parameters:
      port: 5901
      password: "{{ vault_vnc_password }}"

- name: Take the CPU and memory settings of another VM
  vmxedit.vmx.setting:
    path: /vms/web/web.vmx
    from: /vms/template/template.vmx
    only:
      - memsize
      - numvcpus
      - cpuid.*

- name: Edit a file on an ESXi host, from the machine that runs Ansible
  vmxedit.vmx.setting:
    path: root@esx1:/vmfs/volumes/ds1/web/web.vmx
    settings:
      numvcpus: 4
    reload: true
  delegate_to: localhost
"""

RETURN = r"""
updated_settings:
  description:
    - The entries that changed, or that would change in check mode, by key. V(old) is null for a new entry, V(new) for a removed one.
    - The values of secret keys are V(****).
  returned: if vmxedit has read the file and does not skip it
  type: dict
  sample:
    memsize:
      old: "4096"
      new: "8192"
    vhv.enable:
      old: null
      new: "TRUE"
backup_file:
  description: The path of the file that holds the old content.
  returned: if there is a backup
  type: str
  sample: /vms/web/web.vmx.bak
power_state:
  description:
    - The state of the VM after the task. One of V(off), V(running), V(suspended), V(open_in_gui), V(locked_elsewhere), V(settling) and
      V(unknown).
    - Null if the file does not describe a VM or cannot be read.
  returned: if vmxedit ran
  type: str
  sample: "off"
notes:
  description: What the presets ask you to do, and patterns that match nothing.
  returned: if vmxedit has read the file and does not skip it
  type: list
  elements: str
rc:
  description: The exit code of vmxedit. 2 is a usage error, 3 a refusal, 4 an unsuitable file, 5 a failure of the operating system.
  returned: on failure
  type: int
  sample: 3
kind:
  description: What failed, as a stable word. The page on JSON in vmxedit's documentation lists them.
  returned: on failure, if vmxedit reports an error
  type: str
  sample: not_off
hint:
  description: What to do about it, in terms of vmxedit's command line.
  returned: on failure, if there is a hint
  type: str
"""

import os
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vmxedit.vmx.plugins.module_utils.vmxedit import MASK, PROGRAM, run, texts_of, updated_settings


class SettingModule(AnsibleModule):
    """A module that hides the values of its arguments, which may be secrets, from the system's log and from its result."""

    def _log_invocation(self):
        self.hide_values()
        super()._log_invocation()

    def fail_json(self, msg, **kwargs):
        # Ansible returns the arguments with a failure, also with those that are not valid.
        self.hide_values()
        super().fail_json(msg, **kwargs)

    def hide_values(self):
        """Sets `edit` to the arguments, and masks values in those that Ansible logs and returns."""
        if not hasattr(self, "edit"):
            self.edit = dict(self.params)
            for name in ("settings", "parameters"):
                values = self.params.get(name)
                self.params[name] = dict.fromkeys(values, MASK) if isinstance(values, dict) else values and MASK


class Values:
    """Private files with values, in a folder that Ansible removes. Every user can read the arguments of a process."""

    def __init__(self, module):
        self.folder = tempfile.mkdtemp(prefix="vmxedit-", dir=module.tmpdir)
        self.count = 0

    def name(self, value):
        """Writes a value to a new file and returns @PATH."""
        path = os.path.join(self.folder, str(self.count))
        self.count += 1
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(value)
        return "@" + path

    def name_for_setting(self, value):
        """Writes the value of a setting, from which vmxedit removes the last newline."""
        return self.name(value + "\n" if value.endswith("\n") else value)


def edits(params, values):
    """Returns the options of `vmxedit apply` that say what to change."""
    options = []
    for preset in params["preset"]:
        options.append("--preset=" + preset)
    for name, value in texts_of(params["parameters"]).items():
        options.append("--param=%s=%s" % (name, values.name(value)))
    if params["from"] is not None:
        options.append("--from=" + params["from"])
    for pattern in params["only"]:
        options.append("--only=" + pattern)
    for pattern in params["unset"]:
        options.append("--unset=" + pattern)
    if params["state"] == "absent":
        for key in params["settings"]:
            options.append("--unset=" + key)
    else:
        for key, value in texts_of(params["settings"]).items():
            options.append("--set=%s=%s" % (key, values.name_for_setting(value)))
    return options


def saving(params, check_mode):
    """Returns the options that say how to change the file."""
    options = ["--diff"]
    if check_mode:
        options.append("--dry-run")
    if params["backup"] is not None:
        options.append("--backup" if params["backup"] else "--no-backup")
    if params["wait"] is not None:
        options.append("--wait=%s" % params["wait"])
    if params["reload"]:
        options.append("--reload")
    if params["if_applicable"]:
        options.append("--if-applicable")
    return options


def power_state(module):
    output = run(module, ["status"], [module.params["path"]])
    return output.documents[0]["state"] if output.documents else None


def check_arguments(module, params):
    absent = params["state"] == "absent"
    if absent and (params["preset"] or params["from"] is not None):
        module.fail_json(msg="state=absent removes the keys of settings: it cannot be used with preset or from")
    if absent and not params["settings"] and not params["unset"]:
        module.fail_json(msg="state=absent needs settings: the keys to remove")
    if params["parameters"] and not params["preset"]:
        module.fail_json(msg="parameters needs preset")
    if params["only"] and params["from"] is None:
        module.fail_json(msg="only needs from")
    if params["wait"] is not None and params["wait"] < 0:
        module.fail_json(msg="wait must be a number of seconds, not %s" % params["wait"])
    for key in params["settings"]:
        if "=" in key:
            module.fail_json(msg="settings: a key cannot contain '=': %s" % key.split("=")[0])


def report(module, output, values):
    """Ends the module with what the edit printed."""
    result = dict(power_state=power_state(module))
    edit = output.documents[0] if output.documents else None
    if edit is not None:
        # `updated_settings` names what changed even if something failed afterwards.
        result.update(changed=edit["changed"], updated_settings=updated_settings(edit["changes"]), notes=edit["notes"])
        if edit["backup"] is not None:
            result["backup_file"] = edit["backup"]
        if module._diff:
            result["diff"] = dict(prepared=edit.get("diff", ""))
        for warning in edit["warnings"]:
            module.warn("%s: %s" % (edit["file"], warning))
    if output.rc != 0:
        failure = output.failure()
        # A command line with the names of the private files cannot be used.
        if values.folder in failure.get("hint", ""):
            del failure["hint"]
        if failure.get("kind") == "not_off" and module.params["wait"] is None:
            failure["msg"] += ". Set wait to the number of seconds to wait until it is off."
        module.fail_json(**dict(result, **failure))
    if edit is None:
        module.fail_json(msg="vmxedit printed no result", rc=output.rc)
    if edit["skipped"]:
        module.exit_json(changed=False, skipped=True, msg="; ".join(edit["notes"]), power_state=result["power_state"])
    if module.check_mode and edit["changed"] and result["power_state"] not in ("off", None):
        module.warn("%s: the VM is not off (%s): the edit would be refused" % (edit["file"], result["power_state"]))
    module.exit_json(**result)


def main():
    module = SettingModule(
        argument_spec=dict(
            PROGRAM,
            path=dict(type="str", required=True, aliases=["file", "dest"]),
            settings=dict(type="dict", default={}),
            state=dict(type="str", choices=["present", "absent"], default="present"),
            unset=dict(type="list", elements="str", default=[]),
            preset=dict(type="list", elements="str", default=[]),
            parameters=dict(type="dict", default={}),
            only=dict(type="list", elements="str", default=[]),
            if_applicable=dict(type="bool", default=False),
            backup=dict(type="bool"),
            wait=dict(type="int"),
            reload=dict(type="bool", default=False),
            **{"from": dict(type="str")}
        ),
        supports_check_mode=True,
    )
    # Ansible has logged nothing if the task has no_log.
    module.hide_values()
    params = module.edit
    check_arguments(module, params)
    values = Values(module)
    try:
        options = edits(params, values)
    except ValueError as error:
        module.fail_json(msg=str(error))
    if not options:
        module.exit_json(changed=False, updated_settings={}, notes=[], power_state=power_state(module))
    report(module, run(module, ["apply"] + options + saving(params, module.check_mode), [params["path"]]), values)


if __name__ == "__main__":
    main()
