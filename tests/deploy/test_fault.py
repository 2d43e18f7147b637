"""A part of deploywalk.py that every change can wait for; `deploywalk.py` alone walks all of it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import deploywalk
from deploywalk import crashwalk


class Fault(unittest.TestCase):
    # Primes, so that the points of the faults are spread and differ.
    SHARES = {"kill": 5, "ENOSPC": 17, "EIO": 13, "EACCES": 19}

    def setUp(self):
        why = crashwalk.can_trace()
        if why and os.environ.get("CI"):
            self.fail(why)
        if why:
            self.skipTest(why)

    def judge(self, tried, complaints):
        self.assertEqual([], complaints)
        self.assertGreater(tried, 5)

    def walk(self, fault):
        self.judge(*deploywalk.walk([fault], self.SHARES[fault]))

    def test_kill(self):
        self.walk("kill")

    def test_no_space(self):
        self.walk("ENOSPC")

    def test_disk_error(self):
        self.walk("EIO")

    def test_refused(self):
        self.walk("EACCES")

    def test_killed_while_all_is_put_back(self):
        self.judge(*deploywalk.walk_back(7))

    def test_the_record_cant_be_changed_any_more(self):
        tried, complaints = deploywalk.walk_undecided()
        self.assertEqual([], complaints)
        self.assertGreater(tried, 2)


if __name__ == "__main__":
    unittest.main()
