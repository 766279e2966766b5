"""What tests of verification are made of: paragraphs, and a checker and likeness that say what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.language import detect_language
from rag.paragraphs import sentence_spans
from rag.types import Paragraph, View
from rag.verification import Pair, Statement, Verifier


def paragraph(text: str, language: str | None = None, identity: str = "a#p1", **translations: str) -> Paragraph:
    """A paragraph cut into sentences, with a translation sentence by sentence for each language given."""
    spoken = language or detect_language(text)
    views = tuple(View(code, other, tuple(sentence_spans(other, code))) for code, other in translations.items())
    spans = tuple(sentence_spans(text, spoken))
    assert all(len(view.sentences) == len(spans) for view in views)
    return Paragraph(identity, identity.split("#")[0], text, spoken, spans, translations=views)


class FakeChecker:
    """Says `chance` of every pair, or what a function of the pair says; `asked` are the batches it was asked."""

    def __init__(self, chance: float | Callable[[Pair], float] = 1.0, languages: Sequence[str] = ("en", "zh", "tr")) -> None:
        self.languages = frozenset(languages)
        self.asked: list[list[Pair]] = []
        self._chance = chance

    def check_pairs(self, pairs: Sequence[Pair]) -> list[float]:
        self.asked.append(list(pairs))
        return [self._chance(pair) if callable(self._chance) else self._chance for pair in pairs]


def alike(likeness: float) -> Callable[[Sequence[Statement]], list[list[list[float]]]]:
    """Every sentence as like every claim."""

    def compare(statements: Sequence[Statement]) -> list[list[list[float]]]:
        return [[[likeness] * len(p.sentences) for p in statement.paragraphs] for statement in statements]

    return compare


def verifier(chance: float | Callable[[Pair], float] | None = 1.0, likeness: float = 0.9, **rest: object) -> Verifier:
    """A verifier whose checker says `chance`; with None it has no checker."""
    checker = None if chance is None else FakeChecker(chance)
    return Verifier(alike(likeness), find_checker=lambda: checker, **rest)  # type: ignore[arg-type]
