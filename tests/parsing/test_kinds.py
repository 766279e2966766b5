"""PDF, DOCX, Markdown and HTML to blocks and pages, each read as what it is."""

from __future__ import annotations

import pytest

from rag.parsing import CannotParse, Parsed
from rag.parsing.child import parse_bytes
from tests.parsing.files import make_docx, make_pdf

MARKDOWN = """---
title: Kilns of Iznik
date: 2024-03-05
publisher: Kiln Weekly
lang: tr-TR
---
# The kilns

The **old kiln** stands in [Iznik](http://kiln.example).
It burns pine.

The museum shows:

- Celadon
- Blue *and* white
  1. Small
  2. Large

| Kiln | Built |
|------|-------|
| Dragon | 1998 |
| Horse | |

```
def fire():

    return 1
```
"""


def blocks(parsed: Parsed) -> list[tuple[str | None, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def test_markdown_is_read_as_markdown():
    parsed = parse_bytes(".md", MARKDOWN.encode())
    assert blocks(parsed) == [
        ("title", "The kilns"),
        (None, "The old kiln stands in Iznik. It burns pine."),
        ("body", "The museum shows:\n- Celadon\n- Blue and white\n  1. Small\n  2. Large"),
        ("row", "Kiln: Dragon; Built: 1998"),
        ("row", "Kiln: Horse"),
        ("code", "def fire():\n \n    return 1"),
    ]


def test_front_matter_says_what_is_known_of_an_article():
    parsed = parse_bytes(".md", MARKDOWN.encode())
    assert (parsed.title, parsed.outlet, parsed.published, parsed.language) == (
        "Kilns of Iznik", "Kiln Weekly", "2024-03-05", "tr",
    )  # fmt: skip
    toml = parse_bytes(".md", b'+++\ntitle = "Kilns"\ndate = 2024-03-05T10:00:00Z\n+++\nOne kiln.\n')
    assert (toml.title, toml.published, toml.text) == ("Kilns", "2024-03-05", "One kiln.")
    broken = parse_bytes(".md", b"---\ntitle: [\n---\nOne kiln.\n")
    assert broken.title is None and broken.text == "One kiln."


def test_script_and_markup_in_markdown_are_not_read():
    parsed = parse_bytes(".md", b"One <b>kiln</b>.\n\n<div><script>alert(1)</script>Two <i>kilns</i>.</div>\n")
    assert parsed.text == "One kiln.\n\nTwo kilns."


def test_a_long_list_is_read_item_by_item():
    items = "\n".join(f"- Kiln {n} burns pine wood for three days and is opened on the fourth." for n in range(20))
    assert len(blocks(parse_bytes(".md", items.encode()))) == 20


def test_a_word_document_gives_headings_chinese_text_and_table_rows():
    data = make_docx(["# 景德镇的窑", "第一座窑是红色的。"], [("窑", "建于"), ("龙窑", "一九九八年")])
    parsed = parse_bytes(".docx", data)
    assert blocks(parsed) == [("title", "景德镇的窑"), (None, "第一座窑是红色的。"), ("row", "窑: 龙窑; 建于: 一九九八年")]
    assert parsed.title == "景德镇的窑"


def test_the_pages_of_a_pdf_are_kept_and_a_paragraph_goes_over_their_end():
    first = ["# The red kiln", "", "The red kiln stands in the north of the old city and burns", "pine wood.", ""]
    first += ["It was opened by the court in the spring of the year that is"]
    second = ["known as 1998, and closed in 2004 by those who had opened it.", "", "Today it is a museum."]
    parsed = parse_bytes(".pdf", make_pdf([first, second]))
    whole = "It was opened by the court in the spring of the year that is known as 1998, and closed in 2004 by those who had opened it."
    assert blocks(parsed) == [
        ("title", "The red kiln"),
        (None, "The red kiln stands in the north of the old city and burns pine wood."),
        (None, whole),
        (None, "Today it is a museum."),
    ]
    assert [page for _, page in parsed.pages] == [1, 2]
    assert parsed.text[parsed.pages[1][0] :].startswith(" known") or parsed.text[parsed.pages[1][0] :].startswith("known")


def test_running_heads_and_page_numbers_are_no_part_of_the_text():
    names = ("red", "blue", "green", "white")
    pages = [[f"Kiln Weekly {n}", "", f"The {name} kiln is cold.", "", f"- {n} -"] for n, name in enumerate(names, 1)]
    parsed = parse_bytes(".pdf", make_pdf(pages))
    assert parsed.text.split("\n\n") == [f"The {name} kiln is cold." for name in names]
    assert [page for _, page in parsed.pages] == [1, 2, 3, 4]


def test_a_word_parted_at_the_end_of_a_line_is_one_word():
    parsed = parse_bytes(".pdf", make_pdf([["The kiln was built by the manu-", "facture of the court."]]))
    assert parsed.text == "The kiln was built by the manufacture of the court."


def test_an_html_page_says_its_outlet_and_its_day():
    text = "".join(f"<p>Kiln {n} of Iznik burns pine wood and is opened in the spring of every year.</p>" for n in range(6))
    head = (
        '<meta property="og:site_name" content="Çini Haber"><meta property="og:title" content="Fırınlar">'
        '<meta property="article:published_time" content="2024-03-05T08:00:00+03:00">'
    )
    page = f"<html><head><title>x</title>{head}</head><body><article><h1>Fırınlar</h1>{text}</article></body></html>"
    parsed = parse_bytes(".html", page.encode())
    assert (parsed.title, parsed.outlet, parsed.published) == ("Fırınlar", "Çini Haber", "2024-03-05")
    byline = page.replace('property="og:site_name"', 'name="author"').replace("Çini Haber", "Ayşe Yılmaz")
    assert parse_bytes(".html", byline.encode()).outlet == "Ayşe Yılmaz"


def test_a_day_in_the_words_of_a_page_is_not_its_day():
    text = "".join(f"<p>Kiln {n} was opened on 5 March 2019 and burns pine wood in the spring.</p>" for n in range(6))
    page = f"<html><body><article><h1>Kilns</h1>{text}<p>Copyright 2021</p></article></body></html>"
    assert parse_bytes(".html", page.encode()).published is None


@pytest.mark.parametrize("kind", [".pdf", ".docx"])
def test_a_file_that_is_not_what_its_name_says_is_no_file_of_that_kind(kind):
    with pytest.raises(Exception) as caught:
        parse_bytes(kind, b"The first kiln is red.")
    assert not isinstance(caught.value, MemoryError)


def test_a_scan_has_pages_and_no_text():
    with pytest.raises(CannotParse) as caught:
        parse_bytes(".pdf", make_pdf([[], [], []]))
    assert (caught.value.code, caught.value.detail) == ("no_text", "3")
