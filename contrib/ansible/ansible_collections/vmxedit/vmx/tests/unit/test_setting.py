# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import tempfile
import unittest
from unittest import mock

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vmxedit.vmx.plugins.modules import setting


def params(**given):
    unset = dict(
        settings={}, state="present", unset=[], preset=[], parameters={}, only=[], backup=None, wait=None, reload=False,
        if_applicable=False,
    )
    unset["from"] = None
    return dict(unset, **given)


class FakeModule:
    def __init__(self, folder):
        self.tmpdir = folder


class Options(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.module = FakeModule(self.folder.name)
        self.values = setting.Values(self.module)

    def read(self, option):
        """Returns the content of the file that KEY=@PATH names."""
        path = option.split("=@", 1)[1]
        self.assertEqual(os.path.dirname(path), self.values.folder)
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()

    def test_values_are_in_private_files(self):
        options = setting.edits(params(settings={"a": "secret", "b": True}), self.values)
        self.assertEqual([option.split("=@", 1)[0] for option in options], ["--set=a", "--set=b"])
        self.assertEqual([self.read(option) for option in options], ["secret", "TRUE"])
        self.assertEqual(os.stat(self.values.folder).st_mode & 0o777, 0o700)
        self.assertEqual(os.path.dirname(self.values.folder), self.module.tmpdir)

    def test_a_last_newline_of_a_setting_is_kept(self):
        settings = {"a": "x\n", "b": "x\r", "c": "\n\n", "d": ""}
        options = setting.edits(params(settings=settings), self.values)
        self.assertEqual([self.read(option) for option in options], ["x\n\n", "x\r", "\n\n\n", ""])

    def test_a_parameter_is_written_as_it_is(self):
        options = setting.edits(params(preset=["p"], parameters={"q.data": "x\n"}), self.values)
        self.assertEqual(options[0], "--preset=p")
        self.assertTrue(options[1].startswith("--param=q.data=@"))
        self.assertEqual(self.read(options[1]), "x\n")

    def test_absent_keys_are_removed_whatever_their_values(self):
        given = params(state="absent", settings={"a": None, "b": [1]}, unset=["c.*"])
        self.assertEqual(setting.edits(given, self.values), ["--unset=c.*", "--unset=a", "--unset=b"])

    def test_entries_of_another_file(self):
        given = params(only=["a", "b.*"], **{"from": "/t.vmx"})
        self.assertEqual(setting.edits(given, self.values), ["--from=/t.vmx", "--only=a", "--only=b.*"])

    def test_saving(self):
        self.assertEqual(setting.saving(params(), False), ["--diff"])
        self.assertEqual(setting.saving(params(backup=True, wait=0), True), ["--diff", "--dry-run", "--backup", "--wait=0"])
        self.assertEqual(setting.saving(params(backup=False), False), ["--diff", "--no-backup"])
        given = params(reload=True, if_applicable=True)
        self.assertEqual(setting.saving(given, False), ["--diff", "--reload", "--if-applicable"])


class Log(unittest.TestCase):
    def test_values_are_neither_logged_nor_returned(self):
        logged = []

        class Module(setting.SettingModule):
            def _load_params(self):
                self.params = dict(settings={"x.password": "hunter22"}, parameters={"password": "hunter33"})

            def log(self, msg, log_args=None):
                logged.append((msg, log_args))

        spec = dict(settings=dict(type="dict"), parameters=dict(type="dict"))
        with mock.patch.object(AnsibleModule, "_set_internal_properties"):
            module = Module(spec)
        self.assertIn("x.password", str(logged))
        self.assertNotIn("hunter", str(logged))
        self.assertNotIn("hunter", str(module.params))
        self.assertEqual(module.edit["settings"], {"x.password": "hunter22"})


if __name__ == "__main__":
    unittest.main()
