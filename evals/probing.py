"""What verification does with the claims of `evals.probes`, counted by what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from evals.metrics import interval, share
from evals.probes import Probe, probes, put
from evals.runner import of_articles
from rag import Assistant


def main(assistant: Assistant, console: Console, verbose: bool) -> None:
    """Put all claims to verification and print what came of it, by kind, language and origin."""
    dealt = put(assistant, probes(of_articles(assistant), assistant.names))
    console.print(
        f"{len(dealt)} claims, {datetime.now(UTC):%Y-%m-%d}; right: false ones withheld, true ones let through"
    )
    table = Table("claims", "right", "95 %", "n", "en", "zh", "tr")
    for name, part in _groups(dealt):
        hits = [float(good) for good in part.values()]
        low, high = interval(hits) or (0.0, 0.0)
        by = ["/".join(map(str, _count(part, code))) for code in ("en", "zh", "tr")]
        table.add_row(name, f"{share(hits):.3f}", f"{low:.2f}-{high:.2f}", str(len(hits)), *by)
    console.print(table)
    for probe, good in dealt.items():
        if verbose and not good:
            verdict = assistant.verify(probe.claim, probe.cites, probe.language)
            console.print(f"{probe.id} [{probe.kind}] {probe.claim}\n  {verdict.quote} {verdict.reasons}", markup=False)


def _groups(dealt: Mapping[Probe, bool]) -> Iterator[tuple[str, Mapping[Probe, bool]]]:
    def some(take: Callable[[Probe], bool]) -> dict[Probe, bool]:
        return {probe: good for probe, good in dealt.items() if take(probe)}

    kinds = dict.fromkeys(probe.kind for probe in dealt if not probe.true)
    for hand, split, name in ((False, "test", "made"), (True, "test", "by hand, test"), (True, "dev", "by hand, dev")):
        origin = [p for p in dealt if (p.by_hand, p.split) == (hand, split)]
        for same, which in ((True, "same language"), (False, "other language")):
            if part := some(lambda p, o=origin, s=same: p in o and p.true and p.same == s):  # type: ignore[misc]
                yield f"{name}: true, {which}", part
        for kind in kinds:
            if part := some(lambda p, o=origin, k=kind: p in o and p.kind == k):  # type: ignore[misc]
                yield f"{name}: {kind}", part
    for same, which in ((True, "same language"), (False, "other language")):
        yield f"all but dev: true, {which}", some(lambda p, s=same: p.split == "test" and p.true and p.same == s)  # type: ignore[misc]


def _count(part: Mapping[Probe, bool], language: str) -> tuple[int, int]:
    own = [good for probe, good in part.items() if probe.language == language]
    return sum(own), len(own)
