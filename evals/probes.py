"""`python -m evals probe`: true and false claims put to verification, as if a language model had written them.

Made by code from every sentence of the articles, in each language it can be read in: the sentence itself and its translations
(true); with a number, a date, a name or its negation changed; with two persons in each other's place; citing a paragraph that
does not say it; the first half of one sentence joined to the second half of one of another paragraph.

Written by hand, beside them: `claims/true.yaml`, faithful paraphrases and translations, and `claims/false.yaml`, fluent
sentences with one wrong thing, some of which no check of words and numbers can tell (who did it, "planned" for "done"). Half of
those by hand, told from their ids, were used to choose the floors of `rag.verification.support`; the other half is the test.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.progress import track

from rag import Assistant, Paragraph
from rag.language import quantities, tokens
from rag.names import Names

FOLDER = Path(__file__).parent / "claims"
_DIGITS = re.compile(r"\d+(?:[.,]\d{3})*")
TRUE = ("sentence", "translation", "paraphrase", "own rendering")


@dataclass(frozen=True)
class Probe:
    """A claim in `language`, the ids of the paragraphs it cites, and whether they carry it: `kind` is one of TRUE if so."""

    id: str
    kind: str
    claim: str
    language: str
    cites: tuple[str, ...]
    same: bool  # whether the claim is in the language of what it cites
    by_hand: bool = False

    @property
    def true(self) -> bool:
        return self.kind in TRUE

    @property
    def split(self) -> str:
        """ "dev" for those by hand that the floors were chosen on, else "test"."""
        return "dev" if self.by_hand and hashlib.blake2b(self.id.encode()).digest()[0] % 2 == 0 else "test"


def probes(paragraphs: Mapping[str, Paragraph], names: Names) -> list[Probe]:
    """All claims, those made by code first."""
    return [*_made(paragraphs, names), *_written(paragraphs)]


def _made(paragraphs: Mapping[str, Paragraph], names: Names) -> Iterator[Probe]:
    rows = [(p, i, view.language, view.sentence(i)) for p in paragraphs.values() if p.kind == "body"
            for view in p.views for i in range(len(p.sentences))]  # fmt: skip
    for at, (p, i, language, text) in enumerate(rows):
        if len(tokens(text, language)) < 4:
            continue
        same = language == p.language

        def probe(kind: str, claim: str, cites: str, key: str = f"{p.id}/{i + 1}/{language}", same: bool = same,
                  language: str = language) -> Probe:  # fmt: skip
            return Probe(f"{key}/{kind}", kind, claim, language, (cites,), same)

        yield probe("sentence" if same else "translation", text, p.id)
        for kind, claim in (
            ("number", _other_number(text, language)), ("date", _other_date(text, language)),
            ("name", _other_name(text, language, p, names)), ("negation", _negated(text, language)),
            ("persons", _swapped(text, names)),
        ):  # fmt: skip
            if claim:
                yield probe(kind, claim, p.id)
        # Another paragraph and another sentence of the same language, always the same ones; far enough not to say the same.
        wrong, _, _, other = _far(rows, at, p, language)
        if not _shared(text, other, language):
            yield probe("paragraph", text, wrong.id)
            if stitched := _stitched(text, other, language):
                yield probe("stitched", stitched, p.id)


def _far(
    rows: Sequence[tuple[Paragraph, int, str, str]], at: int, p: Paragraph, language: str
) -> tuple[Paragraph, int, str, str]:
    others = [row for row in rows if row[2] == language and row[0].id != p.id and len(tokens(row[3], language)) >= 6]
    return others[(at * 7) % len(others)]


def _shared(text: str, other: str, language: str) -> bool:
    """Whether two sentences share so much that one may carry the other."""
    a, b = ({t.key for t in tokens(part, language)} for part in (text, other))
    return len(a & b) > 0.4 * min(len(a), len(b))


def _other_number(text: str, language: str) -> str:
    for q in quantities(text, language):
        found = _DIGITS.search(text, q.start, q.end)
        if q.value is not None and found:
            changed = f"{int(found.group()[0]) % 9 + 1}{found.group()[1:]}"
            return f"{text[: found.start()]}{changed}{text[found.end() :]}"
    return ""


def _other_date(text: str, language: str) -> str:
    for q in quantities(text, language):
        found = _DIGITS.search(text, q.start, q.end)
        if q.value is None and found:
            year = len(found.group()) == 4
            changed = str(int(found.group()) - 3) if year else str(int(found.group()) % 12 + 1)
            return f"{text[: found.start()]}{changed}{text[found.end() :]}"
    return ""


def _other_name(text: str, language: str, paragraph: Paragraph, names: Names) -> str:
    """The first name another of its kind that the paragraph does not name."""
    there = {i for view in paragraph.views for i in names.ids(view.text)}
    for identity, (start, end) in names.spans(text):
        kind = names.known[identity].kind
        for other in names.known.values():
            if other.kind == kind and other.id not in there and language in other.forms:
                return f"{text[:start]}{other.forms[language][0]}{text[end:]}"
    return ""


def _swapped(text: str, names: Names) -> str:
    """The first two persons in each other's place."""
    spans = reversed(names.spans(text))  # so that the first mention of each counts
    found = {identity: span for identity, span in spans if names.known[identity].kind == "person"}
    if len(found) < 2:
        return ""
    (a, b), (c, d) = sorted(found.values())[:2]
    return f"{text[:a]}{text[c:d]}{text[b:c]}{text[a:b]}{text[d:]}"


_NEGATIONS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would)\b(?! not)"), r"\1 not"),
        (re.compile(r"\b(opened|became|signed|attended|said|says|hosts|operates|runs|features)\b"), r"never \1"),
    ),
    "zh": ((re.compile(r"(是|会|能|有(?!着|关)|举行|出席|签署|表示|汇聚|吸引)"), r"没有\1"),),
    "tr": (
        (re.compile(r"(\w+[dt])([ıiuü])(?=[.,;]|$)"), r"\1\2 değil"),
        (re.compile(r"(\w{3,}(?:yor|iyor|ıyor))(?=[.,;]|$)"), r"\1 değil"),
    ),
}  # fmt: skip


def _negated(text: str, language: str) -> str:
    if re.search(r"\bnot?\b|n't|n’t|never|[不没无非未]|değil|m[ae]z|\byok", text):
        return ""
    for rule, change in _NEGATIONS.get(language, ()):
        changed, count = rule.subn(change, text, count=1)
        if count:
            return changed
    return ""


def _stitched(text: str, other: str, language: str) -> str:
    """The first half of one sentence and the second half of the other, cut between words."""
    a, b = tokens(text, language), tokens(other, language)
    head, tail = text[: a[len(a) // 2].start].rstrip(" ,，、"), other[b[len(b) // 2].start :]
    return f"{head}{'' if language == 'zh' else ' '}{tail}"


def _written(paragraphs: Mapping[str, Paragraph]) -> Iterator[Probe]:
    for name in ("true", "false"):
        for entry in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
            cites = [next((p for p in paragraphs.values() if quote in p.text), None) for quote in entry["quotes"]]
            if None in cites:
                raise ValueError(f"{entry['id']}: a quote that is in no paragraph")
            rows = tuple(dict.fromkeys(p.id for p in cites if p))
            same = paragraphs[rows[0]].language == entry["language"]
            kind = entry.get("kind") or ("paraphrase" if same else "own rendering")
            yield Probe(entry["id"], kind, entry["claim"], entry["language"], rows, same, by_hand=True)


def put(assistant: Assistant, made: Sequence[Probe]) -> dict[Probe, bool]:
    """Of each claim, whether verification does with it what it should: lets it through, or withholds it."""
    return {
        probe: (assistant.verify(probe.claim, probe.cites, probe.language).status == "supported") == probe.true
        for probe in track(made, "checking claims", transient=True)
    }


def sample(made: Sequence[Probe]) -> list[Probe]:
    """Of those made by code all with a wrong number or date, and about a twelfth of the others, told from their ids: for a gate
    that has no time for all."""
    return [
        p for p in made
        if not p.by_hand and (p.kind in ("number", "date") or hashlib.blake2b(p.id.encode()).digest()[1] % 12 == 0)
    ]  # fmt: skip
