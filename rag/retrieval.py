"""Question -> ranked passages: paragraph vector, best sentence vector and words, fused; fair to every language.

    likeness = cos(question, paragraph) + cos(question, best sentence), times 1.25 in another language than the question's
    own      = mean of the likenesses in all languages the paragraph can be read in + 0.8 * BM25 share - 0.2 for a caption
    score    = own + 0.4 * the best own score in its article

A paragraph with one good sentence is found by its sentence, a rare name or number by its words. All vectors are centred by
language, which takes out where languages lie, but not how they scatter: cosines within a language are spread wider than
across, and words are shared within one only, so the best foreign paragraph would still lose to middling ones of one's own.
A paragraph that is translated is compared in each of its languages; their mean is less noisy than any one. No `where`
filter and no quota are needed. A paragraph in the middle of an article does not repeat what the article is about ("The five-day
event..."), so its article's best paragraph lifts it: on the gold questions of the dev split that took recall in the first six
from 0.942 to 0.955 (n = 313). A caption says again, shorter, what the text says. Lines that are not running text (editor,
source, address) share neither words nor meaning with the question that asks for them, so those of the best articles are
compared too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from rag.language import keys
from rag.types import LINE_KINDS, Paragraph, ParagraphId, Passage, ScoredSentence, Source, Vectors, View

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

_FOREIGN, _WORDS, _ARTICLE, _CAPTION = 1.25, 0.8, 0.4, -0.2
_COPIED, _MIN_COPIED_WORDS = 0.6, 8  # share of words in common of which one is a copy; words of a text that can be one
_DISTINCT = 8  # passages that are no copies of each other, after which it is not looked for copies: more are hardly read
# What a cosine across languages is worth within one.
_ACROSS = 1.5
_ARTICLES_WITH_LINES = 2  # the best ones
_WITH_NEIGHBOURS = 6  # candidates; the best three, whose neighbours are read, are among them
# Rows asked of each side; what only one side found gets the other's last similarity, the most it can have there.
_PARAGRAPHS, _SENTENCES, _LEXICAL, _LINES = 120, 240, 30, 12
# Paragraphs compared in full beyond those asked for: what they hold can still lift them.
_MORE = 20

Row = tuple[str, str]  # a paragraph's id, and the language of one of its views
ViewSimilarity = tuple[View, float, list[float]]  # a view, its similarity to the question, and those of its sentences
Compared = tuple[Paragraph, list[ViewSimilarity]]


class SearchIndex(Protocol):
    """What retrieval needs of an opened store."""

    sources: dict[str, Source]

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[Row, float]: ...
    def nearest_sentences(self, vector: Vectors, count: int) -> dict[Row, float]: ...
    def nearest_words(self, words: Sequence[str], count: int) -> dict[Row, float]: ...
    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]: ...
    def compare(self, vector: Vectors, ids: Sequence[str]) -> list[Compared]: ...


def retrieve_passages(index: SearchIndex, question: str, language: str, vector: Vectors, k: int) -> list[Passage]:
    """The `k` best passages for a question, best first, each with the evidence of its sentences.

    vector: the question's vector, shape (dimensions,).
    """
    return search_passages(index, question, language, vector, k)[:k]


def search_passages(index: SearchIndex, question: str, language: str, vector: Vectors, k: int) -> list[Passage]:
    """All passages that were compared in full to find the `k` best ones, best first: what stands beside those is among them."""
    by_paragraph = index.nearest_paragraphs(vector, max(_PARAGRAPHS, 3 * k))
    by_sentence = index.nearest_sentences(vector, max(_SENTENCES, 6 * k))
    by_words = index.nearest_words(keys(question, language), _LEXICAL)
    floors = [min(found.values(), default=0.0) for found in (by_paragraph, by_sentence)]
    words: defaultdict[str, float] = defaultdict(float)
    for (paragraph, _), share in by_words.items():
        words[paragraph] = max(words[paragraph], share)
    beside: defaultdict[str, list[float]] = defaultdict(list)
    for row in {*by_paragraph, *by_sentence, *by_words}:
        likeness = by_paragraph.get(row, floors[0]) + by_sentence.get(row, floors[1])
        beside[row[0]].append(likeness if row[1] == language else _FOREIGN * likeness)
    rough = {paragraph: sum(own) / len(own) + _WORDS * words[paragraph] for paragraph, own in beside.items()}
    candidates = sorted(rough, key=lambda paragraph: (-rough[paragraph], paragraph))
    count, wanted = 0, k + _MORE
    while count < wanted:  # once, and again where copies took the places of others
        count = wanted
        ranked = _rank(index, vector, language, words, candidates[:count])
        found, copies = _set_copies_apart(ranked)
        wanted = min(k + _MORE + len(copies), len(candidates))
    return [*found, *(replace(copy, score=ranked[-1].score) for copy in copies)]


def _rank(
    index: SearchIndex, vector: Vectors, language: str, words: Mapping[str, float], candidates: Sequence[str]
) -> list[Passage]:
    """The candidates and what stands beside the best of them, compared in full, best first."""
    beside_them = [*_lines(index, candidates), *_neighbours(candidates[:_WITH_NEIGHBOURS])]
    compared = index.compare(vector, list(dict.fromkeys([*candidates, *beside_them])))
    passages = [_passage(index.sources[c[0].article_id], c, language, words.get(c[0].id, 0.0)) for c in compared]
    best: defaultdict[str, float] = defaultdict(lambda: -math.inf)
    for passage in passages:
        best[passage.article_id] = max(best[passage.article_id], passage.score)
    passages = [replace(p, score=p.score + _ARTICLE * best[p.article_id]) for p in passages]
    return sorted(passages, key=lambda p: (-p.score, p.paragraph_id))


def _set_copies_apart(ranked: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The passages, without and then with those alone that say nearly what a better one says: in the same article, or when
    another article has said it too. Two articles may say the same, for one bears out the other.

    One paragraph written over and over, or an article that many papers print, would else be all that is read.
    """
    chosen: list[tuple[str, frozenset[str]]] = []
    found, copies = list[Passage](), list[Passage]()
    for n, passage in enumerate(ranked):
        if len(chosen) == _DISTINCT:
            found += ranked[n:]
            break
        words = frozenset(keys(passage.text, passage.language))
        # A line is a fact of its article, however many others have it too; but a headline says no more than another like it.
        title = passage.paragraph.kind == "title"
        alike = [article for article, own in chosen if (words == own if title else _are_copies(words, own))]
        line = passage.paragraph.kind in LINE_KINDS and not title
        if line or not (passage.article_id in alike or len(alike) > 1):
            chosen.append((passage.article_id, words))
            found.append(passage)
        else:
            copies.append(passage)
    return found, copies


def _are_copies(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two texts have nearly the same words; short ones that share a few have not."""
    return min(len(words), len(others)) >= _MIN_COPIED_WORDS and len(words & others) >= _COPIED * len(words | others)


def _neighbours(ids: Sequence[str]) -> list[str]:
    """Ids of the paragraphs before and after these, whether there are such paragraphs or not."""
    return [near for row in ids for near in ParagraphId(row).neighbours]


def _lines(index: SearchIndex, candidates: Sequence[str]) -> list[str]:
    """Ids of the lines that are not running text, of the articles of the best candidates."""
    articles = list(dict.fromkeys(ParagraphId(candidate).article_id for candidate in candidates))[:_ARTICLES_WITH_LINES]
    return [row for row in index.lines(articles, LINE_KINDS) if row not in candidates][:_LINES]


def _passage(source: Source, compared: Compared, language: str, words: float) -> Passage:
    paragraph, views = compared
    beside = [
        (own + max(parts, default=own)) * (1.0 if view.language == language else _FOREIGN) for view, own, parts in views
    ]
    nearest = views[max(range(len(views)), key=beside.__getitem__)]
    reading, similarity, parts = _read(next((v for v in views if v[0].language == language), nearest), views)
    score = sum(beside) / len(beside) + _WORDS * words + (_CAPTION if paragraph.kind == "caption" else 0.0)
    spans = zip(paragraph.sentences, parts, strict=True)
    return Passage(
        paragraph, source, score, similarity, tuple(ScoredSentence(a, b, own) for (a, b), own in spans), reading
    )


def _read(reading: ViewSimilarity, views: Sequence[ViewSimilarity]) -> ViewSimilarity:
    """A view with its similarities made surer by those of the other views: the mean of its own and of theirs, which are
    lower across languages."""
    others = [view for view in views if view[0].language != reading[0].language]
    if not others:
        return reading
    view, own, parts = reading
    rest = [sum(values) / len(others) for values in zip(*((o[1], *o[2]) for o in others), strict=True)]
    blended = [(a + _ACROSS * b) / 2 for a, b in zip((own, *parts), rest, strict=True)]
    return view, blended[0], blended[1:]


def as_langchain_retriever(retrieve_passages: Callable[[str, int], Sequence[Passage]], k: int = 5) -> BaseRetriever:
    """LangChain's retriever over `retrieve_passages`, which maps a question and a count to passages.

    Metadata of each document: paragraph_id, article_id, language, score, title, outlet, published.
    """
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class PassageRetriever(BaseRetriever):
        k: int

        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:  # noqa: ANN401
            found = retrieve_passages(query, self.k)
            return [Document(id=p.paragraph_id, page_content=p.text, metadata=_metadata(p)) for p in found]

    return PassageRetriever(k=k)


def _metadata(p: Passage) -> dict[str, Any]:
    return {
        "paragraph_id": p.paragraph_id, "article_id": p.article_id, "language": p.language, "score": p.score,
        "title": p.source.title, "outlet": p.source.outlet, "published": p.source.published,
        "page": p.paragraph.page_at(0),
    }  # fmt: skip
