"""Documents to paragraphs: every character accounted for, sentences right in three languages, stable ids."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Article, corpus
from rag.paragraphs import sentence_spans, split_document
from tests.conftest import ARTICLES


@pytest.fixture(scope="module")
def layouts():
    return {d.article.id: (d, split_document(d)) for d in corpus.read_documents([ARTICLES], {})[0]}


def kinds(layout):
    return {p.text: p.kind for p in layout.paragraphs}


def assert_accounted(text, layout):
    pieces = [(p.start, p.start + len(p.text)) for p in layout.paragraphs] + [(r.start, r.end) for r in layout.removed]
    at = 0
    for start, end in sorted(pieces):
        assert start == at and start < end
        at = end
    assert at == len(text)
    assert all(text[p.start : p.start + len(p.text)] == p.text for p in layout.paragraphs)
    assert all(text[r.start : r.end] == r.text and r.reason for r in layout.removed)


@pytest.mark.parametrize("name", ["expo", "iznik", "store"])
def test_every_character_of_the_articles_is_in_one_paragraph_or_listed_as_removed(layouts, name):
    document, layout = layouts[name]
    assert_accounted(document.text, layout)


TEXTS = st.lists(
    st.sampled_from(
        ["The kiln opened. ", "“It is new. It is hot,” he says. ", "他说:“开窑了。好!”", "Fırın açıldı. ", "\n", "\n\n", "image.png", " ", "[Photo/A B]",
         "分享到:", "A title line", "来源:特稿", "Mah. No:14 ", '"Open quote. ', "3. kez. ", "# Head", "\u200b", "x" * 30]
    ),
    max_size=25,
)  # fmt: skip


@given(TEXTS)
@settings(max_examples=200)
def test_every_character_of_any_text_is_accounted_for(parts):
    document = corpus.from_object(Article(id="a", text="".join(parts), language="en"))
    layout = split_document(document)
    assert_accounted(document.text, layout)
    for p in layout.paragraphs:
        at = 0
        for start, end in p.sentences:
            assert at <= start < end <= len(p.text) and not p.text[at:start].strip()
            assert p.text[start:end] == p.text[start:end].strip()
            at = end
        assert not p.text[at:].strip()


def test_the_one_line_article_is_cut_into_captions_and_groups_of_one_to_four_sentences(layouts):
    layout = layouts["expo"][1]
    assert layout.paragraphs[0].kind == "title"
    captions = [p for p in layout.paragraphs if p.kind == "caption"]
    assert len(captions) == 2 and all(p.text.endswith("[Photo/ZHOU MI/XINHUA]") for p in captions)
    body = [p for p in layout.paragraphs if p.kind == "body"]
    assert len(body) >= 10 and all(1 <= len(p.sentences) <= 4 for p in body)
    assert all(p.text.count('"') % 2 == 0 for p in layout.paragraphs)


def test_a_speaker_keeps_the_paragraph_and_a_new_one_opens_another(layouts):
    body = [p.text for p in layouts["expo"][1].paragraphs if p.kind == "body"]
    hu = next(t for t in body if "Hu Xuemei" in t)
    zhang = next(t for t in body if "Zhang Chonghe" in t)
    assert "Hu says that" in hu and "Zhang" not in hu
    assert "Creative districts are thriving" in zhang


def test_lines_of_the_other_articles_are_recognised(layouts):
    store, iznik = kinds(layouts["store"][1]), kinds(layouts["iznik"][1])
    assert store["【责任编辑:杨俊康】"] == "editor"
    assert store["来源:特稿"] == "source"
    assert store["2025-06-04 16:35"] == "date"
    assert store["中国驻伊斯坦布尔总领事魏晓东"] == "caption"
    assert store["伊兹尼克市长卡安·穆罕默德·乌斯塔"] == "caption"
    assert sum(kind == "address" for kind in store.values()) == 2
    assert iznik["原文地址:http://en.people.cn/n3/2025/0514/c90000-20314615.html"] == "source"


def test_the_dateline_is_a_line_of_its_own(layouts):
    first, second = layouts["iznik"][1].paragraphs[:2]
    assert (first.text, first.kind) == ("IZNIK, Türkiye, May 13 (Xinhua) --", "dateline")
    assert second.text.startswith("A growing partnership")


def test_a_paragraph_in_another_script_has_its_own_language(layouts):
    languages = {p.text[:5]: p.language for p in layouts["store"][1].paragraphs}
    assert languages["Fener"] == "tr"
    assert languages["费内巴切区"] == "zh"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The expo opened on Oct 18.", "It was worth $13.1 billion (93 billion yuan).", "Dr. Smith left."]),
        ("en", ['"Today, new models are emerging," Zhang says.', '"Creative districts are thriving."', "He left."]),
        ("tr", ["Sergi 3. kez açıldı.", "Kızıltoprak Mah. No:14 adresinde.", "Prof. Dr. Ahmet Kaya geldi."]),
        ("tr", ["Sergi 18 Ekim’de açıldı.", "“Çok güzel,” dedi Kaya."]),
        ("zh", ["推动“景德镇制”成为标杆。", "他说:“我们希望如此。未来可期!”", "《景德镇。制》很好。"]),
        ("zh", ["这是“双向奔赴”。", "2021年缔结友好城市!", "谁来了?"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_says(language, sentences):
    text = ("" if language == "zh" else " ").join(sentences)
    assert [text[a:b] for a, b in sentence_spans(text, language)] == sentences


def test_an_address_is_one_sentence(layouts):
    address = next(p for p in layouts["store"][1].paragraphs if p.language == "tr")
    assert len(address.sentences) == 1


def test_hard_wrapped_lines_are_one_paragraph_and_plain_lines_are_several():
    wrapped = "The kilns of Iznik were built on the shore of the lake in\nthe fifteenth century and fired tiles for the mosques of\nthe capital for two hundred years."
    lines = "The kilns were built.\nThe tiles were fired.\nThe mosques were tiled."
    assert [
        len(split_document(corpus.from_object(Article(id="a", text=t, language="en"))).paragraphs) for t in (wrapped, lines)
    ] == [1, 3]


def test_given_paragraphs_are_kept_as_they_are_in_order():
    given_ = ["First one. With two sentences.", "  image.png ", "第三段。"]
    paragraphs = split_document(corpus.from_object(Article(id="a1", paragraphs=given_, language="en"))).paragraphs
    assert [p.text for p in paragraphs] == given_
    assert [p.id for p in paragraphs] == ["a1#p1", "a1#p2", "a1#p3"]


def test_a_sentence_that_begins_with_the_title_is_not_cut(tmp_path):
    sentence = "青山茶厂建于一九六二年，每年生产三百吨普洱茶，供应全国各地的茶馆和商店。"
    (tmp_path / "tea.txt").write_text(f"青山茶厂\n\n{sentence}\n", encoding="utf-8")
    (document,), _ = corpus.read_documents([tmp_path], {})
    assert document.article.title == "青山茶厂"
    assert [p.text for p in split_document(document).paragraphs] == ["青山茶厂", sentence]
