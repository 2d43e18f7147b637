"""The console in a terminal of tests/console/drive-screen.c, for scripts: press keys, wait, look."""
import contextlib
import os
import subprocess

import outside

DRIVER = os.path.join(os.path.dirname(os.path.dirname(outside.GENCERTS)), "console/drive-screen")
ENTER, ESC, F10, PGDN, PGUP = "\r", "\033", "\033[21~", "\033[6~", "\033[5~"
CLEAR = "\025" # what stands in a line: Ctrl-U


class Console:
    """argv in a terminal of that size; leave it by close()."""

    def __init__(self, rows, cols, env, *argv):
        env = [f"{name}={value}" for name, value in env.items() if name != "TERM"]
        self.driver = subprocess.Popen(
            [DRIVER, str(rows), str(cols), "--", "env", "-C", "/mnt", *env, *argv],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def order(self, line):
        self.driver.stdin.write(line + "\n")
        self.driver.stdin.flush()

    def press(self, *keys):
        """Each is pressed as it is; "?TEXT" waits until that stands on the screen."""
        for key in keys:
            if len(key) > 1 and key[0] == "?":
                self.order("wait " + key[1:])
            else:
                self.order("press " + key.encode().hex())

    def dump(self):
        """The lines of drive-screen's dump."""
        self.order("dump")
        lines = []
        while (line := self.driver.stdout.readline().rstrip("\n")) != "end":
            if not line:
                raise AssertionError("the console did not do what was expected of it")
            lines.append(line)
        return lines

    def text(self):
        """The words on the screen, rows by newlines; columns aren't kept."""
        rows = {}
        for line in self.dump():
            if not line.startswith("cursor"):
                row, text = line.split("\t", 6)[::6]
                rows[int(row)] = rows.get(int(row), "") + text
        return "\n".join(rows[row].rstrip() for row in sorted(rows))

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.driver.stdin.close()
        self.driver.stdout.close()
        self.driver.wait()
