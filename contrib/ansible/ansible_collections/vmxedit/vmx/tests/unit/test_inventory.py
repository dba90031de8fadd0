# Copyright: The vmxedit developers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import unittest

from ansible_collections.vmxedit.vmx.plugins.inventory import vms


class Names(unittest.TestCase):
    def test_a_vm_has_its_own_name_or_that_of_its_file(self):
        found = [("web", "/1"), ("db", "/2"), ("db", "/3"), (None, "/4"), ("", "/5"), ("a\nb", "/6")]
        names = vms.host_names([dict(name=name, file=file) for name, file in found])
        self.assertEqual(names, ["web", "/2", "/3", "/4", "/5", "/6"])

    def test_a_name_that_ansible_takes_for_something_else_is_not_used(self):
        for name in ["../../x", "a/b", "..", ".", "localhost", "all", "127.0.0.1", "::1", "a,b", "a:b", "!a", "-a", "[a]", "~a", "prod"]:
            self.assertEqual(vms.host_names([dict(name=name, file="/f")], taken={"prod"}), ["/f"], name)
        for name in ["web 1 (old)", "Büro-PC", "db.example.com", "10a", "測試機"]:
            self.assertEqual(vms.host_names([dict(name=name, file="/f")]), [name])


class Sources(unittest.TestCase):
    def test_relative_paths_start_at_the_folder_of_the_inventory_file(self):
        for source, path in [
            ("vms", "/etc/ansible/vms"),
            ("./a:/b", "/etc/ansible/a:/b"),
            ("../a:/b", "/etc/a:/b"),
            ("/srv/a:/b", "/srv/a:/b"),
            ("~/vms", os.path.expanduser("~/vms")),
        ]:
            self.assertEqual(vms.absolute(source, "/etc/ansible"), path)

    def test_names_of_files_on_other_hosts_stay(self):
        for source in ["ssh://root@esx1/", "root@esx1:/vmfs/volumes/ds1", "root@[fe80::1]:/vms"]:
            self.assertEqual(vms.absolute(source, "/etc/ansible"), source)


if __name__ == "__main__":
    unittest.main()
