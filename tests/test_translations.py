"""The shipped translations, and how translations are read, checked and aligned."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import product

import pytest

from rag import Article, Assistant, Settings, ingest, names
from rag.paragraphs import sentence_spans
from rag.translations import attach_translations, compare_translation, load_translations
from rag.types import Name, Paragraph
from tests.conftest import ARTICLES

FILES = {
    "expo": "jingdezhen-expo.en.txt",
    "iznik": "iznik-jingdezhen.en.txt",
    "store": "istanbul-flagship-store.zh.txt",
}
LANGUAGES = ("en", "zh", "tr")


@pytest.fixture(scope="module")
def corpus(assistant):
    return {identity: assistant.article(identity)[1] for identity in FILES}


@pytest.mark.parametrize(("article", "language"), list(product(FILES, LANGUAGES)))
def test_every_paragraph_of_every_article_can_be_read_in_every_language(corpus, article, language):
    for paragraph in corpus[article]:
        view = paragraph.view(language)
        assert view is not None, paragraph.id
        assert len(view.sentences) == len(paragraph.sentences)
        assert all(view.sentence(i).strip() for i in range(len(view.sentences)))


@pytest.mark.parametrize(("article", "language"), list(product(FILES, LANGUAGES)))
def test_numbers_dates_and_names_are_the_same_in_every_language(corpus, article, language):
    known = names.load_names(ARTICLES)
    assert len(known) > 30
    whole = " ".join(p.text for p in corpus[article])
    for paragraph in corpus[article]:
        view = paragraph.view(language)
        if language == paragraph.language:
            continue
        for i, (a, b) in enumerate(paragraph.sentences):
            original, translated = paragraph.text[a:b], view.sentence(i)
            assert compare_translation(original, paragraph.language, translated, language, known) == []
            # A pronoun may become a name, but no name that the article does not hold.
            assert not [
                name for name in known
                if names.stands_in(name, translated, language) and not names.stands_in(name, whole, corpus[article][0].language)
                and not names.stands_in(name, original, paragraph.language)
            ]  # fmt: skip


def test_no_translation_is_left_over(corpus):
    for article, file in FILES.items():
        for translation in load_translations(ARTICLES / file, article):
            plain = [replace(p, translations=()) for p in corpus[article]]
            assert attach_translations(plain, [translation], names.load_names(ARTICLES))[1] == []


def test_every_name_has_a_form_in_each_language_and_says_which_spelling_is_ours():
    tables = tomllib.loads((ARTICLES / names.FILE).read_text(encoding="utf-8"))["name"]
    text = {code: "" for code in LANGUAGES}
    for article, file in FILES.items():
        text[file.rsplit(".", 2)[1]] += (ARTICLES / file).read_text(encoding="utf-8").replace("肂C", "ü") + article
    for name, table in zip(names.load_names(ARTICLES), tables, strict=True):
        assert set(LANGUAGES) <= set(name.forms), name.id
        for code in ("en", "zh"):
            assert names.stands_in(name, text[code], code) == (code not in table["ours"]), (name.id, code)


def paragraph(*sentences: str) -> Paragraph:
    text = " ".join(sentences)
    return Paragraph("a#p1", "a", text, "en", sentence_spans(text, "en"))


def translation(tmp_path, *pairs, language="tr"):
    folder = tmp_path / "translations"
    folder.mkdir(exist_ok=True)
    (folder / f"a.{language}.toml").write_text(
        "".join(f'[[sentence]]\nparagraph = "a#p1"\noriginal = "{a}"\ntranslation = "{b}"\n' for a, b in pairs)
    )
    return load_translations(tmp_path / "a.txt", "a")


def test_a_sentence_that_was_changed_in_the_article_loses_its_translation_and_is_counted(tmp_path):
    found = translation(tmp_path, ("Kilns glow.", "Fırınlar yanar."), ("Old words.", "Eski sözler."))
    done, problems = attach_translations([paragraph("Kilns glow.")], found)
    assert done[0].view("tr").text == "Fırınlar yanar."
    assert problems == ["a.tr.toml: 1 of its sentences do not stand in the article"]
    assert attach_translations([paragraph("Kilns glow.", "New words.")], found)[0][0].translations == ()


def test_a_translation_with_another_number_is_not_used_and_named(tmp_path):
    found = translation(tmp_path, ("Five kilns glow.", "Altı fırın yanar."))
    done, problems = attach_translations([paragraph("Five kilns glow.")], found)
    assert done[0].translations == ()
    assert "“Five” is not in the translation" in problems[0] and "“Altı” is not in the original" in problems[1]


def test_a_translation_that_loses_a_name_is_not_used(tmp_path):
    found = translation(tmp_path, ("Ada fired it.", "O pişirdi."))
    ada = Name("ada", "person", {"en": ("Ada",), "tr": ("Ada",)})
    assert "“Ada” is not in the translation" in attach_translations([paragraph("Ada fired it.")], found, [ada])[1][0]


def test_a_broken_translation_file_is_skipped_by_name_and_the_article_is_indexed(tmp_path):
    (tmp_path / "articles" / "translations").mkdir(parents=True)
    (tmp_path / "articles" / "kiln.txt").write_text("The kiln was lit on Monday.")
    (tmp_path / "articles" / "translations" / "kiln.tr.toml").write_text("[[sentence]\n")
    report = ingest([tmp_path / "articles"], Settings(store=tmp_path / "store"))
    assert report.articles == 1 and "kiln.tr.toml" in report.skipped[0][1]


def test_a_changed_translation_is_indexed_again_and_only_it_is_embedded(tmp_path):
    folder = tmp_path / "articles"
    (folder / "translations").mkdir(parents=True)
    (folder / "kiln.txt").write_text("The kiln was lit on Monday.")
    settings = Settings(store=tmp_path / "store")
    ingest([folder], settings)
    (folder / "translations" / "kiln.tr.toml").write_text(
        '[[sentence]]\nparagraph = "kiln#p1"\noriginal = "The kiln was lit on Monday."\ntranslation = "Fırın pazartesi yakıldı."\n'
    )
    report = ingest([folder], settings)
    assert report.rows[0].translations == ("tr",) and report.rows[0].change == "changed"
    assert report.embedded == 1 and report.reused == 1  # paragraph and sentence are one text
    answer = Assistant(settings).ask("Fırın ne zaman yakıldı?")
    assert answer.text == "Fırın pazartesi yakıldı. [1]"
    assert (answer.citations[0].quote, answer.citations[0].translation) == (
        "The kiln was lit on Monday.",
        "Fırın pazartesi yakıldı.",
    )
    assert answer.notice and ingest([folder], settings).embedded == 0


def test_an_id_that_looks_like_a_row_of_the_index_is_no_danger(tmp_path):
    settings = Settings(store=tmp_path / "store")
    ingest(
        [Article(id="a#p1@tr", text="The kiln was lit on Monday."), Article(id="a", text="Bowls are blue.")], settings
    )
    assistant = Assistant(settings)
    assert assistant.ask("When was the kiln lit?").citations[0].paragraph_id == "a#p1@tr#p1"
    assert assistant.paragraph("a#p1").text == "Bowls are blue."
