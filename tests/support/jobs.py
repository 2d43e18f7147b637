"""jobs.py PROGRAM ARGUMENT… - what an interactive shell does for one job, and nothing else.

It has a process group of its own and the terminal.  Whenever it stops, "stopped N" is said in a sequence that no
terminal shows, with whether the modes are as they were found; the line "fg" brings it back, and "goes on N" is said.
"""
import os
import signal
import sys
import termios


def modes():
    return termios.tcgetattr(0)[:4]


def foreground(group):
    os.tcsetpgrp(0, group)


def run(argv):
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    found = termios.tcgetattr(0)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        foreground(os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(argv[0], argv)
    stops = 0
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        foreground(os.getpgrp())
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        stops += 1
        kept, as_found = termios.tcgetattr(0), modes() == found[:4]
        termios.tcsetattr(0, termios.TCSADRAIN, found)
        os.write(1, f"\033]7778;stopped {stops} {as_found}\a".encode())
        while not os.read(0, 1000).endswith(b"fg\n"):
            pass
        termios.tcsetattr(0, termios.TCSADRAIN, kept)
        foreground(pid)
        os.killpg(pid, signal.SIGCONT) # takes back what stops and hasn't yet been delivered
        os.write(1, f"\033]7778;goes on {stops}\a".encode())


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
