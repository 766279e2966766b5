"""Question to passages: over the real articles, and in one pool of two languages."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document

from rag import Settings, ingest
from rag.encoder.embeddings import CentredEmbedder
from rag.errors import QuestionError
from rag.lexical import LexicalIndex


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("When was the expo inaugurated?", "Inaugurated in 2004"),
        ("Who is the deputy mayor of Iznik?", "Ahmet Kaya, deputy mayor"),
        ("责任编辑是谁?", "责任编辑:杨俊康"),
        ("伊斯坦布尔店是第几家店?", "第39家"),
        ("Fenerbahçe mahallesi", "FenerKalamış caddesi"),
        ("İznik ile Jingdezhen hangi yıl kardeş şehir oldu?", "became sister cities in 2021"),
        ("Which two companies built the Istanbul store with its tea?", "浮梁茶"),
        ("法国艺术家叫什么名字?", "Boris Grisot"),
    ],
)  # fmt: skip
def test_the_paragraph_is_among_the_first_five_in_either_language(assistant, question, part):
    assert any(part in p.text for p in assistant.retrieve(question, 5))


def test_passages_come_best_first_and_each_once(assistant):
    found = assistant.retrieve("ceramics expo", 12)
    assert len(found) == 12 == len({p.paragraph_id for p in found})
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_more_passages_than_there_are_is_no_error(assistant, report):
    assert len(assistant.retrieve("expo", 10_000)) == report.paragraphs


def test_a_passage_says_where_it_is_from(assistant):
    passage = assistant.retrieve("Who is the deputy mayor of Iznik?", 1)[0]
    assert passage.paragraph_id.startswith("iznik#p")
    assert passage.to_dict().keys() == {"paragraph_id", "article_id", "text", "score", "language"}


@pytest.mark.parametrize("question", ["", "  \n", "\x00", "?!", "x" * 20_000])
def test_a_question_that_cannot_be_read_is_refused(assistant, question):
    with pytest.raises(QuestionError):
        assistant.retrieve(question)


def test_the_langchain_retriever_gives_the_same_passages(assistant):
    documents = assistant.retriever.invoke("When did the expo open?")
    assert [d.id for d in documents] == [p.paragraph_id for p in assistant.retrieve("When did the expo open?", 5)]
    assert isinstance(documents[0], Document) and documents[0].metadata["title"].startswith("Jingdezhen takes")


def test_the_vector_store_answers_langchain_searches(assistant):
    found = assistant.vectorstore.similarity_search_with_relevance_scores("When did the expo open?", 3)
    assert len(found) == 3 and all(0 <= score <= 1 for _, score in found)


def test_vectors_are_unit_length_and_tell_questions_from_passages():
    embedder = CentredEmbedder()
    passages = embedder.passages(["The kiln is hot.", "窑很热。", "Fırın sıcak.", "Η φωτιά."], ["en", "zh", "tr", "xx"])
    assert passages.shape == (4, 896) and passages.dtype.name == "float32"
    assert abs((passages**2).sum(axis=1) - 1).max() < 1e-5
    assert abs(embedder.query("The kiln is hot.", "en") - passages[0]).max() > 0.01
    assert len(embedder.embed_query("窑热吗?")) == len(embedder.embed_documents(["窑很热。"])[0]) == 896


def test_a_translation_is_nearer_than_another_sentence_of_the_same_language():
    e = CentredEmbedder()
    texts = [
        "The kiln was built beside the lake.",
        "这座窑建在湖边。",
        "这家商店在城里卖衣服。",
        "The shop sells clothes in town.",
    ]
    v = e.passages(texts, ["en", "zh", "zh", "en"])
    assert v[0] @ v[1] > max(v[0] @ v[2], v[0] @ v[3])


def test_words_are_scored_by_rarity_as_a_share_of_the_most_possible(tmp_path):
    texts = ["red kiln", "blue kiln", "kiln kiln kiln", "nothing"]
    LexicalIndex.build([(text, "en") for text in texts], tmp_path / "words")
    index = LexicalIndex(tmp_path / "words")
    scores = index.score_texts(["red", "kiln"])
    assert scores.argmax() == 0 and scores.min() >= 0 and scores.max() <= 1
    assert scores[3] == 0 and index.weigh_word("red") > index.weigh_word("kiln") > 0
    assert not index.score_texts(["unknown"]).any()


def test_an_index_without_a_single_word_can_be_asked(tmp_path):
    from rag import Article, Assistant

    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", paragraphs=["!!!", "的"], language="zh")], settings)
    assert Assistant(settings).ask("有什么?").status == "not_found"
