"""The files beside articles: what is not described is refused, and the message names file, table and key."""

from __future__ import annotations

import pytest

from rag.article_files import ArticleEntries, NameEntries, SentenceEntries, parse_tables
from rag.errors import ArticleError


@pytest.mark.parametrize(
    ("described", "text", "told"),
    [
        (ArticleEntries, '[[article]]\nfile = "a.txt"\n[[article]]\nfile = "b.txt"\ntitel = "x"', "[[article]] 2, titel: Extra inputs"),
        (ArticleEntries, '[[article]]\ntitle = "x"', "[[article]] 1, file: Field required"),
        (ArticleEntries, '[[articles]]\nfile = "a.txt"', "articles: Extra inputs"),
        (ArticleEntries, '[[article]]\nfile = "a.txt"\nrepairs = [{from = "x"}]', "[[article]] 1, repairs, 0, to: Field required"),
        (ArticleEntries, '[[article]]\nfile = ["a.txt"]', "[[article]] 1, file: Input should be a valid string"),
        (NameEntries, '[[name]]\nid = "a"\nen = "A"', "[[name]] 1, en: Input should be a valid tuple"),
        (NameEntries, '[[name]]\nid = "a"\nEnglish = ["A"]', "[[name]] 1, English"),
        (SentenceEntries, '[[sentence]]\nparagraph = "a#p1"\noriginal = "x"', "[[sentence]] 1, translation: Field required"),
        (SentenceEntries, "[[sentence]", "Expected ']]'"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_with_its_table_and_key(described, text: str, told: str):
    with pytest.raises(ArticleError) as caught:
        parse_tables(text.encode(), described, "some.toml")
    assert caught.value.message.startswith("some.toml: ") and told in caught.value.message and "\n" not in str(caught.value)


def test_numbers_and_dates_need_no_quotes():
    entry = parse_tables(b'[[article]]\nfile = "a.txt"\nid = 7\npublished = 2025-06-04', ArticleEntries, "articles.toml").article[0]
    assert (entry.id, entry.published) == ("7", "2025-06-04")


def test_the_writings_of_a_name_are_by_language():
    entry = parse_tables('[[name]]\nid = "a"\nkind = "place"\nzh = ["伊兹尼克"]\ntr = ["İznik"]\nours = ["zh"]'.encode(), NameEntries, "").name[0]
    assert entry.__pydantic_extra__ == {"zh": ("伊兹尼克",), "tr": ("İznik",)} and entry.ours == ("zh",)
