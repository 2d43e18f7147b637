"""Figures and goals: what was measured, and what it is held against."""
import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    """Samples of one thing; kept: they are of an earlier run."""

    samples: list
    kept: bool = False

    @property
    def median(self):
        return statistics.median(self.samples)

    def text(self, unit):
        words = amount(self.median, unit)
        if min(self.samples) < max(self.samples):
            words += f" ({brief(min(self.samples))}-{brief(max(self.samples))})"
        return words + (" (kept)" if self.kept else "")


class Missing(Exception):
    """What can't be measured here, and why."""


def brief(value):
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}"


def amount(value, unit):
    if unit == "ms" and value >= 1000:
        return f"{brief(value / 1000)} s"
    return f"{brief(value)} {unit}"


def of_peer(ours, theirs):
    """How ours stands to theirs, in words that read the right way round."""
    if ours == theirs:
        return "1x"
    if ours == 0:
        return "none"
    if theirs / ours >= 2:
        return f"{brief(theirs / ours)}x less"
    return f"{brief(ours / theirs)}x" if theirs else "more"


def more(ours, theirs):
    return f"{'+' if ours >= theirs else '-'}{brief(abs(ours - theirs))}"


@dataclasses.dataclass(frozen=True)
class Goal:
    """words: as it is printed; holds(ours, theirs) says whether it is met, ratio how far it is."""

    words: str
    holds: object
    ratio: object = of_peer


def limit(most, unit):
    return Goal(f"<= {amount(most, unit)}", lambda ours, _: ours <= most)


def at_most(factor):
    """Of the peer's figure."""
    return Goal(f"<= {factor}x", lambda ours, theirs: ours <= factor * theirs)


def less(factor):
    """So many times less than the peer's figure: faster, smaller."""
    return Goal(f">= {factor}x less", lambda ours, theirs: ours * factor <= theirs)


def beyond(most, unit):
    """At most so much more than the peer's figure."""
    return Goal(f"<= +{amount(most, unit)}", lambda ours, theirs: ours - theirs <= most, more)


def shown():
    """No goal: printed to be looked at."""
    return Goal("", None)
