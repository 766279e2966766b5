"""An answer taken along from a browser, one that comes with a link, and articles that are ticked there."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rag import Assistant
from rag.ui.texts import TEXTS
from tests import test_browser
from tests.test_browser import (
    CHINESE,
    ENGLISH,
    PHONE,
    TRICKS,
    TURKISH,
    Case,
    Visit,
    answered,
    arrived,
    ask,
    barriers,
    box,
    fits,
    harmless,
    highlight,
    marker,
    questions,
    reload,
    tab,
)

browser, serving, served, visit = test_browser.browser, test_browser.serving, test_browser.served, test_browser.visit
in_three_languages = pytest.mark.parametrize("case", [ENGLISH, CHINESE, TURKISH], ids=lambda case: case.language)


def link_of(held: object) -> str:
    """The fragment of a link that holds something, as sharing.js makes it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    small = packer.compress(json.dumps(held).encode()) + packer.flush()
    return "#a=" + base64.urlsafe_b64encode(small).decode().rstrip("=")


def share(page: Page, how: str) -> None:
    page.locator("#km-chat .km-do-share").last.click()
    page.get_by_role("button", name=how).click()


@in_three_languages
def test_an_answer_goes_into_a_link_and_comes_out_of_it_as_a_shared_one(visit: Visit, case: Case) -> None:
    words = TEXTS[case.language]
    page = visit(case, permissions=["clipboard-read", "clipboard-write"])
    ask(page, case.other)
    said = page.locator("#km-chat .km-answer").inner_text()
    share(page, words.share_link)
    expect(page.locator("#km-said")).to_have_text(words.share_copied)
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 4000
    other = visit(case, address=link, viewport=PHONE)  # somebody else's browser
    banner = other.locator(".km-shared")
    expect(banner).to_contain_text(words.shared_ask)
    expect(other.locator("#km-chat .km-answer")).to_have_text(said, use_inner_text=True)
    expect(other.locator("#km-chat .km-tool:visible")).to_have_count(1)  # to copy it
    barriers(other, "shared")
    assert fits(other) and other.evaluate("window.kilnmark.talks.all().length") == 0
    marker(other).click()
    expect(highlight(other)).to_be_focused()
    other.keyboard.press("Escape")
    banner.get_by_role("button").click()
    answered(other)
    expect(banner).to_have_count(0)
    assert "#" not in other.url and other.evaluate("window.kilnmark.talks.all().length") == 1


def test_a_link_that_somebody_made_up_is_only_text_and_says_how_much_of_it_is_held(visit: Visit) -> None:
    every = " ".join(TRICKS)
    cited = {
        "number": 1, "paragraph_id": "expo#p1", "article_id": "expo", "title": every, "outlet": every, "language": "en",
        "quote": f"Made up. {every}", "start": 0, "end": 9, "translation": every,
    }  # fmt: skip
    claim = {"text": f"Made up. {every}", "citations": [1], "status": "supported"}
    answer: dict[str, Any] = {
        "question": every, "text": f"{claim['text']} [1]", "status": "answered", "language": "en", "confidence": 1.0,
        "notice": every, "claims": [claim], "citations": [cited],
    }  # fmt: skip
    page = visit(link=link_of({"question": f"Who? {TRICKS[0]}", "answer": answer}))
    expect(page.locator(".km-shared")).to_contain_text(TEXTS["en"].shared.format(0, 1))
    expect(page.locator("#km-chat .km-answer").first).to_contain_text(TRICKS[0])
    expect(page.locator(".km-shared .km-ask")).to_have_text(f"Who? {TRICKS[0]}")
    harmless(page)


@pytest.mark.parametrize(
    "fragment",
    ["#a=", "#a=x", "#a=" + "A" * 20_000, link_of([]), link_of({"question": "q"}), link_of({"answer": {"text": "x" * 300_000}})],
    ids=["empty", "no link", "too long", "a list", "no answer", "a bomb"],
)
def test_a_link_that_holds_nothing_says_so_and_the_page_goes_on(visit: Visit, fragment: str) -> None:
    page = visit(link=fragment)
    expect(page.locator("#km-hint")).to_contain_text(TEXTS["en"].shared_broken)
    expect(page.locator("#km-chat .km-start")).to_be_visible()


@in_three_languages
def test_one_answer_is_saved_as_markdown_and_as_a_picture(visit: Visit, case: Case, tmp_path: Path) -> None:
    words = TEXTS[case.language]
    page = visit(case)
    ask(page, case.question)
    with page.expect_download() as taken:
        share(page, words.share_markdown)
    taken.value.save_as(tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith(f"# Kilnmark\n\n## {case.question}\n")
    with page.expect_download() as taken:
        share(page, words.share_picture)
    taken.value.save_as(tmp_path / "a.png")
    drawn = (tmp_path / "a.png").read_bytes()
    width, height = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert drawn.startswith(b"\x89PNG") and width == 1080 and height > 300 and len(drawn) > 10_000


def test_an_earlier_question_that_is_edited_goes_on_in_a_new_conversation(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.other)
    ask(page, ENGLISH.question, turn=2)
    page.locator("#km-chat .km-do-edit").first.click()
    expect(box(page)).to_have_value(ENGLISH.other)
    expect(page.locator("#km-hint")).to_have_text(TEXTS["en"].editing_earlier)
    ask(page, ENGLISH.third)
    expect(questions(page)).to_have_text([ENGLISH.third])
    found = page.evaluate("window.kilnmark.talks.all().map(t => t.turns.map(turn => turn.question))")
    assert found == [[ENGLISH.third], [ENGLISH.other, ENGLISH.question]]


@in_three_languages
def test_the_ticked_articles_are_asked_and_the_answer_names_another_that_answers(
    visit: Visit, assistant: Assistant, case: Case
) -> None:
    words, title = TEXTS[case.language], assistant.article("expo")[0].title
    page = visit(case)
    tab(page, "articles").click()
    page.get_by_role("checkbox", name=words.tick.format(title)).uncheck()
    barriers(page, "ticks")
    tab(page, "ask").click()
    expect(page.locator("#km-status")).to_contain_text(words.chosen.format(2, 3))
    box(page).fill(case.other)
    box(page).press("Enter")
    expect(page.locator("#km-chat .km-notice")).to_contain_text(title)
    expect(page.locator("#km-box .submit-button")).to_be_visible()
    reload(page)
    arrived(page)
    expect(page.locator("#km-status")).to_contain_text(words.chosen.format(2, 3))
    page.get_by_role("button", name=words.chosen_all).click()
    expect(page.locator(".km-some")).to_have_count(0)
    page.locator("#km-chat .km-do-retry").click()
    answered(page)
    expect(page.locator("#km-chat .km-answer")).to_contain_text("140,000" if case is ENGLISH else "14")
