# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vms
short_description: List the VMs of ESXi hosts and folders
author:
  - The vmxedit developers (!UNKNOWN)
description:
  - Lists VMs by their C(.vmx) files, as C(vmxedit show) reads them on the machine that runs Ansible.
  - The name of a host is that of its VM. VMs that share a name, have none, or have that of a host or group that was there before,
    get the name of their file.
  - A user who can edit a VM chooses its name. Let Ansible read the inventory of VMs last, such as by a file name that starts with C(zz),
    or a VM is taken for a host of the same name in an inventory that is read later.
  - The variable C(vmx_file) names the file of the VM for the option O(vmxedit.vmx.setting#module:path), C(vmx) has the members of
    C(vmxedit show --json), and C(vmx_state) is the power state.
  - The name of the inventory file ends in C(vmxedit.yml) or C(vmxedit.yaml).
requirements:
  - vmxedit on the machine that runs Ansible
extends_documentation_fragment:
  - ansible.builtin.constructed
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [vmxedit.vmx.vms]
  sources:
    description:
      - Folders, below which every C(.vmx) file is listed, and C(.vmx) files. They can be on other hosts, such as
        C(root@esx1:/vmfs/volumes/ds1). Relative paths start at the folder of the inventory file.
      - C(ssh://root@esx1/) lists all VMs that an ESXi host has registered.
    type: list
    elements: str
    required: true
  keys:
    description: Keys of the files whose values are in the member C(with) of the variable C(vmx).
    type: list
    elements: str
    default: []
  rsh:
    description: The command that connects to other hosts, instead of C(ssh).
    type: str
    env:
      - name: VMXEDIT_SSH
  ignore_errors:
    description: Whether to warn about sources and files that cannot be read, and list the other VMs, instead of failing.
    type: bool
    default: false
  executable:
    description: The program, as a path, or as a name to look up in C(PATH), C(/usr/local/bin) and C(/opt/vmxedit/bin).
    type: str
    default: vmxedit
"""

EXAMPLES = r"""
# A file named esx.vmxedit.yml: the VMs of two ESXi hosts and of a folder.
plugin: vmxedit.vmx.vms
sources:
  - ssh://root@esx1/
  - ssh://root@esx2/
  - /vms
keys:
  - vhv.enable
groups:
  nested: vmx['with']['vhv.enable'] | default('', true) | upper == 'TRUE'
keyed_groups:
  - key: vmx_state
    prefix: state
compose:
  memory_gb: vmx.memory_mb / 1024

# A playbook for them, which edits all files from this machine:
#
# - hosts: nested:&state_off
#   connection: local
#   gather_facts: false
#   tasks:
#     - vmxedit.vmx.setting:
#         path: "{{ vmx_file }}"
#         settings:
#           vhv.enable: false
"""

import collections
import os
import re
import subprocess

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.release import __version__ as ansible_version
from ansible_collections.vmxedit.vmx.plugins.module_utils.vmxedit import Output, find_program, message


# Names that every inventory has.
RESERVED = ("all", "localhost", "ungrouped")

# Ansible makes paths and patterns of names: it would read variables from other folders, or mean other hosts.
PLAIN_NAME = re.compile(r"[^\W_][\w .()+-]*")


def host_names(vms, taken=()):
    """Returns a name for each VM: its own, or that of its file if it has none, shares it, or Ansible takes it for something else."""
    count = collections.Counter(vm["name"] for vm in vms)

    def is_usable(name):
        if not name or count[name] > 1 or name in RESERVED or name in taken:
            return False
        # A number with dots is an address.
        return PLAIN_NAME.fullmatch(name) and not re.fullmatch(r"[\d.]+", name)

    return [vm["name"] if is_usable(vm["name"]) else vm["file"] for vm in vms]


def absolute(source, folder):
    """Returns a source with an absolute path. Names of files on other hosts contain `:/`, those of local ones after `./`."""
    is_remote = ":/" in source and not source.startswith(("/", "./", "../", "~/"))
    return source if is_remote else os.path.normpath(os.path.join(folder, os.path.expanduser(source)))


class InventoryModule(BaseInventoryPlugin, Constructable):

    NAME = "vmxedit.vmx.vms"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("vmxedit.yml", "vmxedit.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        # Earlier versions evaluate templates in the names and values of VMs.
        if tuple(int(part) for part in ansible_version.split(".")[:2]) < (2, 19):
            raise AnsibleParserError("%s needs ansible-core 2.19 or later, not %s" % (self.NAME, ansible_version))
        self._read_config_data(path)
        folder = os.path.dirname(os.path.abspath(path))
        vms = self.read_vms([absolute(source, folder) for source in self.get_option("sources")])
        taken = set(inventory.hosts) | set(inventory.groups) | set(self.get_option("groups"))
        for name, vm in zip(host_names(vms, taken), vms):
            # Ansible would add a group of that name, which an earlier VM has made, in place of the host.
            self.add_vm(vm["file"] if name in inventory.groups else name, vm)

    def read_vms(self, sources):
        output = self.run(sources)
        for error in output.errors:
            if not self.get_option("ignore_errors"):
                raise AnsibleParserError(message(error))
            self.display.warning(message(error))
        if output.rc != 0 and not output.errors:
            raise AnsibleParserError(output.failure()["msg"])
        return output.documents

    def run(self, sources):
        """Runs vmxedit and returns what it printed."""
        options = ["--recursive"]
        for key in self.get_option("keys"):
            options.append("--with=" + key)
        if self.get_option("rsh"):
            options.append("--rsh=" + self.get_option("rsh"))
        try:
            program = find_program(self.get_option("executable"))
            arguments = [program, "show"] + options + ["--json", "--quiet", "--"] + sources
            done = subprocess.run(arguments, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        except (OSError, ValueError) as error:
            raise AnsibleParserError("vmxedit: %s" % error) from error
        stdout, stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        try:
            return Output(done.returncode, stdout, stderr)
        except ValueError as error:
            raise AnsibleParserError("%s did not print JSON: %s: %s" % (program, error, stderr or stdout)) from error

    def add_vm(self, name, vm):
        self.inventory.add_host(name)
        variables = dict(vmx=vm, vmx_file=vm["file"], vmx_state=vm["state"])
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
