"""Claims put to verification: those of `claims/*.yaml`, written by hand, and those of `claims/*.jsonl`, made by code from the
articles (`claims/README.md`). False ones should be stopped, true ones let through."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.progress import track

from rag import Assistant, Paragraph, Verdict, verify

FOLDER = Path(__file__).parent / "claims"
TRUE = ("sentence", "part", "value kept", "address kept", "paraphrase", "own rendering")
DOORS = ("rag.verify", "Assistant.verify")  # the first knows only the paragraphs it is given


@dataclass(frozen=True)
class Claim:
    """A claim in `language` and the paragraphs put to it as evidence, which carry it when its `kind` is one of TRUE.

    way: how it was made. origin: "articles", "files" or "by hand". cites: ids of the paragraphs, which an assistant knows when
    `indexed`.
    """

    id: str
    kind: str
    way: str
    text: str
    language: str
    cites: tuple[str, ...]
    evidence: tuple[str, ...]
    evidence_language: str
    origin: str
    indexed: bool

    @property
    def true(self) -> bool:
        return self.kind in TRUE

    @property
    def same(self) -> bool:
        """Whether it is in the language of what it cites."""
        return self.language == self.evidence_language

    @property
    def split(self) -> str:
        """ "dev" for those by hand that may be looked at while verification is built, else "test"."""
        looked_at = hashlib.blake2b(self.id.encode()).digest()[0] % 2 == 0
        return "dev" if self.origin == "by hand" and looked_at else "test"


@dataclass(frozen=True)
class Row:
    """What a door said of a claim; `right`: carried if it is true, anything else if it is false."""

    claim: Claim
    door: str
    verdict: Verdict

    @property
    def right(self) -> bool:
        return (self.verdict.status == "supported") == self.claim.true


def read_made(paragraphs: Mapping[str, Paragraph], limit: int | None = None) -> list[Claim]:
    """The claims made from the articles. limit: so many of each kind, language and relation of the languages.

    Raises ValueError for one that cites a paragraph which is not there.
    """
    lines = read_lines(FOLDER / "articles.jsonl")
    claims = (make_claim(line, str(line["text"]), {p.id: p.text for p in paragraphs.values()}, "articles") for line in lines)
    return take_some(claims, limit)


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The entries of a file of claims made by code, in the order of their groups."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def make_claim(entry: Mapping[str, Any], text: str, evidence: Mapping[str, str], origin: str) -> Claim:
    """The claim of an entry. Its id is paragraph/language/sentence/kind/way/number/language of the evidence. Raises ValueError.

    evidence: texts by the id of their paragraph.
    """
    passage, language, _, kind, rest = entry["id"].split("/", 4)
    way, _, against = rest.rsplit("/", 2)
    row, contact, _ = passage.partition("+")  # "+contact": an invented address stands behind the paragraph
    if row not in evidence:
        raise ValueError(f"{entry['id']}: there is no paragraph {row}")
    whole, indexed = evidence[row] + entry.get("more", ""), origin == "articles" and not contact
    return Claim(entry["id"], kind, way, text, language, (passage,), (whole,), against, origin, indexed)


def take_some(claims: Iterable[Claim], limit: int | None) -> list[Claim]:
    """The first `limit` claims of each kind, language and relation of the languages; all when None."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    taken: list[Claim] = []
    for claim in claims:
        group = claim.kind, claim.language, claim.same
        seen[group] += 1
        if limit is None or seen[group] <= limit:
            taken.append(claim)
    return taken


def read_written(paragraphs: Mapping[str, Paragraph]) -> list[Claim]:
    """The claims written by hand. Raises ValueError for one that quotes what no paragraph says."""
    return [
        _written(entry, paragraphs)
        for name in ("true", "false")
        for entry in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    ]


def _written(entry: Mapping[str, Any], paragraphs: Mapping[str, Paragraph]) -> Claim:
    found = [next((p for p in paragraphs.values() if quote in p.text), None) for quote in entry["quotes"]]
    if None in found:
        raise ValueError(f"{entry['id']}: a quote that is in no paragraph")
    cited = list({p.id: p for p in found if p}.values())
    kind = entry.get("kind") or ("paraphrase" if cited[0].language == entry["language"] else "own rendering")
    return Claim(
        entry["id"], kind, "", entry["claim"], entry["language"], tuple(p.id for p in cited), tuple(p.text for p in cited),
        str(cited[0].language), "by hand", True,
    )  # fmt: skip


def put_claims(claims: Sequence[Claim], assistant: Assistant | None, doors: Sequence[str] = DOORS) -> list[Row]:
    """What `rag.verify` says of every claim, and the assistant of those whose paragraphs it has; or one of these doors only."""
    return [row for claim in track(claims, "checking claims", transient=True) for row in _put(claim, assistant, doors)]


def _put(claim: Claim, assistant: Assistant | None, doors: Sequence[str]) -> Iterator[Row]:
    if DOORS[0] in doors:
        yield Row(claim, DOORS[0], verify(claim.text, claim.evidence))
    if assistant and claim.indexed and DOORS[1] in doors:
        yield Row(claim, DOORS[1], assistant.verify(claim.text, claim.cites))
