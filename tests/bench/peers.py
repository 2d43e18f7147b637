"""The tools that certary is held against: whether they are there, and what they took."""
import json
import os
import shutil

GROUP = "bench"


class Peers:
    """Reads tools/packages; keeps figures of slow tools, which are worth measuring once only."""

    def __init__(self, packages, path, fresh):
        self.path, self.packages, self.figures = path, packages_of(packages), {}
        if not fresh and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                self.figures = json.load(f)

    def missing(self, tool):
        """What to do where a tool isn't there, else ""."""
        if not tool or shutil.which(tool):
            return ""
        return f"missing: {installer()} {self.packages.get(tool, tool)}"

    def kept(self, tool, what):
        return self.figures.get(self._key(tool, what))

    def keep(self, tool, what, samples):
        self.figures[self._key(tool, what)] = samples
        with open(self.path + ".part", "w", encoding="utf-8") as f:
            json.dump(self.figures, f, indent=1, sort_keys=True)
        os.replace(self.path + ".part", self.path)

    @staticmethod
    def _key(tool, what):
        """A tool that was upgraded is another file: certutil, for one, tells no version."""
        path = os.path.realpath(shutil.which(tool))
        st = os.stat(path)
        return f"{what} | {path} {st.st_size} {int(st.st_mtime)}"


def managers():
    """Package managers, in the order of the columns of tools/packages."""
    return (("apt-get", "apt-get install"), ("dnf", "dnf install"), ("apk", "apk add"),
            ("pacman", "pacman -S"))


def column():
    return next((i for i, (name, _) in enumerate(managers()) if shutil.which(name)), 0)


def installer():
    return managers()[column()][1]


def packages_of(path):
    """{command: packages that hold it here}"""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            cells = [cell.strip() for cell in line.split("|")]
            if not line.startswith("#") and len(cells) == 7 and cells[1] == GROUP:
                found[cells[2].removeprefix("command ")] = cells[3 + column()]
    return found
