# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import tempfile
import unittest
from unittest import mock

from ansible_collections.vmxedit.vmx.plugins.module_utils import vmxedit


def error(**members):
    empty = dict(code=5, kind="io", message="it failed", hint=None, line=None, column=None)
    return dict(empty, **members)


def output(rc, *documents):
    return vmxedit.Output(rc, "".join(json.dumps(document) + "\n" for document in documents), "text\n")


class Values(unittest.TestCase):
    def test_booleans_are_those_of_vmx_files(self):
        values = {"a": True, "b": False, "c": 8, "d": 1.5, "e": "true", "f": ""}
        texts = {"a": "TRUE", "b": "FALSE", "c": "8", "d": "1.5", "e": "true", "f": ""}
        self.assertEqual(vmxedit.texts_of(values), texts)

    def test_null_lists_and_dictionaries_are_refused(self):
        for value, why in [(None, "memsize has no value"), ([1], "not a list"), ({}, "not a dict")]:
            with self.assertRaisesRegex(ValueError, why):
                vmxedit.text_of("memsize", value)


class UpdatedSettings(unittest.TestCase):
    def test_each_change_is_an_old_and_a_new_value(self):
        changes = [
            dict(op="add", key="a", before=None, after="1"),
            dict(op="set", key="b", before="1", after="2"),
            dict(op="remove", key="c", before="3", after=None),
        ]
        expected = {"a": dict(old=None, new="1"), "b": dict(old="1", new="2"), "c": dict(old="3", new=None)}
        self.assertEqual(vmxedit.updated_settings(changes), expected)

    def test_an_entry_that_is_removed_and_added_again_changes_once(self):
        changes = [
            dict(op="remove", key="MemSize", before="1", after=None),
            dict(op="add", key="memsize", before=None, after="2"),
        ]
        self.assertEqual(vmxedit.updated_settings(changes), {"MemSize": dict(old="1", new="2")})


class Outputs(unittest.TestCase):
    def test_results_and_errors_are_separate(self):
        read = output(5, {"file": "a", "changed": True}, {"file": "b", "error": error()})
        self.assertEqual(read.documents, [{"file": "a", "changed": True}])
        self.assertEqual(read.errors[0]["file"], "b")

    def test_the_error_with_the_exit_code_is_the_reason(self):
        refusal = {"file": "a.vmx", "error": error(code=3, kind="not_off", message="refused", hint="wait")}
        read = output(5, refusal, {"file": "b.vmx", "error": error(line=3, column=2)})
        self.assertEqual(read.failure(), dict(msg="b.vmx:3:2: it failed", rc=5, kind="io"))
        read.rc = 3
        self.assertEqual(read.failure(), dict(msg="a.vmx: refused", rc=3, kind="not_off", hint="wait"))

    def test_an_error_about_the_command_line_names_no_file(self):
        read = output(2, {"file": None, "error": error(code=2, kind="usage", message="unknown option")})
        self.assertEqual(read.failure()["msg"], "unknown option")

    def test_without_an_error_the_text_of_standard_error_is_the_reason(self):
        self.assertEqual(output(101).failure(), dict(msg="text", rc=101))
        self.assertEqual(vmxedit.Output(-9, "", "").failure()["msg"], "vmxedit ended with -9")

    def test_line_ends_of_unicode_are_not_those_of_the_output(self):
        text = "a\u2028b\u0085c\x0bd"
        output = vmxedit.Output(0, json.dumps({"name": text}, ensure_ascii=False) + "\n", "")
        self.assertEqual(output.documents, [{"name": text}])

    def test_other_output_is_refused(self):
        with self.assertRaises(ValueError):
            vmxedit.Output(0, "usage: another program\n", "")


class Program(unittest.TestCase):
    def test_path_comes_before_the_other_folders(self):
        with tempfile.TemporaryDirectory() as root:
            for folder in ("one", "two"):
                os.mkdir(os.path.join(root, folder))
                program = os.path.join(root, folder, "vmxedit-test")
                with open(program, "w", encoding="utf-8"):
                    os.chmod(program, 0o755)
            one, two = [os.path.join(root, folder) for folder in ("one", "two")]
            with mock.patch.object(vmxedit, "FOLDERS", [two]):
                with mock.patch.dict(os.environ, PATH=one):
                    self.assertEqual(vmxedit.find_program("vmxedit-test"), os.path.join(one, "vmxedit-test"))
                with mock.patch.dict(os.environ, PATH="/nonexistent"):
                    self.assertEqual(vmxedit.find_program("vmxedit-test"), os.path.join(two, "vmxedit-test"))

    def test_a_missing_program_is_an_error_that_names_the_role(self):
        with self.assertRaisesRegex(ValueError, "vmxedit.vmx.install"):
            vmxedit.find_program("vmxedit-that-does-not-exist")
        for path in ("/nonexistent/vmxedit", "/etc/passwd", "/etc"):
            with self.assertRaisesRegex(ValueError, "cannot be run"):
                vmxedit.find_program(path)


if __name__ == "__main__":
    unittest.main()
