"""A part of crashwalk.py that every change can wait for; `crashwalk.py` alone walks all of it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crashwalk

# Primes, so that the points of the three faults and of all operations are spread and differ.
SHARES = {"kill": 2, "ENOSPC": 5, "EIO": 7}


class Crash(unittest.TestCase):
    def setUp(self):
        why = crashwalk.can_trace()
        if why and os.environ.get("CI"):
            self.fail(why)
        if why:
            self.skipTest(why)

    def walk(self, fault):
        tried, complaints = crashwalk.walk(crashwalk.OPERATIONS, [fault], SHARES[fault])
        self.assertEqual([], complaints)
        self.assertGreater(tried, 5)

    def test_kill(self):
        self.walk("kill")

    def test_no_space(self):
        self.walk("ENOSPC")

    def test_disk_error(self):
        self.walk("EIO")


if __name__ == "__main__":
    unittest.main()
