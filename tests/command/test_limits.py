"""Trust with a scope and an end, from outside: two services that present one certificate."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_explain
from test_explain import outside
from test_judgement import LOCAL, Server

NOW, AFTER = outside.CLOCK, "2026-02-01T00:00:00Z"


class Limits(test_explain.Chain):
    def setUp(self):
        super().setUp()
        self.make("unknown", "Unknown Root CA", test_explain.CA)
        self.make("local", "localhost", LOCAL, by="unknown")
        self.servers = [Server(self.path("local.pem"), self.path("local.key")) for _ in range(2)]
        for server in self.servers:
            self.addCleanup(server.close)
        self.here, self.there = (f"localhost:{s.port}" for s in self.servers)
        self.ok("import", "--yes", "--state", "untrusted", "--name", "wiki", self.path("local.pem"))
        self.ok("endpoint", "add", self.here, "--name", "here")
        self.ok("endpoint", "add", self.there, "--name", "there")

    def at(self, clock, code, *args):
        """Both outputs of a command at that time."""
        done = outside.run("--store", self.store, *args, env={"CERTARY_TEST_CLOCK": clock})
        self.assertEqual(code, done.code, done)
        return done.out.decode(), done.err.decode()

    def entry(self):
        return outside.json.loads(self.ok("show", "--json", "wiki"))

    def files(self, state):
        folder = os.path.join(self.store, state)
        return [n for n in os.listdir(folder) if n[0] != "."] if os.path.isdir(folder) else []

    def limit(self, *more):
        self.ok("trust", "--yes", "wiki", "--for", "here", *more)

    def test_the_whole_way(self):
        self.at(NOW, 4, "check")
        self.limit("--until", "2026-01-20", "--ticket", "OPS-123", "--why", "they renew")
        self.assertEqual([], [n for n in self.files("trusted")
                              if b"OPS-123" in outside.read(os.path.join(self.store, "trusted", n))])
        self.assertEqual(1, len(self.files("limited")))
        entry = self.entry()
        self.assertEqual(("limited", [self.here], "2026-01-20", "OPS-123"),
                         tuple(entry[k] for k in ("state", "for", "until", "ticket")))
        listed = outside.json.loads(self.ok("list", "--json", "--state", "limited"))
        self.assertEqual([self.here], listed[0]["for"])
        self.assertIn("limited", self.ok("list"))
        self.assertNotIn("for", outside.json.loads(
            self.ok("show", "--json", "Example Root CA")))
        out, _ = self.at(NOW, 4, "check")
        self.assertRegex(out, r"critical +there ")
        self.assertRegex(out, r"ok +here .*; trusted for localhost:\d+ until 2026-01-20 only\n")
        self.at(NOW, 0, "explain", self.here)
        self.at(NOW, 4, "explain", self.there)
        self.at(NOW, 0, "probe", "--no-save", self.here)
        self.at(NOW, 4, "probe", "--no-save", self.there)
        out, _ = self.at(NOW, 4, "explain", "wiki")
        self.assertIn(f"limited: trusted for {self.here} until 2026-01-20 only (OPS-123; "
                      "on 2026-01-01 by ", out)
        self.assertIn(": they renew)\n", out)
        self.assertNotIn("Was limited", self.ok("show", "wiki"))
        # Its end comes.
        out, _ = self.at(NOW, 4, "check", "--timeline")
        self.assertRegex(out, r"2026-01-20  in 19 days +trust +wiki +breaks here\n")
        self.assertRegex(self.at(NOW, 0, "check", "--at", "2026-01-19", "here")[0], r"\Aok ")
        self.assertRegex(self.at(NOW, 4, "check", "--at", "2026-01-20", "here")[0], r"\Acritical ")
        _, err = self.at(AFTER, 4, "check")
        self.assertEqual("certary: wiki is untrusted again: its end, 2026-01-20, has come\n", err)
        self.assertEqual("untrusted", self.entry()["state"])
        shown = self.ok("show", "wiki")
        self.assertRegex(shown, rf"Was limited:? +for {self.here} until 2026-01-20 \(OPS-123\)")
        self.assertNotRegex(shown, r"(?m)^ *(For|Until|Ticket)\b")
        last = outside.json.loads(self.ok("log", "--json", "lapse"))[0]
        self.assertEqual(("lapse", "limited", "untrusted", "its end, 2026-01-20, has come"),
                         tuple(last[k] for k in ("op", "was", "now", "why")))
        self.assertEqual("", self.at(AFTER, 4, "check")[1])  # once
        self.ok("log", "--verify")

    def test_readers_judge_by_the_end_and_write_nothing(self):
        self.limit("--until", "2026-01-20")
        before = outside.tree(self.store)
        self.at(AFTER, 0, "list")
        self.at(AFTER, 4, "explain", "wiki")
        self.at(AFTER, 4, "probe", "--no-save", self.here)
        self.at(AFTER, 0, "untrust", "--dry-run", "wiki")
        self.at(AFTER, 4, "--read-only", "check", "--no-save")
        self.assertEqual(before, outside.tree(self.store))

    def test_any_change_puts_it_back(self):
        self.limit("--until", "2026-01-20")
        _, err = self.at(AFTER, 0, "rename", "--yes", "Example Root CA", "Root")
        self.assertIn("wiki is untrusted again", err)
        _, err = self.at(AFTER, 0, "undo", "--yes")  # the rename: the lapse was nobody's decision
        self.assertEqual("", err)
        self.assertEqual("Example Root CA", outside.json.loads(
            self.ok("show", "--json", "Example Root CA"))["name"])
        self.assertEqual("untrusted", self.entry()["state"])

    def test_one_that_cannot_be_moved(self):
        """It stays; those behind it don't."""
        self.ok("import", "--yes", "--state", "untrusted", "--name", "other", self.path("unknown.pem"))
        for stuck in ("wiki", "other"):
            for name in ("wiki", "other"):
                self.ok("trust", "--yes", name, "--until", "2026-01-20")
            (file,) = [n for n in self.files("limited")
                       if f"Name: {stuck}".encode() in outside.read(os.path.join(self.store, "limited", n))]
            os.mkdir(os.path.join(self.store, "untrusted", file))
            _, err = self.at(AFTER, 0, "rename", "--yes", "Example Root CA", "Root by " + stuck)
            self.assertEqual([file], self.files("limited"))
            os.rmdir(os.path.join(self.store, "untrusted", file))
            self.ok("rename", "--yes", "Root by " + stuck, "Example Root CA")

    def test_an_import_puts_it_back(self):
        self.limit("--until", "2026-01-20")
        _, err = self.at(AFTER, 0, "import", "--yes", self.path("unknown.pem"))
        self.assertIn("wiki is untrusted again", err)

    def test_until_alone_is_for_every_service(self):
        self.ok("trust", "--yes", "wiki", "--until", "2w")
        self.assertEqual((None, "2026-01-15T00:00:00Z", None),
                         tuple(self.entry()[k] for k in ("for", "until", "ticket")))
        self.at(NOW, 0, "check")

    def test_connect(self):
        """Nothing is sent to whom it isn't meant for."""
        self.limit("--until", "2026-01-20")
        # It was verified, and the server, which has nothing to say, hung up.
        self.assertIn("the peer hung up", self.at(NOW, 6, "connect", "--no-save", self.here)[1])
        self.at(NOW, 4, "connect", "--no-save", self.there)
        self.at(AFTER, 4, "connect", "--no-save", self.here)

    def test_several_services(self):
        self.limit("--for", self.there)
        self.assertEqual([self.here, self.there], self.entry()["for"])
        self.at(NOW, 0, "check")
        self.limit()  # said anew, it replaces what was said
        self.at(NOW, 4, "check")

    def test_a_renamed_or_removed_endpoint(self):
        self.limit()
        self.ok("endpoint", "remove", "--yes", "here")
        _, err = self.at(NOW, 4, "check")
        self.assertEqual(f"certary: wiki is trusted for {self.here}, which is no endpoint here\n", err)
        self.ok("endpoint", "add", self.here, "--name", "another name")
        self.assertRegex(self.at(NOW, 4, "check")[0], r"ok +another name ")

    def test_refused(self):
        for words in (["--until", "2026-01-01"], ["--until", "2025-12-31"], ["--until", "soon"],
                      ["--until", "0d"], ["--for", "nobody"], ["--for", ""], ["--ticket", "OPS-1"],
                      ["--until", ""]):
            self.fails(2, "trust", "--yes", "wiki", *words)
        self.fails(2, "import", "--state", "limited", self.path("unknown.pem"))
        self.fails(2, "untrust", "wiki", "--for", "here")
        self.assertEqual("untrusted", self.entry()["state"])

    def test_plans_tell_scope_end_and_impact(self):
        self.at(NOW, 4, "check")
        x = outside.json.loads(self.ok("trust", "wiki", "--for", "here", "--until", "2026-01-20",
                                       "--ticket", "OPS-1", "--dry-run", "--json"))
        self.assertTrue(x["dry_run"])
        self.assertEqual(f"limited: trusted for {self.here} until 2026-01-20 (OPS-1)",
                         x["plan"][0]["now"])
        self.assertEqual((0, 1), (x["impact"]["turn_red"], x["impact"]["turn_green"]))
        self.assertEqual("here", x["impact"]["rows"][0]["endpoint"])
        self.limit()
        for verb in ("untrust", "block", "delete"):
            x = outside.json.loads(self.ok(verb, "wiki", "--dry-run", "--json"))
            self.assertEqual(1, x["impact"]["turn_red"], verb)
        x = outside.json.loads(self.ok("trust", "wiki", "--dry-run", "--json"))
        self.assertEqual((0, 1), (x["impact"]["turn_red"], x["impact"]["turn_green"]))

    def test_the_remedy_that_is_offered(self):
        out, _ = self.at(NOW, 4, "explain", self.here)
        self.assertIn(f"to mend: certary trust wiki --for {self.here}   trusts exactly this "
                      f"certificate, for {self.here} alone\n", out)
        self.assertLess(out.index("--for"), out.index("certary trust wiki   "))
        self.ok("trust", "--yes", "wiki", "--for", self.here)
        self.at(NOW, 0, "explain", self.here)

    def test_a_saved_service_by_its_name(self):
        self.limit()
        self.assertIn("trusted itself, as wiki", self.at(NOW, 0, "explain", "here")[0])
        self.at(NOW, 4, "explain", "there")
        self.at(NOW, 2, "explain", "here", "--host", "x")
        _, err = self.at(NOW, 3, "explain", "no such one")
        self.assertIn("(certary list 'no such one' searches)", err)

    def test_undo_and_restore(self):
        self.limit("--until", "2026-01-20")
        self.ok("undo", "--yes")
        self.assertEqual("untrusted", self.entry()["state"])
        self.limit()
        self.ok("delete", "--yes", "wiki")
        self.ok("restore", "--yes", "wiki")
        self.assertEqual(("limited", [self.here]), (self.entry()["state"], self.entry()["for"]))
        self.ok("trust", "--yes", "wiki")
        text = outside.read(os.path.join(self.store, "trusted", self.entry()["fingerprint"] + ".pem"))
        self.assertNotIn(b"For:", text)

    def test_undo_passes_over_what_has_ended(self):
        """The lapse is nobody's decision, and what it took back isn't there to be undone."""
        self.ok("rename", "--yes", "wiki", "intranet")
        self.ok("trust", "--yes", "intranet", "--until", "2026-01-20")
        self.ok("trust", "--yes", "intranet", "--until", "2026-01-22")
        _, err = self.at(AFTER, 0, "endpoint", "remove", "--yes", "here")
        self.assertIn("untrusted again", err)
        self.assertIn("endpoint", self.at(AFTER, 0, "undo", "--yes")[0])
        self.assertIn("rename", self.at(AFTER, 0, "undo", "--yes")[0])
        self.assertEqual(("untrusted", None), (self.entry()["state"], self.entry().get("until")))
        for _ in range(3):  # both endpoints, the import
            self.at(AFTER, 0, "undo", "--yes")
        self.assertNotIn("localhost", self.ok("list"))
        self.ok("log", "--verify")

    def test_undo_takes_back_what_has_not_ended(self):
        self.ok("import", "--yes", "--state", "untrusted", self.path("unknown.pem"))
        self.ok("untrust", "--yes", "Example Root CA")
        self.ok("trust", "--yes", "wiki", "Example Root CA", "--until", "2026-01-20")
        self.at(AFTER, 4, "check")
        self.at(AFTER, 0, "undo", "--yes")  # both have ended: this is the decision before
        self.assertEqual("trusted", outside.json.loads(
            self.ok("show", "--json", "Example Root CA"))["state"])
        self.ok("log", "--verify")

    def test_written_by_hand(self):
        self.limit()
        path = os.path.join(self.store, "limited", self.files("limited")[0])
        text = outside.read(path)
        outside.write(path, text.replace(b"For: " + self.here.encode(), b"Until: next week"))
        done = outside.run("--store", self.store, "doctor")
        self.assertEqual(4, done.code)
        self.assertIn(b"Until: next week is no date", done.out)
        self.at(NOW, 4, "explain", self.here)
        outside.write(path, text.replace(b"For: " + self.here.encode() + b"\n", b""))
        done = outside.run("--store", self.store, "doctor")
        self.assertIn(b"says neither for whom it is trusted nor until when", done.out)
        self.at(NOW, 4, "explain", self.here)

    def test_a_truststore_has_no_limits(self):
        self.limit()
        password = outside.write(self.path("pw"), "changeit\n")
        done = self.run_program("export", "--format", "jks", "--password-file", password,
                                "-o", self.path("out.jks"), "wiki")
        self.assertIn(b"wiki is limited here: whoever reads a truststore trusts what is in it",
                      done.err)


class Spares(test_explain.Chain):
    """What is over and what nobody needs, listed and removed at once."""

    def setUp(self):
        super().setUp()
        self.make("over", "Over", "subjectAltName=DNS:over.example\n", days="0")
        self.ok("import", "--yes", "--state", "untrusted", self.path("over.pem"))

    def test_expired(self):
        out = self.ok("impact", "--expired")
        self.assertRegex(out, r"\AOver +untrusted +over since 2025-10-01\n1 that is over\n"
                              r"to remove: certary delete --expired\n\Z")
        x = outside.json.loads(self.ok("impact", "--expired", "--json"))
        self.assertEqual([("Over", "over since 2025-10-01", True, False)],
                         [(e["name"], e["why"], e["expired"], e["unused"]) for e in x])
        self.fails(5, "delete", "--expired")  # nobody typed a name: it wants a yes
        self.assertIn("would delete Over", self.ok("delete", "--expired", "--dry-run"))
        self.ok("delete", "--expired", "--yes")
        self.assertEqual([], outside.json.loads(self.ok("impact", "--expired", "--json")))
        self.ok("undo", "--yes")

    def test_unused(self):
        self.fails(1, "delete", "--unused", "--yes")  # no endpoint tells what is used
        self.make("other", "Other Root CA", test_explain.CA)
        self.ok("import", "--yes", self.path("other.pem"))
        self.make("local", "localhost", LOCAL, by="issuing")
        self.chain(self.path("local.pem"), self.issuing)
        server = Server(self.path("chain.pem"), self.path("local.key"))
        self.addCleanup(server.close)
        self.ok("endpoint", "add", f"localhost:{server.port}", "--name", "srv")
        self.ok("check")
        self.assertRegex(self.ok("impact", "--unused", "--expired"),
                         r"Other Root CA +trusted +no endpoint needs this CA, until 2034-01-01\n"
                         r"Over +untrusted +over since")
        x = outside.json.loads(self.ok("delete", "--unused", "--expired", "--yes", "--json"))
        self.assertEqual(["Other Root CA", "Over"], sorted(r["name"] for r in x["plan"]))
        self.assertEqual(0, x["impact"]["turn_red"])
        self.ok("check")

    def test_usage(self):
        self.fails(2, "delete")
        self.fails(2, "delete", "Over", "--expired")
        self.fails(2, "impact", "Over", "--expired")


if __name__ == "__main__":
    unittest.main()
