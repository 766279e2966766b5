"""The embedded answerer: passages -> the one to three sentences that answer, or a refusal. No model, nothing invented.

Sentences in the question's language and in others are two sides, judged apart, since words say much on one and
little on the other. On each side the sentences compete: a conditional logit (McFadden, 1974) on a few features
(`FEATURES`) scores them, and a logistic regression turns the best one and its surroundings (`SIGNALS`) into the confidence
that it is right. The side of the question's language answers when it is confident enough, else the other,
else neither. Weights and thresholds are in `data/extractive.toml`, fitted by `python -m evals fit` on SQuAD-format files.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rag.language import fold, tokens
from rag.questions import Asked, Request, holds, measures, request, suits
from rag.types import Draft, DraftClaim, Evidence, Passage

FEATURES = (
    "similarity", "paragraph", "neighbour", "standing", "words", "paragraph_words", "new_words",
    "date", "quantity", "person", "place", "reason", "unit", "noun", "numbers",
)  # fmt: skip
SIGNALS = ("score", "lead", "similarity", "words", "missing", "fit")
SIDES = ("own", "foreign")
KINDS: tuple[Asked, ...] = ("date", "quantity", "person", "place", "reason")
_MOST_SENTENCES = 3
# Without shared words the far passages in other languages are noise: only this many of the first are read.
_FOREIGN_PASSAGES = 8

# Beginnings that only make sense after the sentence before: pronouns and words that point back.
_ANAPHOR = re.compile(
    r"[\"“]?(?:it|he|she|they|this|these|that|those|his|her|its|their|such|there|then)\b"
    r"|[“]?(?:他|她|它|其|这|此|该|对此|同时)"
    r"|[\"“]?(?:bu|bunun|bunlar|o|onun|onlar|böyle|orada|ayrıca)\b",
    re.IGNORECASE,
)

_NAMED = re.compile(r"(?<=\s)[A-ZÇĞİÖŞÜ][A-Za-zÀ-ɏ'’-]+|\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: its place, and its features in the order of `FEATURES`."""

    passage: Passage
    index: int
    features: tuple[float, ...]
    side: str  # "own" when the sentence is in the question's language, else "foreign"
    suit: float = 0.0  # whether it is the kind of line that is asked for; see `rag.questions.suits`
    missing: float = 0.0  # share of the question's names and numbers that its paragraph lacks; 0 on the foreign side
    excluded: bool = False  # it lacks the date or measure that is asked for
    several: bool = False  # the question asks several things at once

    @property
    def fit(self) -> float:
        """Whether it holds the kind of thing and the measure asked for: -1/2, 0 or 1/2 for each."""
        return sum(self.features[FEATURES.index(name)] for name in (*KINDS, "unit"))

    @property
    def text(self) -> str:
        reading = self.passage.reading
        return reading.text[slice(*reading.sentences[self.index])]


Parameters = dict[str, Any]


@cache
def shipped() -> Parameters:
    """The fitted weights, from `data/extractive.toml`."""
    return tomllib.loads((resources.files("rag") / "data" / "extractive.toml").read_text(encoding="utf-8"))


class ExtractiveAnswerer:
    """Answers with sentences of the passages.

    weight: how much sharing a word says, higher for rarer ones; the index's inverse document frequency.
    parameters: weights other than the shipped ones, for fitting.
    """

    def __init__(self, weight: Callable[[str], float], parameters: Parameters | None = None) -> None:
        self.weight = weight
        self.parameters = parameters or shipped()

    def draft(self, question: str, language: str, passages: Sequence[Passage], into: str | None = None) -> Draft:
        """The sentences that answer, in reading order, or no claim when the articles do not seem to.

        into: the language to answer in, where a paragraph is written in it or translated into it; the question's when None.
        """
        near = [p for n, p in enumerate(passages) if p.reading.language == language or n < _FOREIGN_PASSAGES]
        found = self.candidates(question, language, near)
        best = 0.0
        for side in SIDES:
            ranked = self.rank([c for c in found if c.side == side])
            if not ranked or ranked[0][1].excluded:
                continue
            chance = self.confidence(signals(ranked), side)
            if chance >= self.parameters["threshold"][side]:
                return Draft(tuple(_claim(c, into or language) for c in _in_reading_order(self.enough(ranked))), chance)
            best = max(best, chance)
        return Draft((), best)

    def candidates(self, question: str, language: str, passages: Sequence[Passage]) -> list[Candidate]:
        """All sentences of the passages with their features."""
        keys = {t.key for t in tokens(question, language)}
        # Squared, so that the names every paragraph shares do not outweigh the one word that tells it apart.
        weights = {key: self.weight(key) ** 2 for key in keys}
        wanted, named = request(question), _named(question)
        noun = {t.key for t in tokens(wanted.noun, language)}
        best = max((passage.score for passage in passages), default=0.0)
        return [
            candidate
            for passage in passages
            for candidate in self._of_passage(passage, weights, wanted, noun, named, language, passage.score - best)
        ]

    def rank(self, candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
        """The sentences with their scores, whose differences are log-odds of holding the answer if any does; best first.

        Those that cannot answer, for want of the date or measure asked for, come last: they still tell how far the
        best one stands out.
        """
        weights, line = self.parameters["sentence"], self.parameters["line"]
        scored = [(_linear(weights[c.side], FEATURES, c.features) + line * c.suit, c) for c in candidates]
        return sorted(
            scored, key=lambda pair: (pair[1].excluded, -pair[0], pair[1].passage.paragraph_id, pair[1].index)
        )

    def confidence(self, values: Sequence[float], side: str) -> float:
        """Chance, in [0, 1], that the best sentence of a side holds the answer; values: its `signals`."""
        weights = self.parameters["confidence"][side]
        return _sigmoid(weights["intercept"] + _linear(weights, SIGNALS, values))

    def enough(self, ranked: Sequence[tuple[float, Candidate]]) -> list[Candidate]:
        """The sentences to show, three at most: the best, what it needs beside it to be understood or complete, and
        those nearly as likely; more readily for a question that asks several things, or when the best lacks a name or number
        of the question."""
        top, best = ranked[0]
        chosen = [best, *_companions(best, [c for _, c in ranked])][:_MOST_SENTENCES]
        # A paragraph that lacks a name or number the question gives is a worse bet than its score says.
        margin = self.parameters["margin"] * (2 if best.several else 1.5 if best.missing else 1)
        for odds, candidate in ranked[1:]:
            if len(chosen) >= _MOST_SENTENCES or candidate.excluded or odds < top - margin:
                break
            # One that holds less of what is asked for than the best would only add length.
            if candidate.fit >= best.fit and all(candidate.text != c.text for c in chosen):
                chosen.append(candidate)
        return chosen

    def _of_passage(
        self,
        passage: Passage,
        weights: dict[str, float],
        wanted: Request,
        noun: set[str],
        named: list[str],
        language: str,
        standing: float,
    ) -> list[Candidate]:
        total = sum(weights.values()) or 1.0
        reading, views = passage.reading, passage.paragraph.views
        texts = [reading.text[a:b] for a, b in reading.sentences]
        keys = [{t.key for t in tokens(text, reading.language)} for text in texts]
        # Words are shared with whichever view has them: a question may name somebody in another script.
        shared = [
            weights.keys()
            & {t.key for view in views for t in tokens(view.text[slice(*view.sentences[i])], view.language)}
            for i in range(len(texts))
        ]
        whole = sum(weights[w] for w in set().union(*shared)) / total
        side = "own" if reading.language == language else "foreign"
        everything = " ".join([passage.source.title, *(view.text for view in views)])
        numbers = _missing([name for name in named if name[0].isdigit()], everything)
        missing = _missing(named, everything) if side == "own" else 0.0
        found: list[Candidate] = []
        suit = suits(wanted.line, passage.paragraph.kind)
        if suit == 1:
            # An editor's line or a date says nothing of its subject; the title of its article does.
            title = weights.keys() & {t.key for t in tokens(passage.source.title, passage.source.language)}
            shared = [own | title for own in shared]
        for i, (sentence, text) in enumerate(zip(passage.sentences, texts, strict=True)):
            beside = [passage.sentences[j].similarity for j in (i - 1, i + 1) if 0 <= j < len(passage.sentences)]
            fits = {kind: holds(kind, text) if kind == wanted.kind else 0.0 for kind in KINDS}
            features = (
                sentence.similarity,
                passage.similarity,
                max(beside, default=sentence.similarity),
                standing,
                sum(weights[w] for w in shared[i]) / total,
                whole,
                math.log1p(len(keys[i] - weights.keys())),
                *fits.values(),
                measures(wanted.unit, text),
                (0.5 if noun & keys[i] else -0.5) if noun and side == "own" else 0.0,
                -numbers,
            )
            if suit < 1 and not keys[i] - weights.keys():
                continue  # a title or a caption that only says what the question says
            excluded = suit < 1 and wanted.excludes(text)
            found.append(Candidate(passage, i, features, side, suit, missing, excluded, not wanted.single))
        return found


def signals(ranked: Sequence[tuple[float, Candidate]]) -> tuple[float, ...]:
    """What tells whether the best sentence is right, in the order of `SIGNALS`.

    score: of the best sentence; lead: its score less that of the best other, in [-5, 5]; similarity: the highest of any
    sentence; words: the highest share of the question's words, by weight, that one paragraph holds; missing: share of
    the question's names and numbers that the best sentence's paragraph lacks; fit: the best sentence's own.
    """
    odds, best = ranked[0]
    second = max((others for others, _ in ranked[1:]), default=odds)
    similarity = max(c.features[0] for _, c in ranked)
    held = FEATURES.index("paragraph_words")
    words = max(c.features[held] for _, c in ranked)
    return odds, max(-5.0, min(odds - second, 5.0)), similarity, words, best.missing, best.fit


def _named(question: str) -> list[str]:
    """Names, by their capitals, and numbers of a question, folded; endings after an apostrophe are cut off."""
    return [fold(re.split("['’]", word)[0]) for word in _NAMED.findall(question)]


def _missing(named: list[str], text: str) -> float:
    folded = fold(text).replace(",", "")
    return sum(name.replace(",", "") not in folded for name in named) / len(named) if named else 0.0


def _linear(weights: dict[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    return sum(weights[name] * value for name, value in zip(names, values, strict=True))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))


def _companions(best: Candidate, candidates: list[Candidate]) -> list[Candidate]:
    """The sentence before, when the best begins with a word that points back to it; the one after, when that holds
    the kind of thing asked for and the best does not."""
    beside = {c.index - best.index: c for c in candidates if c.passage is best.passage}
    found = [beside[-1]] if -1 in beside and _ANAPHOR.match(best.text) else []
    return [*found, beside[1]] if best.fit < 0 and 1 in beside and beside[1].fit > 0 else found


def _in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """Paragraphs in the order of their best sentence, sentences within them in the order of the text."""
    order = {c.passage.paragraph_id: n for n, c in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda c: (order[c.passage.paragraph_id], c.index))


def _claim(candidate: Candidate, language: str) -> DraftClaim:
    """The sentence in `language` where there is a view in it, else as it stands in the article."""
    sentence, paragraph = candidate.passage.sentences[candidate.index], candidate.passage.paragraph
    view = paragraph.view(language) or paragraph.original
    return DraftClaim(view.sentence(candidate.index), (Evidence(candidate.passage, sentence.start, sentence.end),))
