"""The articles that nothing is chosen on: they and their questions are whole, and their figures stand apart in the gate."""

from __future__ import annotations

from collections import Counter

import pytest

import rag.corpus as corpus
from evals import gold, runner
from evals.results import results
from evals.scores import list_unseen_scores
from evals.systems import Response
from rag import Settings
from rag.paragraphs import split_document


@pytest.fixture(scope="module")
def paragraphs():
    documents, skipped = corpus.read_documents([runner.UNSEEN / "articles"], {})
    assert not skipped
    return {p.id: p for document in documents for p in split_document(document).paragraphs}


@pytest.fixture(scope="module")
def items(paragraphs):
    return gold.load({row: p.text for row, p in paragraphs.items()}, runner.UNSEEN / "gold")


def test_every_quote_stands_in_its_article_and_every_language_is_asked_in(items):
    counts = Counter((item.language, item.answerable) for item in items)
    assert counts == {(code, said): 40 if said else 20 for code in ("en", "zh", "tr") for said in (True, False)}


def test_the_articles_are_none_of_those_that_the_project_was_built_on(paragraphs):
    text = " ".join(p.text for p in paragraphs.values()).casefold()
    assert not any(word in text for word in ("jingdezhen", "景德镇", "iznik", "伊兹尼克", "istanbul", "porcelain", "瓷"))


def test_their_figures_stand_apart(items, paragraphs):
    refused = Response("", refused=True, status="not_found", language="en")
    found = list_unseen_scores(results(items, {item.id: refused for item in items}, paragraphs))
    by_name = {score.name: score for score in found}
    assert {score.group for score in found} == {"unseen articles"}
    assert all(score.name.startswith("unseen: ") for score in found)
    assert (by_name["unseen: near misses refused"].value, by_name["unseen: false refusals"].value) == (1.0, 1.0)
    assert list_unseen_scores([]) == []


def test_on_a_chroma_server_neither_the_readers_index_nor_the_gold_articles_are_mixed_with_the_unseen_ones():
    names = {"kilnmark", *(runner.name_collections("kilnmark", folder) for folder in (runner.ARTICLES, runner.UNSEEN / "articles"))}
    assert len(names) == 3 and all(Settings(chroma_name=name) for name in names)
    assert Settings(chroma_name=runner.name_collections("k" * 30, runner.ARTICLES)).chroma_name
