"""Metrics: small pure functions. Nothing to score gives None, never zero."""

from __future__ import annotations

from collections.abc import Sequence


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties half: in [0, 1], 0.5 for no skill (Mann and Whitney, 1947).

    >>> auroc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positive or not negative:
        return None
    ranked = sorted([(x, 1) for x in positive] + [(x, 0) for x in negative])
    wins, below, at = 0.0, 0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        same = [label for _, label in ranked[at:end]]
        wins += sum(same) * (below + (len(same) - sum(same)) / 2)
        below += len(same) - sum(same)
        at = end
    return wins / (len(positive) * len(negative))


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """Expected calibration error in [0, 1]: the mean distance, weighted by count, between confidence and share of right answers
    in equally wide bins (Guo, Pleiss, Sun and Weinberger, 2017).

    >>> calibration_error([0.8, 0.8, 0.2], [True, False, False])
    0.26666666666666666
    """
    if not confidence:
        return None
    groups: dict[int, list[tuple[float, bool]]] = {}
    for chance, hit in zip(confidence, right, strict=True):
        groups.setdefault(min(int(chance * bins), bins - 1), []).append((chance, hit))
    return sum(abs(sum(c - h for c, h in own)) for own in groups.values()) / len(confidence)


def share(hits: Sequence[bool]) -> float | None:
    """Share of True, in [0, 1].

    >>> share([True, False]), share([])
    (0.5, None)
    """
    return sum(hits) / len(hits) if hits else None


def holds_facts(text: str, facts: Sequence[Sequence[str]]) -> bool | None:
    """Whether every fact stands in `text` in one of its written forms; case and spacing do not matter.

    >>> holds_facts("It opened on Oct 18.", [["18 October", "Oct 18"]])
    True
    """
    if not facts:
        return None
    plain = "".join(text.casefold().split())
    return all(any("".join(form.casefold().split()) in plain for form in forms) for forms in facts)
