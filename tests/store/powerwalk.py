#!/usr/bin/env python3
"""Walk every command that changes something through power cuts and full quotas, and look at what it makes last.

	powerwalk.py [--mode fsize|bytes|power|lint]... [--every N] [--offset N] [COMMAND...]

The commands and the judgement are those of commandwalk.py.

fsize   No file may grow beyond so many bytes (RLIMIT_FSIZE): writes are short, and the next one fails, or
        kills where the signal isn't ignored. For the sizes at which a write begins or ends, one byte
        more and less, and half of it: between two of these the same writes fail.
bytes   The same for each size that a file has on its way.
power   The store is on an ext4 of its own. The command is killed before each of its calls that change
        something, and its disk is copied as it is at this moment, without what waits in memory; once
        as it is ("lost"), and once with the names flushed and not the data ("names", on a file system
        that is told to keep no order). What has ended well must be there without anybody's flushing.
        Wants root, and loop devices.
lint    What it renames or links was made to last before, each folder behind it; nothing is emptied in
        place, a new file is one that wasn't there, and what holds a key is closed from the start.
"""
import argparse
import contextlib
import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import commandwalk
import crashwalk
import outside
from crashwalk import Call, Failure

MODES = ("fsize", "bytes", "power", "lint")
CLONE_NEWNS = 0x20000
# What may be lost: caches, locks that tell at most who holds them, what was only seen.
LOSABLE = re.compile(r"/(\.index(-[^/]*|\.[^/]*)?|\.deploying)\Z")


# --- fsize -----------------------------------------------------------------------------------------

def growths(walk):
    """From where to where each file that is another one has grown."""
    for path, (_, data) in outside.tree(walk.world.tree).items():
        old = walk.files.get(path, (0, b""))[1]
        if data != old:
            yield len(old) if data.startswith(old) else 0, len(data)


def writes(walk):
    """From where to where each write has gone."""
    ends = {}
    for call in walk.calls:
        found = re.match(r"write\(\d+<([^>]*)>.* = (\d+)\Z", call.text)
        if found:
            path = os.path.relpath(found.group(1), walk.world.tree)
            begin = ends.get(path, len(walk.files.get(path, (0, b""))[1]))
            ends[path] = begin + int(found.group(2))
            yield begin, ends[path]


def sizes(walk, each):
    """Of files, where it makes a difference that they end there."""
    found = set()
    for begin, end in {*growths(walk), *writes(walk)}:
        found |= set(range(begin, end + 1)) if each else {begin, begin + 1, (begin + end) // 2, end - 1, end}
    return sorted(size for size in found if size >= 0)


class Limited(commandwalk.Walk):
    """A command whose files may only grow so far."""

    def __init__(self, world, command, each):
        world.restore(command)
        self.files = outside.tree(world.tree)
        super().__init__(world, command)
        self.points = [(size, ignored) for size in sizes(self, each) for ignored in (True, False)]

    def point(self, size, ignored):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignored else signal.SIG_DFL)
        self.world.restore(self.command)
        done = self.world.run(*self.arguments, limit=limit)
        names = {os.path.basename(path) for path in (*self.files, *outside.tree(self.world.tree), *map(str, self.after), ".lock",
                                                   "deploying")}
        try:
            if done.returncode < 0 or "Sanitizer" in done.stderr:
                raise Failure(f"ended with {done.returncode}: {done.stderr[-300:]}")
            self.judge(done, "EFBIG", Call("write", 1, " ".join(f"<{name}>" for name in names)))
        except (Failure, AssertionError) as e:
            return f"{self.command}, files of {size} bytes{', signal ignored' * ignored}: {e}"
        return None


# --- lint ------------------------------------------------------------------------------------------

BY_DESCRIPTOR = ("write", "pwrite", "ftruncate", "fallocate", "fsync", "fdatasync", "syncfs", "fchmod(", "fchown(")


def paths_of(line):
    """What a call names, by the folders that its descriptors are."""
    found = []
    body = line.partition("(")[2].rpartition(" = ")[0]
    if line.startswith(BY_DESCRIPTOR):
        return re.findall(r"\A\d+<([^>]*)>", body)
    for base, name in re.findall(r'(?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"', body):
        found.append(name if name.startswith("/") else os.path.join(base, name))
    return found


class Ledger:
    """What of files and folders isn't known to last, call by call."""

    def __init__(self):
        self.files, self.folders, self.bad = {}, {}, []

    def complain(self, why, line):
        self.bad.append(f"{why}: {line}")

    def opened(self, path, line):
        if "O_TRUNC" in line and os.path.exists(path):
            self.complain("empties a file in place", line)
        if "O_CREAT" not in line:
            return
        if "O_EXCL" not in line and not os.path.basename(path).startswith("."):
            self.complain("may open a file that was there", line)
        if "O_NOFOLLOW" not in line or "O_CLOEXEC" not in line:
            self.complain("follows links, or stays open in other programs", line)
        mode = re.search(r", 0([0-7]+)\)", line)
        if re.search(r"/(keys|discarded)/", path) and mode and int(mode[1], 8) & 0o177:
            self.complain("opens a key to others", line)
        self.folders[os.path.dirname(path)] = line

    def moved(self, name, paths, line):
        source, target = paths[0], paths[-1]
        if source in self.files:
            self.complain("has another name before it lasts", self.files[source])
            self.files[target] = self.files[source]
        if name.startswith("rename"):
            self.files.pop(source, None)
        for path in (source, target):
            self.folders[os.path.dirname(path)] = line

    def take(self, line):
        name, paths = line.partition("(")[0], paths_of(line)
        if not paths or re.search(r" = -1 ", line):
            return
        if name == "openat":
            self.opened(paths[0], line)
        elif name in ("write", "pwrite64", "writev", "ftruncate"):
            self.files[paths[-1]] = line
        elif name in ("fsync", "fdatasync"):
            self.files.pop(paths[0], None)
            self.folders.pop(paths[0], None)
        elif name == "syncfs":
            self.files.clear()
            self.folders.clear()
        elif name.startswith(("rename", "link")):
            self.moved(name, paths, line)
        elif name.startswith(("unlink", "rmdir")):
            self.files.pop(paths[0], None)
            self.folders[os.path.dirname(paths[0])] = line
        elif name.startswith("mkdir"):
            self.folders[os.path.dirname(paths[0])] = line

    def rest(self):
        return ([f"isn't made to last: {line}" for path, line in self.files.items() if not LOSABLE.search(path)] +
                [f"its folder isn't made to last: {line}" for line in self.folders.values()
                 if not any(LOSABLE.search(path) for path in paths_of(line))])


def lint(world, command):
    walk = commandwalk.Walk(world, command)
    world.restore(command)
    ledger = Ledger()
    for call in crashwalk.changing_calls(walk.trace()[1], world.tree):
        ledger.take(call.text)
    if command in commandwalk.SILENT:  # who holds the lock, and no mark
        ledger.files.pop(os.path.join(world.store, ".lock"), None)
    return len(walk.calls), [f"{command}: {line}" for line in ledger.bad + ledger.rest()]


# --- power -----------------------------------------------------------------------------------------

def mount(options, image, where):
    return subprocess.run(["mount", "-t", "ext4", "-o", options, image, where], capture_output=True, text=True, check=False)


def own_mounts():
    """Whoever copies the mounts of all (unshare -m) would keep a disk as it is behind its end."""
    if ctypes.CDLL(None).unshare(CLONE_NEWNS) == 0:
        return subprocess.run(["mount", "--make-rprivate", "/"], check=False).returncode == 0
    return False


def can_cut():
    """Why there can be no power cuts here, or None; the mounts of this process are its own from here on."""
    if os.geteuid() != 0 or not own_mounts():
        return "only root may mount"
    if not shutil.which("mkfs.ext4") and not os.path.exists("/sbin/mkfs.ext4"):
        return "mkfs.ext4 is missing (package e2fsprogs)"
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(OSError):
        image, where = os.path.join(folder, "image"), os.path.join(folder, "where")
        os.mkdir(where)
        make_disk(image)
        done = mount("loop", image, where)
        if done.returncode == 0:
            subprocess.run(["umount", where], check=True)
            return None
    return "an image can't be mounted here"


def make_disk(path):
    with open(path, "wb") as f:
        f.truncate(24 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-b", "1024", "-J", "size=4", "-E", "lazy_itable_init=0,lazy_journal_init=0", path],
                   env={**os.environ, "PATH": os.environ["PATH"] + ":/sbin:/usr/sbin"}, check=True)


class Disk(commandwalk.World):
    """A world whose tree is a file system of its own, which loses what was not made to last."""

    def __init__(self, folder):
        super().__init__(folder)
        self.image, self.names, self.loses_order = os.path.join(self.folder, "image"), {}, False
        shutil.rmtree(self.tree)
        os.mkdir(self.tree)

    def base(self, command):
        """The disk that a command begins with; those that begin with less have one of their own."""
        kind = command if command in ("setup", "index") else ""
        if kind not in self.names:
            self.names[kind] = os.path.join(self.folder, "disk" + kind)
            make_disk(self.names[kind])
            self.put(self.names[kind], "loop")
            subprocess.run(["cp", "-a", self.kept + "/.", self.tree], check=True)
            os.rmdir(os.path.join(self.tree, "lost+found"))
            if kind == "setup":
                shutil.rmtree(self.store)
            elif kind == "index" and os.path.exists(os.path.join(self.store, ".index")):
                os.unlink(os.path.join(self.store, ".index"))
            self.leave()
        return self.names[kind]

    def put(self, image, options):
        done = mount(options, image, self.tree)
        if done.returncode != 0:
            raise Failure(f"{image} can't be mounted: {done.stderr}")

    def leave(self):
        if os.path.ismount(self.tree):
            subprocess.run(["umount", self.tree], check=True)

    def restore(self, command):
        self.leave()
        subprocess.run(["cp", "--sparse=always", self.base(command), self.image], check=True)
        self.put(self.image, "loop,commit=300" + ",data=writeback,noauto_da_alloc" * self.loses_order)

    def cut(self):
        """The power goes, and comes again."""
        if self.loses_order:  # somebody else's flush takes the names along
            with open(os.path.join(self.tree, ".other"), "wb") as f:
                os.fsync(f.fileno())
        after = self.image + "-cut"
        subprocess.run(["cp", "--sparse=always", self.image, after], check=True)
        self.leave()
        self.put(after, "loop")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.tree, ".other"))


class Cut(commandwalk.Walk):
    """A command in the middle of which the power goes, or right behind which."""

    def __init__(self, world, command):
        world.loses_order = False
        super().__init__(world, command)
        self.points = [(call, names) for call in [*self.calls, None] for names in (False, True)]

    def point(self, call, names):
        self.world.loses_order = names
        self.world.restore(self.command)
        done, _ = self.trace(*(["-e", f"inject={call.name}:signal=KILL:when={call.nth}"] if call else []))
        try:
            self.world.cut()
            if done.returncode == 0 and self.command != "index" and self.seen() != self.after:
                raise Failure(f"exit 0, but it doesn't last ({self.differences(self.seen())})")
            self.judge(done, "kill", call)
        except (Failure, AssertionError) as e:
            return f"{self.command}, power{' (names flushed)' * names} at {call.text if call else 'its end'}: {e}"
        return None


# --- all of it -------------------------------------------------------------------------------------

@contextlib.contextmanager
def world_of(kind):
    with tempfile.TemporaryDirectory(prefix="certary-walk-", dir=outside.MEMORY or tempfile.gettempdir()) as folder:
        world = kind(folder)
        try:
            yield world
        finally:
            if kind is Disk:
                world.leave()


def walk(mode, commands=tuple(commandwalk.COMMANDS), every=1, offset=0, report=False):
    """(points tried, complaints) of one mode."""
    tried, complaints, number = 0, [], offset
    with world_of(Disk if mode == "power" else commandwalk.World) as world:
        for command in commands:
            before, said = tried, []
            if mode == "lint":
                calls, said = lint(world, command)
                tried += calls
            else:
                w = Cut(world, command) if mode == "power" else Limited(world, command, mode == "bytes")
                for point in w.points:
                    number += 1
                    if number % every == 0:
                        tried, said = tried + 1, said + [w.point(*point)]
            complaints += [line for line in said if line]
            if report:
                print(*[line for line in said if line], f"{mode}, {command}: {tried - before} points", sep="\n", flush=True)
    return tried, complaints


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--offset", type=int, default=0)
    options.add_argument("--mode", action="append", choices=MODES)
    options.add_argument("command", nargs="*", choices=[[], *commandwalk.COMMANDS], metavar="COMMAND")
    args = options.parse_args()
    bad = 0
    for mode in args.mode or MODES:
        why = crashwalk.can_trace() or (can_cut() if mode == "power" else None)
        if why:
            sys.exit("powerwalk: " + why)
        tried, complaints = walk(mode, args.command or list(commandwalk.COMMANDS), args.every, args.offset, True)
        print(f"{mode}: {tried} points, {len(complaints)} complaints")
        bad += len(complaints)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
