"""The table, as text and as JSON."""
import json

import machine
from figures import Figure, Missing
from named import NAMED

HEAD = ("row", "what", "ours", "peer", "its figure", "ratio", "goal", "")


def figure(found, of):
    """The Figure of a row's side, or the Missing that says why there is none."""
    if of is None:
        return None
    figures = found[of.how, of.name]
    if isinstance(figures, Missing):
        return figures
    return figures.get(of.figure) or Missing("not there yet")


def called(bench, of):
    """A peer with the size of what it was given: "tig (100 000 commits)"."""
    if of is None:
        return ""
    given = NAMED.get(of.name)
    what = bench.sized(given.what) if given and given.what else ""
    name = of.name if given and given.tool else "certary"
    if not given or what.startswith(name):
        return what or name
    return f"{name} ({what})" if what else name


def judged(row, ours, theirs):
    """True, False, or None where nothing can be said."""
    if row.goal.holds is None or Missing in (type(ours), type(theirs)):
        return None
    return bool(row.goal.holds(ours.median, theirs.median if theirs else None))


def as_record(bench, row, found):
    def told(of, side):
        if side is None:
            return None
        record = {"name": called(bench, of)}
        if isinstance(side, Missing):
            return {**record, "missing": str(side)}
        return {**record, "median": side.median, "min": min(side.samples), "max": max(side.samples),
                "kept": side.kept}
    ours, theirs = figure(found, row.ours), figure(found, row.peer)
    return {"row": row.group, "what": row.what.strip(), "unit": row.unit,
            "ours": told(row.ours, ours), "peer": told(row.peer, theirs),
            "goal": row.goal.words, "met": judged(row, ours, theirs)}


def as_cells(bench, row, found):
    ours, theirs = figure(found, row.ours), figure(found, row.peer)
    met = judged(row, ours, theirs)

    def told(side):
        if side is None:
            return ""
        return str(side) if isinstance(side, Missing) else side.text(row.unit)
    both = isinstance(ours, Figure) and isinstance(theirs, Figure)
    return (str(row.group), row.what, told(ours), called(bench, row.peer), told(theirs),
            row.goal.ratio(ours.median, theirs.median) if both else "", row.goal.words,
            {True: "met", False: "not met", None: ""}[met])


def write(bench, rows, found, path):
    cells = [HEAD] + [as_cells(bench, row, found) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEAD))]
    print(f"\ncertary with {bench.sized('{all}')} certificates: medians (least-most)")
    print("QUICK: this tries the bench and says nothing about certary.\n" if bench.quick else "")
    for first, *line in cells:
        padded = [cell.ljust(width) for cell, width in zip(line, widths[1:])]
        print("  ".join([first.rjust(widths[0]), *padded]).rstrip())
    verdicts = [judged(row, figure(found, row.ours), figure(found, row.peer)) for row in rows]
    print(f"\n{verdicts.count(True)} met, {verdicts.count(False)} not met; {machine.described()}")
    if path:
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"certificates": bench.count, "machine": machine.described(),
                       "rows": [as_record(bench, row, found) for row in rows]}, f, indent=1)
            f.write("\n")
