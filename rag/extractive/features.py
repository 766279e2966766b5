"""Passages -> candidate sentences with the few numbers that tell how well each answers.

Everything here is about one sentence and its surroundings; what they weigh is fitted, see `rag.extractive`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.extractive.exclusion import UNSEEN, Exclusion
from rag.focus import focus
from rag.language import fold, tokens
from rag.names import Names
from rag.questions import Asked, holds, measures, request, says, suits
from rag.types import Passage

FEATURES = (
    "similarity", "paragraph", "neighbour", "standing", "words", "paragraph_words", "new_words",
    "date", "quantity", "person", "place", "reason", "unit", "noun", "numbers", "article", "exact", "speech",
)  # fmt: skip
KINDS: tuple[Asked, ...] = ("date", "quantity", "person", "place", "reason")
_BEST = 3  # passages that tell how well an article fits a question

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
    uncovered: float = 0.0  # share of the question's words, by weight, in neither its paragraph nor its article's title
    rarest: float = 0.0  # the weightiest of those words, as a share of the weightiest there can be
    absent: float = 0.0  # share of the question's words, by weight, in none of the indexed texts
    unnamed: float = 0.0  # share of the question's known names that its paragraph and title lack
    excluded: bool = False  # it lacks the date or measure that is asked for, or is of another office

    @property
    def fit(self) -> float:
        """Whether it holds the kind of thing and the measure asked for: -1/2, 0 or 1/2 for each."""
        return sum(self.features[FEATURES.index(name)] for name in (*KINDS, "unit"))

    @property
    def text(self) -> str:
        """The sentence in the language it is read in."""
        reading = self.passage.reading
        return reading.text[slice(*reading.sentences[self.index])]

    @property
    def original(self) -> str:
        """The sentence as the article has it."""
        paragraph = self.passage.paragraph
        return paragraph.text[slice(*paragraph.sentences[self.index])]

    @property
    def whole(self) -> str:
        """The title of its article, and its paragraph in all languages."""
        return " ".join([self.passage.source.title, *(view.text for view in self.passage.paragraph.views)])


class Candidates:
    """The sentences of passages as candidates for one question.

    weight: how much sharing a word says, higher for rarer ones. names: those known.
    """

    def __init__(self, question: str, language: str, weight: Callable[[str], float], names: Names) -> None:
        keys = {t.key for t in tokens(question, language)}
        self.unseen = weight(UNSEEN) ** 2
        # Squared, so that the names every paragraph shares do not outweigh the one word that tells it apart.
        self.weights = {key: weight(key) ** 2 for key in keys}
        self.question, self.language, self.names = question, language, names
        self.wanted, self.named = request(question), _named(question)
        self.told = names.ids(question)
        known = [w for w in self.weights.values() if w < self.unseen]
        self.absent = 1 - sum(known) / (sum(self.weights.values()) or 1.0) if self.weights else 0.0
        self.weight = weight
        self.noun = {t.key for t in tokens(self.wanted.noun, language)}

    def of(self, passages: Sequence[Passage]) -> list[Candidate]:
        """All sentences of the passages with their features."""
        best = max((passage.score for passage in passages), default=0.0)
        articles = _standings(passages)
        exclusion = Exclusion(self.question, self.language, self.weight, self.names, passages)
        return [
            c
            for passage in passages
            for c in self._of_passage(passage, passage.score - best, articles[passage.article_id], exclusion)
        ]

    def _of_passage(self, passage: Passage, standing: float, article: float, exclusion: Exclusion) -> list[Candidate]:
        weights, wanted, noun, named, language = self.weights, self.wanted, self.noun, self.named, self.language
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
        title = weights.keys() & {t.key for t in tokens(passage.source.title, passage.source.language)}
        lacking = [w for key, w in weights.items() if key not in set().union(title, *shared)]
        unnamed = len(self.told - self.names.ids(everything)) / len(self.told) if self.told else 0.0
        lacks = (missing, sum(lacking) / total, max(lacking, default=0.0) / self.unseen, self.absent, unnamed)
        out, beside_point = exclusion.of_passage(passage)
        found: list[Candidate] = []
        suit = suits(wanted.line, passage.paragraph.kind)
        if suit == 1:
            # An editor's line or a date says nothing of its subject; the title of its article does.
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
                article,
                self._exact(text, reading.language),
                (0.5 if says(text) else -0.5) if wanted.speech else 0.0,
            )
            if suit < 1 and not keys[i] - weights.keys():
                continue  # a title or a caption that only says what the question says
            never, unfit = exclusion.of_sentence(text, reading.language)
            excluded = out or never or (suit < 1 and (beside_point or unfit))
            found.append(Candidate(passage, i, features, side, suit, *lacks, excluded))
        return found

    def _exact(self, text: str, language: str) -> float:
        """1/2 when a sentence holds a single thing of the kind asked for, -1/2 when not, 0 when no form tells the kind."""
        if self.wanted.kind not in ("date", "quantity", "person"):
            return 0.0
        return 0.5 if focus(self.wanted, self.question, self.language, text, language, self.names) else -0.5


def _standings(passages: Sequence[Passage]) -> dict[str, float]:
    """Of each article, the mean score of its three best passages, less that of the best article: 0 or less."""
    scores: dict[str, list[float]] = {}
    for passage in passages:
        scores.setdefault(passage.article_id, []).append(passage.score)
    means = {article: sum(sorted(own)[-_BEST:]) / _BEST for article, own in scores.items()}
    top = max(means.values(), default=0.0)
    return {article: mean - top for article, mean in means.items()}


def _named(question: str) -> list[str]:
    """Names, by their capitals, and numbers of a question, folded; endings after an apostrophe are cut off."""
    return [fold(re.split("['’]", word)[0]) for word in _NAMED.findall(question)]


def _missing(named: list[str], text: str) -> float:
    folded = fold(text).replace(",", "")
    return sum(name.replace(",", "") not in folded for name in named) / len(named) if named else 0.0
