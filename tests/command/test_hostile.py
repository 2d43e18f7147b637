"""Hostile files meet the program: each ends as hostile.py says, and none is obeyed."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import hostile
import outside

LIMIT = 20  # seconds, for a machine with other things to do; nothing should need one


class Visible(outside.Case):
    """What a command wrote is looked at, whatever it was given."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("cwd"))

    def visible(self, done):
        for written in (done.out, done.err):
            self.assertEqual("", outside.rudeness(written))
        for line in done.err.decode().splitlines():
            self.assertRegex(line, r"\Acertary: .+: .+")
        return done

    def call(self, *args):
        return self.visible(outside.run("--store", self.store, *args, limit=LIMIT,
                                        cwd=self.path("cwd")))


class Hostile(Visible):
    def see(self, entries):
        """All that a command says of a hostile certificate, once it is in the store."""
        self.assertEqual(0, self.call("list").code)
        self.assertEqual(0, self.call("log").code)
        self.assertEqual(0, self.call("log", "--json").code)
        for entry in entries[:2]:
            for options in ([], ["--json"]):
                done = self.call("show", entry["fingerprint"], *options)
                self.assertEqual((0, b""), (done.code, done.err))
            if "\0" not in entry["name"]:
                done = self.call("list", "--", entry["name"])
                self.assertEqual(0, done.code)

    def judge(self, item, path):
        words = ["--yes"]
        if item.password:
            words += ["--password-file", outside.write(self.path("password"), item.password)]
        done = self.call("import", *words, "--", path)
        listed = self.call("list", "--json")
        entries = json.loads(listed.out) if listed.code == 0 else []
        lines = done.err.decode().splitlines()
        outcome = {0: "import", 4: "partial"}.get(done.code, "reject")
        self.assertIn(done.code, (0, 1, 4, 5))
        if item.expect != "either":
            self.assertEqual((item.expect, item.n), (outcome, len(entries)), lines)
        self.assertEqual(outcome == "reject", not entries, lines)
        if outcome == "reject":
            self.assertEqual(1, len(lines), lines)
        if outcome == "partial":
            self.assertNotEqual([], lines)
        if entries:
            self.see(entries)
        self.assertEqual([], os.listdir(self.path("cwd")))

    def try_item(self, item, path):
        with self.subTest(item.file, what=item.what):
            self.judge(item, path)
        self.assertLessEqual(set(os.listdir(self.dir)), {"cwd", "files", "store", "password"})
        self.doCleanups()
        self.setUp()

    def try_all(self, items):
        count = 0
        for item in items:
            os.mkdir(self.path("files"))
            path = os.path.join(os.fsencode(self.path("files")), os.fsencode(item.file))
            outside.write(path, item.data)
            self.try_item(item, path)
            count += 1
        self.assertGreater(count, 0)


for maker in (hostile.subjects, hostile.extensions, hostile.fields, hostile.ders, hostile.pems,
              hostile.pkcs7, hostile.keystores, hostile.pkcs12, hostile.file_names):
    def test(self, items=maker):
        self.try_all(items())
    setattr(Hostile, "test_" + maker.__name__, test)


class Special(Visible):
    """Files that are no files, one by one and all in a folder."""

    def test_special_files(self):
        keep = self.path("specials")
        os.mkdir(keep)
        for item in hostile.specials(keep):
            with self.subTest(item.file):
                done = self.call_on(os.path.join(keep, item.file))
                self.assertIn(done.code, (1, 5))
                self.assertEqual(1, len(done.err.splitlines()), done.err)
        self.assertEqual([], json.loads(self.call("list", "--json").out or b"[]"))

    def test_a_folder_of_them(self):
        keep = self.path("specials")
        os.mkdir(keep)
        hostile.specials(keep)
        outside.write(os.path.join(keep, "good.pem"), hostile.pem(hostile.cert()))
        done = self.call_on(keep)
        self.assertEqual(4, done.code, done.err)
        self.assertEqual(1, len(json.loads(self.call("list", "--json").out)))

    def call_on(self, path):
        return self.call("import", "--yes", "--", path)


if __name__ == "__main__":
    unittest.main()
