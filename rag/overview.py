"""Answers about the collection itself: which articles there are, what can be asked, what an article says in short.

A summary is the article's first sentence and its most central ones: those nearest to the mean of all its sentence vectors
(centroid summarisation: Radev, Jing, Stys and Tam, 2004), one a paragraph, in the order of the text. Every line is cited.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rag.language import fold_text, keys
from rag.locales import list_languages
from rag.messages import word_message
from rag.question.collection import Intent
from rag.question.small_talk import SmallTalk
from rag.types import Draft, DraftClaim, Evidence, Paragraph, Passage, Source

_KEY_SENTENCES = 3
MAX_TITLES = 3  # named in reply to small talk
_TITLED, _BODY = "title", "body"


class OverviewIndex(Protocol):
    """What an overview needs of an opened store."""

    sources: dict[str, Source]

    def article(self, article_id: str) -> list[Paragraph]: ...
    def central(self, article_id: str) -> list[tuple[Paragraph, int]]: ...


def draft_overview(intent: Intent, question: str, index: OverviewIndex, weight: Callable[[str], float], into: str) -> Draft:
    """The answer to a question about the collection.

    weight: how much sharing a word says. into: the language to answer in, where there is a view in it.
    """
    if intent != "summary":
        lead = word_message("abilities", into) if intent == "abilities" else ""
        return Draft(tuple(_headline(index, source, into) for source in index.sources.values()), 1.0, lead=lead)
    chosen = _meant(question, index, weight)
    if len(chosen) != 1:
        return Draft(tuple(_first(index, source, into) for source in chosen or index.sources.values()), 1.0)
    return Draft(tuple(_summary(index, chosen[0], into)), 1.0)


def reply_courteously(kind: SmallTalk, index: OverviewIndex, into: str) -> Draft:
    """One line to a person who greets, thanks or takes leave, and what can be asked; nothing is cited."""
    titles = [_headline(index, source, into).text.rstrip(".。") for source in index.sources.values()]
    shown = "; ".join(titles[:MAX_TITLES]) + ("; …" if len(titles) > MAX_TITLES else "")
    return Draft((), 1.0, lead=f"{word_message(kind, into)} {word_message('ask_about', into, titles=shown)}")


def _meant(question: str, index: OverviewIndex, weight: Callable[[str], float]) -> list[Source]:
    """The articles that the question means, by its words in their titles, first paragraphs, outlets and ids; none when it is not
    told."""
    asked = {key for code in list_languages() for key in keys(question, code)}
    scores: dict[str, float] = {}
    for source in index.sources.values():
        views = [view for p in _opening(index.article(source.id)) for view in p.views]
        words = {key for view in views for key in keys(view.text, view.language)}
        words |= set(keys(f"{source.title} {source.outlet or ''}", source.language))
        named = fold_text(source.id) in fold_text(question)
        scores[source.id] = sum(weight(key) for key in asked & words) + (10.0 if named else 0.0)
    best = max(scores.values(), default=0.0)
    return [source for source in index.sources.values() if best and scores[source.id] >= 0.8 * best]


def _opening(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The title, and the first paragraph of the text."""
    body = [p for p in paragraphs if p.kind == _BODY] or list(paragraphs)
    return [*(p for p in paragraphs if p.kind == _TITLED), *body[:1]]


def _headline(index: OverviewIndex, source: Source, into: str) -> DraftClaim:
    """The title of an article, or its first sentence when it has none."""
    return _claim(_opening(index.article(source.id))[0], 0, source, into)


def _first(index: OverviewIndex, source: Source, into: str) -> DraftClaim:
    return _claim(_opening(index.article(source.id))[-1], 0, source, into)


def _summary(index: OverviewIndex, source: Source, into: str) -> list[DraftClaim]:
    """The first sentence of an article and its most central ones, in the order of the text."""
    paragraphs = index.article(source.id)
    lead = _opening(paragraphs)[-1]
    key: list[tuple[Paragraph, int]] = []
    for paragraph, sentence in index.central(source.id):
        if (
            len(key) < _KEY_SENTENCES
            and paragraph.kind == _BODY
            and paragraph.id not in {lead.id, *(p.id for p, _ in key)}
        ):
            key.append((paragraph, sentence))
    order = {p.id: n for n, p in enumerate(paragraphs)}
    places = sorted([(lead, 0), *key], key=lambda place: order[place[0].id])
    return [_claim(paragraph, sentence, source, into) for paragraph, sentence in places]


def _claim(paragraph: Paragraph, sentence: int, source: Source, into: str) -> DraftClaim:
    view = paragraph.view(into) or paragraph.original
    return DraftClaim(
        view.sentence(sentence), (Evidence(Passage(paragraph, source, 1.0), *paragraph.sentences[sentence]),)
    )
