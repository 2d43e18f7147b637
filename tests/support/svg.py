"""A terminal's screen as a picture: cells on a grid, whatever font the reader has.

Text is put by run, and each run is given its length, so that columns stay columns; lines and blocks are
drawn, because fonts leave gaps between them.
"""
import collections
import re
from xml.sax.saxutils import escape

CELL, LINE, BASE, SIZE = 8.4, 18, 13.4, 14  # pixels: width, height, down to the baseline, font
SIDE, HEAD, FOOT = 14, 38, 12              # the window around the cells
FONT = "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace"

DARK = {"fg": "#d5d9e0", "bg": "#1b1e24", "bar": "#2a2e37", "edge": "#3c424f", "title": "#9aa2b1",
        "ansi": ("#3b404c", "#e8716c", "#8fc379", "#e2b566", "#6cabec", "#c583dc", "#5dbac6", "#c3c9d4",
                 "#6d7686", "#f28b86", "#a6d68f", "#f0c87f", "#8bc0f7", "#d69aec", "#7ccfda", "#f3f5f8")}
LIGHT = {"fg": "#23272f", "bg": "#fcfcfa", "bar": "#e9eaee", "edge": "#c9ccd4", "title": "#5a6170",
         "ansi": ("#23272f", "#c0281f", "#2c7a2e", "#8f6200", "#1e5fb4", "#8b35a8", "#0b7480", "#b9bdc7",
                  "#666d7b", "#d7443b", "#3c9240", "#a97800", "#3277cf", "#a350bf", "#1a8b98", "#fcfcfa")}

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
LINES = {"─": LEFT | RIGHT, "│": UP | DOWN, "┌": RIGHT | DOWN, "┐": LEFT | DOWN, "└": RIGHT | UP,
         "┘": LEFT | UP, "├": UP | DOWN | RIGHT, "┤": UP | DOWN | LEFT, "┬": LEFT | RIGHT | DOWN,
         "┴": LEFT | RIGHT | UP, "┼": LEFT | RIGHT | UP | DOWN, "╭": RIGHT | DOWN, "╮": LEFT | DOWN,
         "╰": RIGHT | UP, "╯": LEFT | UP}
# Block elements: x, y, width, height in eighths of a cell, and how dense.
BLOCKS = {"█": (0, 0, 8, 8, 1), "▀": (0, 0, 8, 4, 1), "▐": (4, 0, 4, 8, 1), "░": (0, 0, 8, 8, .25),
          "▒": (0, 0, 8, 8, .5), "▓": (0, 0, 8, 8, .75), "▔": (0, 0, 8, 1, 1), "▕": (7, 0, 1, 8, 1),
          **{chr(0x2580 + n): (0, 8 - n, 8, n, 1) for n in range(1, 8)},
          **{chr(0x2590 - n): (0, 0, n, 8, 1) for n in range(1, 8)}}
DRAWN = "".join(LINES) + "".join(BLOCKS)
PIECE = re.compile(f"[{re.escape(DRAWN)}]+|[^{re.escape(DRAWN)}]+")


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def colour(said, look, default):
    """'#rrggbb', or the number of a colour of xterm's, or -1."""
    if said.startswith("#"):
        return said
    n = int(said)
    if n < 0:
        return look[default]
    if n < 16:
        return look["ansi"][n]
    if n < 232:
        parts = [(n - 16) // 36, (n - 16) // 6 % 6, (n - 16) % 6]
        return "#" + "".join(f"{part * 40 + 55 if part else 0:02x}" for part in parts)
    return "#" + f"{(n - 232) * 10 + 8:02x}" * 3


class Run:
    """Cells that look the same, as drive-screen tells of them."""

    def __init__(self, line, look):
        row, col, fg, bg, how, width, self.text = line.split("\t", 6)
        self.row, self.col, self.width = int(row), int(col), int(width)
        fg, bg = colour(fg, look, "fg"), colour(bg, look, "bg")
        self.fg, self.bg = (bg, fg) if "r" in how else (fg, bg)
        self.bold, self.underline = "b" in how, "u" in how


class Picture:
    def __init__(self, rows, cols, look):
        self.look, self.rows, self.cols = look, rows, cols
        self.classes = {}
        self.under, self.strokes, self.text = [], {}, []

    def style(self, kind, value):
        """A short name for each style, in the order in which they come."""
        return self.classes.setdefault((kind, value), f"c{len(self.classes)}")

    def rect(self, col, row, cols, fill, part=(0, 0, 8, 8, 1)):
        x, y, width, height, dense = part
        thin = f' opacity="{dense}"' if dense < 1 else ""
        self.under.append(
            f'<rect class="{self.style("fill", fill)}" x="{number((col + x / 8) * CELL)}" '
            f'y="{number((row + y / 8) * LINE)}" width="{number(CELL * cols * width / 8)}" '
            f'height="{number(LINE * height / 8)}"{thin}/>')

    def line(self, fg, path):
        self.strokes.setdefault(fg, []).append(path)

    def drawn(self, run, col, char):
        if char in BLOCKS:
            return self.rect(col, run.row, 1, run.fg, BLOCKS[char])
        arms, x, y = LINES[char], col * CELL, run.row * LINE
        if arms & (LEFT | RIGHT):
            a, b = (0 if arms & LEFT else .5), (1 if arms & RIGHT else .5)
            self.line(run.fg, f"M{number(x + a * CELL)} {number(y + LINE / 2)}h{number((b - a) * CELL)}")
        if arms & (UP | DOWN):
            a, b = (0 if arms & UP else .5), (1 if arms & DOWN else .5)
            self.line(run.fg, f"M{number(x + CELL / 2)} {number(y + a * LINE)}v{number((b - a) * LINE)}")
        return None

    def rule(self, run, col, cells):
        """A stretch of ─ is one line."""
        self.line(run.fg, f"M{number(col * CELL)} {number((run.row + .5) * LINE)}h{number(cells * CELL)}")

    def words(self, run, col, text):
        """Words with a single blank between them stay together; wide blanks aren't written."""
        for part in re.finditer(r"\S+(?: \S+)*", text):
            begin = (col + part.start() * run.width) * CELL
            length = len(part.group()) * run.width * CELL
            style = self.style("fill", run.fg)
            style += " b" if run.bold else ""
            fit = f' textLength="{number(length)}"' if len(part.group()) > 1 or run.width > 1 else ""
            self.text.append(f'<text class="{style}" x="{number(begin)}" '
                             f'y="{number(run.row * LINE + BASE)}"{fit}>{escape(part.group())}</text>')

    def add(self, run):
        cells = len(run.text) * run.width
        if run.bg != self.look["bg"]:
            self.rect(run.col, run.row, cells, run.bg)
        if run.underline:
            self.line(run.fg, f"M{number(run.col * CELL)} {number(run.row * LINE + BASE + 2.5)}"
                              f"h{number(cells * CELL)}")
        for piece in PIECE.finditer(run.text):
            col = run.col + piece.start() * run.width
            if piece.group()[0] not in DRAWN:
                self.words(run, col, piece.group())
                continue
            for part in re.finditer("─+|.", piece.group()):
                if part.group()[0] == "─":
                    self.rule(run, col + part.start(), len(part.group()))
                else:
                    self.drawn(run, col + part.start(), part.group())

    def cursor(self, row, col):
        self.line(self.look["fg"], f"M{number(col * CELL + 1)} {row * LINE + 1}v{LINE - 2}")

    def write(self, title, says):
        width, height = self.cols * CELL + 2 * SIDE, self.rows * LINE + HEAD + FOOT
        look = self.look
        styles = "".join(f".{name}{{{kind}:{value}}}" for (kind, value), name in self.classes.items())
        strokes = [f'<path stroke="{fg}" d="{"".join(paths)}"/>' for fg, paths in self.strokes.items()]
        dots = "".join(f'<circle cx="{20 + 18 * i}" cy="15" r="5.5" fill="{fill}"/>'
                       for i, fill in enumerate(("#e0645c", "#dba83e", "#5fae55")))
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
            f'width="{number(width)}" height="{number(height)}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title>', f'<desc id="d">{escape(says)}</desc>',
            f"<style>text{{font:{SIZE}px {FONT};white-space:pre}}.b{{font-weight:bold}}"
            f"path{{fill:none;stroke-width:1.2}}{styles}</style>",
            f'<rect x=".5" y=".5" width="{number(width - 1)}" height="{number(height - 1)}" rx="9" '
            f'fill="{look["bg"]}" stroke="{look["edge"]}"/>',
            f'<path d="M1 29V10a9 9 0 0 1 9-9H{number(width - 10)}a9 9 0 0 1 9 9V29z" '
            f'style="fill:{look["bar"]}"/>', dots,
            f'<text x="{number(width / 2)}" y="20" text-anchor="middle" fill="{look["title"]}">'
            f"{escape(title)}</text>",
            f'<g transform="translate({SIDE} {HEAD})">', *self.under, *strokes, *self.text,
            "</g>", "</svg>", ""])


def ground(dump, look):
    """The background of most cells: a theme may have one of its own, and the window is to have it, too."""
    cells = collections.Counter()
    for line in dump:
        if not line.startswith("cursor\t"):
            run = Run(line, look)
            cells[run.bg] += len(run.text) * run.width
    return cells.most_common(1)[0][0]


def paint(dump, rows, cols, look, title, says):
    """dump is what drive-screen said, without its end."""
    look = {**look, "bg": ground(dump, look)}
    picture = Picture(rows, cols, look)
    for line in dump:
        if line.startswith("cursor\t"):
            picture.cursor(*map(int, line.split("\t")[1:]))
        else:
            picture.add(Run(line, look))
    return picture.write(title, says)
