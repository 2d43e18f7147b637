"""The full-screen programs that are looked at, a row each."""
import dataclasses
import os

import corpus

DOWN, PAGE_DOWN = b"\x1bOB", b"\x1b[6~"


@dataclasses.dataclass(frozen=True)
class Program:
    """What is callable takes the bench; until gives what completes the first screen."""

    argv: object
    tool: str = ""  # none: certary
    what: str = ""  # what it shows
    until: object = None
    size: tuple = (24, 80)
    down: bytes = DOWN
    page: bytes = PAGE_DOWN
    search: bytes = b""  # what begins a search
    stdin: object = None
    cwd: object = None
    env: object = None

    def start(self, bench):
        """Arguments of a Terminal."""
        def given(of):
            return of(bench) if of else None
        return {"argv": self.argv(bench), "size": self.size, "stdin": given(self.stdin),
                "cwd": given(self.cwd), "env": given(self.env)}


def certary(which, **more):
    """The console on a corpus.  Its files are sorted by number: 18 stands low on the screen."""
    return Program(argv=lambda bench: [bench.program, "--store", bench.corpus(which).store],
                   env=lambda bench: {"CERTARY_CONFIG": bench.no_settings()},
                   until=lambda bench: "000018-", search=b"/", **more)


def mail(tool):
    def argv(bench):
        settings = os.path.join(bench.folder, "muttrc")
        with open(settings, "w", encoding="utf-8") as f:
            f.write(f"set folder={bench.folder}\nset header_cache=\n")
        return [tool, "-n", "-F", settings, "-R",
                "-f", corpus.mailbox(bench.folder, bench.peer_count)]
    return Program(tool=tool, what="{peer} messages", argv=argv, down=b"j",
                   until=lambda bench: "essage 2[0-9] ")


PROGRAMS = {
    "certary": certary("all", what="{all}"),
    "certary tenth": certary("tenth", what="{tenth}"),
    "certary 120": certary("all", what="{all}, 120 columns", size=(24, 120)),
    "tig": Program(
        tool="tig", what="{peer} commits",
        argv=lambda bench: ["tig"],
        cwd=lambda bench: corpus.repository(bench.folder, bench.peer_count),
        env=lambda bench: {"TIGRC_USER": "/dev/null"},
        until=lambda bench: f"Change {bench.peer_count - 20} "),
    "less": Program(
        tool="less", what="{lines} lines",
        argv=lambda bench: ["less", corpus.lines(bench.folder, 10 * bench.peer_count)],
        env=lambda bench: {"LESS": "", "LESSOPEN": "", "LESSHISTFILE": "-"},
        until=lambda bench: "number: 22", down=b"j", page=b" "),
    "mutt": mail("mutt"),
    "neomutt": mail("neomutt"),
    "mc": Program(
        tool="mc", what="{all} files",
        argv=lambda bench: ["mc", "--nosubshell", bench.corpus("all").trusted, bench.home()],
        env=lambda bench: {"HOME": bench.home()}),
    "ncdu": Program(
        tool="ncdu", what="{all} files",
        argv=lambda bench: ["ncdu", bench.corpus("all").trusted],
        env=lambda bench: {"HOME": bench.home()}),
    "ncdu 120": Program(
        tool="ncdu", what="{all} files, 120 columns", size=(24, 120),
        argv=lambda bench: ["ncdu", bench.corpus("all").trusted],
        env=lambda bench: {"HOME": bench.home()}),
    "htop": Program(
        tool="htop", argv=lambda bench: ["htop"], env=lambda bench: {"HOME": bench.home()}),
    "fzf": Program(
        tool="fzf", what="{all} names", argv=lambda bench: ["fzf"],
        stdin=lambda bench: bench.corpus("all").names(),
        until=lambda bench: f"{bench.count}/{bench.count}"),
}
