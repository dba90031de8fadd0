# -*- coding: utf-8 -*-

# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs vmxedit and reads its JSON output."""

from __future__ import annotations

import json
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.process import get_bin_path

# Where the program is looked up if it is not in PATH, which lacks the first one in many sessions of sudo and cron.
FOLDERS = ["/usr/local/bin", "/opt/vmxedit/bin"]

# What is shown in place of a value that may be a secret.
MASK = "****"


# The option of all modules.
PROGRAM = dict(executable=dict(type="path", default="vmxedit"))


def reading_module(**options):
    """Returns a module with these options that reads the files of `paths` or of `path`, and these paths."""
    module = AnsibleModule(
        argument_spec=dict(
            PROGRAM,
            paths=dict(type="list", elements="str"),
            path=dict(type="str"),
            recursive=dict(type="bool", default=False),
            **options
        ),
        mutually_exclusive=[("paths", "path")],
        required_one_of=[("paths", "path")],
        supports_check_mode=True,
    )
    path = module.params["path"]
    return module, module.params["paths"] if path is None else [path]


class Output:
    """What one run of vmxedit printed."""

    def __init__(self, rc, stdout, stderr):
        self.rc = rc
        self.stderr = stderr
        self.documents = []
        self.errors = []
        # Other line ends of Unicode may be in the text of a line.
        for line in stdout.split("\n"):
            if not line:
                continue
            document = json.loads(line)
            if isinstance(document, dict) and isinstance(document.get("error"), dict):
                self.errors.append(dict(document["error"], file=document["file"]))
            else:
                self.documents.append(document)

    def failure(self):
        """Returns why the run failed, as arguments for fail_json: the first error that has the exit code of the run."""
        errors = sorted(self.errors, key=lambda error: error["code"] != self.rc)
        if not errors:
            return dict(msg=self.stderr.strip() or "vmxedit ended with %s" % self.rc, rc=self.rc)
        result = dict(msg=message(errors[0]), rc=self.rc, kind=errors[0]["kind"])
        if errors[0]["hint"]:
            result["hint"] = errors[0]["hint"]
        return result


def find_program(name):
    """Returns the path of the program. Raises ValueError if there is none."""
    if os.path.dirname(name):
        if not os.path.isfile(name) or not os.access(name, os.X_OK):
            raise ValueError("%s cannot be run" % name)
        return name
    for folders in (None, FOLDERS):
        try:
            return get_bin_path(name, opt_dirs=folders)
        except ValueError:
            pass
    folders = ":".join([os.environ.get("PATH", "")] + FOLDERS)
    raise ValueError("%s is not in %s. The role vmxedit.vmx.install installs it." % (name, folders))


def run(module, arguments, paths):
    """Runs vmxedit with these arguments on these paths. Ends the module if the program or its output is not usable."""
    try:
        program = find_program(module.params["executable"])
    except ValueError as error:
        module.fail_json(msg=str(error))
    command = [program] + arguments + ["--json", "--quiet", "--"] + list(paths)
    rc, stdout, stderr = module.run_command(command, expand_user_and_vars=False)
    try:
        return Output(rc, stdout, stderr)
    except ValueError as error:
        module.fail_json(msg="%s did not print JSON: %s: %s" % (program, error, stderr or stdout), rc=rc)


def message(error):
    """Returns an error as one text."""
    place = "".join(":%s" % error[part] for part in ("line", "column") if error[part] is not None)
    name = error["file"] + place + ": " if error["file"] is not None else ""
    return name + error["message"]


def text_of(key, value):
    """Returns the text that a YAML value becomes in a .vmx file. Raises ValueError for null, lists and dictionaries."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (str, int, float)):
        return str(value)
    if value is None:
        raise ValueError("%s has no value; for an empty value, use quotes: ''" % key)
    raise ValueError("%s: the value must be a text, a number or a boolean, not a %s" % (key, type(value).__name__))


def texts_of(values):
    """Returns the values of a dictionary as texts."""
    return dict((key, text_of(key, value)) for key, value in values.items())


def updated_settings(changes):
    """Returns the changes of an edit as {key: {old, new}}; a value is null where the file has no entry."""
    settings = {}
    names = {}

    def record(key, old, new):
        # Keys that differ in case are the same. A key may be removed and added again.
        name = names.setdefault(key.lower(), key)
        settings[name] = dict(old=settings[name]["old"] if name in settings else old, new=new)

    for change in changes:
        record(change["key"], change["before"], change["after"])
    return settings


def counted(count, noun):
    """Returns a number with its noun, such as "1 error" or "2 errors"."""
    return "%s %s%s" % (count, noun, "" if count == 1 else "s")
