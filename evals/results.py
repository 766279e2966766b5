"""A gold question, what was returned for it, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evals.gold import SMALL_TALK, Item, gold_paragraphs, needed
from evals.metrics import Citing, citing
from evals.systems import Response
from evals.written import fold
from rag import Paragraph


@dataclass(frozen=True)
class Result:
    """An item, its response, and the gold paragraphs: all of them, and in groups of which one each is needed.

    Scores are None where there is nothing to score.
    """

    item: Item
    response: Response
    gold: frozenset[str]
    needed: tuple[frozenset[str], ...]
    paragraphs: Mapping[str, Paragraph]

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def refused(self) -> bool:
        return self.response.refused

    @cached_property
    def missing(self) -> list[str]:
        """The gold facts that neither the answer nor what it quotes states; a reckoned one may be in the notice."""
        said, shown = self.response.said, f"{self.response.text} {self.response.notice or ''}"
        cited = " ".join([said, *(self.paragraphs[row].text for row in self.response.cited if row in self.paragraphs)])
        lost = [str(f) for f in self.item.facts if not f.stated(cited if f.kind == "said_by" else said)]
        if self.item.reading and not any(fact.stated(shown) for fact in self.item.reading):
            lost.append(" or ".join(map(str, self.item.reading)))
        return lost

    @cached_property
    def forbidden(self) -> list[str]:
        """What the answer says and must not say."""
        return [word for word in self.item.never if word in self.response.text]

    @property
    def cites_gold(self) -> bool | None:
        """Whether a gold paragraph is cited; of every gold article one, where the item wants both."""
        shown = self.gold & set(self.response.cited)
        if not self.gold:
            return None
        return _articles(shown) == _articles(self.gold) if self.item.both else bool(shown)

    @property
    def correct(self) -> bool | None:
        """Answer correctness: an answer that states all gold facts and nothing it must not say, whatever it cites. None when the
        articles do not answer, or when nothing need be stated."""
        if not self.item.answerable or not (self.item.facts or self.item.reading):
            return None
        return not (self.refused or self.missing or self.forbidden)

    @property
    def right(self) -> bool:
        """Refused when it should be, else answered with all facts and a gold paragraph cited. A wrong premise may be refused, or
        met with what the articles do say. What can be asked of the assistant itself needs no citation."""
        if self.forbidden:
            return False
        if self.item.kind == "wrong-premise":
            return self.refused or bool(self.cites_gold)
        if self.item.kind == "overview" and not self.item.quotes:
            return not self.refused
        if self.item.kind == SMALL_TALK:
            return not self.refused and not self.response.cited
        if not self.item.answerable:
            return self.refused
        return bool(self.cites_gold) and not self.refused and not self.missing

    @property
    def first(self) -> bool | None:
        """Whether the first sentence shown is a gold one; refusals show none. None when the articles do not answer."""
        if not self.searched:
            return None
        if self.refused or not self.response.spans:
            return False
        row, (start, end) = self.response.cited[0], self.response.spans[0]
        sentence = self.paragraphs[row].text[start:end]
        return any(quote in sentence or sentence in quote for quote in self.item.quotes)

    @property
    def short(self) -> bool | None:
        """Whether the exact answer is, or holds, an accepted form; None when the gold has none. Digits are whole numbers."""
        if not self.item.short:
            return None
        found = fold(self.response.short or "")
        forms = (re.escape(fold(form)) for form in self.item.short)
        return any(re.search(rf"(?<!\d){form}(?!\d)", found) for form in forms)

    @property
    def citing(self) -> Citing | None:
        """Precision, recall and F1 of the paragraphs cited."""
        return citing(self.response.cited, self.needed) if self.item.answerable else None

    @property
    def searched(self) -> bool:
        """Whether a search is what answers it: not for questions about the collection."""
        return self.item.answerable and self.item.kind != "overview"

    @property
    def language(self) -> bool:
        """Whether the answer is in the question's language; quotes in another are announced in it."""
        return self.response.language == self.item.language

    @property
    def article_languages(self) -> set[str]:
        """Languages of the articles that answer."""
        return {self.paragraphs[row].language for row in self.gold} if self.item.answerable else set()

    @property
    def same_language(self) -> bool:
        """Whether the question is in the language of an article that answers it."""
        return self.item.language in self.article_languages

    @property
    def length(self) -> float | None:
        """Characters cited over characters of the gold sentences needed, both as the articles write them: 1 when it quotes just
        those. The shortest gold sentence of each group is taken as needed."""
        if self.refused or not self.searched or not self.response.spans:
            return None
        shown = sum(end - start for _, (start, end) in {*zip(self.response.cited, self.response.spans, strict=True)})
        wanted = sum(min((self._sentence(row) for row in group), default=0) for group in self.needed)
        return shown / wanted if wanted else None

    def _sentence(self, row: str) -> int:
        """Length of the shortest sentence that holds a gold quote; of the paragraph when a quote spans several."""
        paragraph = self.paragraphs[row]
        holding = [
            b - a for a, b in paragraph.sentences if any(quote in paragraph.text[a:b] for quote in self.item.quotes)
        ]
        return min(holding, default=len(paragraph.text))

    def why(self) -> list[str]:
        """Why it is not right, a line each; empty when it is."""
        if self.right:
            return []
        lines = [f"must not say: {word}" for word in self.forbidden]
        if self.item.answerable and self.refused:
            return [*lines, "refused"]
        if self.item.kind == SMALL_TALK:
            return ["not met as small talk"]
        if not self.item.answerable:
            return lines or ["answered what the articles do not say"]
        lines += [f"not stated: {fact}" for fact in self.missing]
        return lines if self.cites_gold else [*lines, "no gold paragraph cited"]


def results(
    items: Sequence[Item], responses: Mapping[str, Response], paragraphs: Mapping[str, Paragraph]
) -> list[Result]:
    """The items that were asked, with their responses by id."""
    texts = {row: paragraph.text for row, paragraph in paragraphs.items()}
    return [
        Result(item, responses[item.id], frozenset(gold_paragraphs(item, texts)), needed(item, texts), paragraphs)
        for item in items
        if item.id in responses
    ]


def _articles(rows: frozenset[str]) -> set[str]:
    return {row.partition("#")[0] for row in rows}
