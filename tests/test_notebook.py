"""An answer in a notebook: escaped, with markers that lead to the paragraphs in the same output, in three languages."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from rag.types import Answer, Citation, Claim, Paragraph, Source


class Page(HTMLParser):
    """What a browser makes of HTML: its links, ids, texts by tag, languages, and tags in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links, self.ids, self.languages, self.tags, self.open = [], [], [], [], []
        self.text, self.within = "", {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.open.append(tag)
        self.links += [found["href"]] if "href" in found else []
        self.ids += [found["id"]] if "id" in found else []
        self.languages += [found["lang"]] if "lang" in found else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        for tag in set(self.open):
            self.within[tag] = self.within.get(tag, "") + data


def made(text: str, language: str = "en", quote: str | None = None, **more: object) -> Answer:
    paragraph = Paragraph("a#p1", "a", text, language, ((0, len(text)),))
    start = text.index(quote) if quote else 0
    cited = Citation(1, paragraph, Source("a", "<b>Kilns</b>", language, "A & B"), start, start + len(quote or text))
    claim = Claim(cited.quote, (1,))
    return Answer("?", f"{cited.quote} [1]", "answered", language, 0.9, claims=(claim,), citations=(cited,), **more)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How large is the exhibition space of the expo?", "en"), ("伊斯坦布尔店是第几家官方旗舰店？", "zh"),
        ("İznik belediye başkan yardımcısı kim?", "tr"),
    ],
)  # fmt: skip
def test_each_marker_leads_to_its_paragraph_in_the_same_output(assistant, question, language):
    answer = assistant.ask(question)
    page = Page(answer._repr_html_())
    assert answer.citations and page.open == []
    assert {f"#{anchor}" for anchor in page.ids} == set(page.links) and len(page.ids) == len(answer.citations)
    assert page.languages[0] == language and page.text.startswith(answer.text.partition(" [")[0])
    for cited in answer.citations:
        assert cited.paragraph.text in page.text and cited.quote in page.within["mark"] and cited.paragraph_id in page.text
        assert cited.translation is None or cited.translation in page.text


def test_two_outputs_of_one_answer_have_anchors_of_their_own():
    answer = made("Kilns glow.")
    assert not set(Page(answer._repr_html_()).ids) & set(Page(answer._repr_html_()).ids)


def test_markup_of_an_article_is_shown_as_text():
    text = "<script>alert(1)</script> & <img src=x onerror=alert(2)> \"q\" 'p' \ud800"
    page = Page(made(text, short="alert(1)")._repr_html_())
    assert not {"script", "img"} & set(page.tags)
    assert page.within["blockquote"] == text.replace("\ud800", "?") and page.within["strong"] == "alert(1)"
    assert "<b>Kilns</b>" in page.text and "A & B" in page.text


def test_a_marker_that_the_article_itself_has_is_no_link():
    page = Page(made("As said [1] before.")._repr_html_())
    assert page.links == [f"#{page.ids[0]}"] and page.within["a"] == "[1]"
    assert page.text.startswith("As said [1] before. [1]")


def test_the_quote_is_marked_in_its_paragraph():
    page = Page(made("Kilns glow. Bowls cool.", quote="Bowls cool.")._repr_html_())
    assert page.within["mark"] == "Bowls cool." and page.within["blockquote"] == "Kilns glow. Bowls cool."


def test_a_withheld_sentence_is_not_shown():
    answer = Answer("?", "The articles do not say.", "not_found", "en", 0.0, notice="Withheld: 1.", claims=(Claim("It rained.", (), "unsupported"),))
    page = Page(answer._repr_html_())
    assert "It rained" not in page.text and page.within["em"] == "Withheld: 1." and page.links == []
