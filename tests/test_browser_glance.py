"""In a browser: an answer at a glance, the article that opens beside it at the first citation, and links to both."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.ui.texts import TEXTS
from tests.test_browser import (
    CHINESE,
    ENGLISH,
    PHONE,
    TURKISH,
    WIDE,
    Case,
    Visit,
    answered,
    arrived,
    ask,
    barriers,
    box,
    browser,  # noqa: F401
    highlight,
    in_three_languages,
    marker,
    questions,
    reload,
    served,  # noqa: F401
    serving,  # noqa: F401
    side,
    visit,  # noqa: F401
)

MIN_TARGET = 24  # CSS pixels of what is pressed: WCAG 2.2, 2.5.8
MIN_CHAT_SHARE = 0.65  # of a phone's height


def top(found: Locator) -> float:
    return found.bounding_box()["y"]


def in_sight(page: Page, selector: str) -> bool:
    """Whether the first such element that is laid out lies whole inside the article pane's window."""
    return page.evaluate(
        """selector => {
          const pane = document.querySelector('#km-side').getBoundingClientRect();
          const found = [...document.querySelectorAll(selector)].find((e) => e.getClientRects().length);
          const box = found.getBoundingClientRect();
          return box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1;
        }""",
        selector,
    )


@in_three_languages
def test_an_answer_leads_with_its_exact_words_and_the_pane_opens_at_the_first_citation(visit: Visit, case: Case) -> None:  # noqa: F811
    page = visit(case)
    ask(page, case.third)
    lead = page.locator("#km-chat .km-glance > span")
    short = lead.inner_text()
    expect(page.locator("#km-chat .km-main .km-short")).to_have_text(short)
    sentence = page.locator("#km-chat .km-main")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert lead.evaluate(size) > 1.3 * sentence.evaluate(size) and top(lead) < top(sentence)
    # Read aloud in this order.
    read = page.locator("#km-chat").aria_snapshot()
    assert read.index(case.third) < read.index(short) < read.rindex(short) < read.rindex("button")
    page.locator("#km-chat .km-glance a").hover()
    expect(page.locator("#km-tip q")).not_to_be_empty()
    for found in page.locator("#km-chat a.km-marker:visible").all():
        at = found.bounding_box()
        assert at["width"] >= MIN_TARGET and at["height"] >= MIN_TARGET
    expect(highlight(page)).to_be_in_viewport()
    page.mouse.move(0, 0)
    page.locator("#km-side").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    assert all(in_sight(page, f"#km-sources .km-article {part}") for part in ("h2", ".km-about", ".km-views"))
    article = page.locator("#km-sources .km-article").first  # a sentence shown for safety may be of another one
    languages = article.locator(".km-view[data-into]:not([data-into=''])")
    assert languages.count() == 2
    for n in (1, 0):
        into = languages.nth(n).get_attribute("data-into")
        languages.nth(n).click()
        expect(article.locator(f".km-cited .km-t[lang={into}] mark").first).to_be_visible()
        expect(article.locator(f".km-t:visible:not([lang={into}])")).to_have_count(0)


LONG = Case("en-US", "What is the expo article about?", "How large is the exhibition space of the expo?", "hello")


def test_a_long_answer_is_shown_from_its_beginning(visit: Visit) -> None:  # noqa: F811
    page = visit(LONG, viewport={"width": 390, "height": 640})
    ask(page, LONG.other)
    ask(page, LONG.question, turn=2)
    log = page.locator("#km-chat .bubble-wrap")
    assert log.evaluate("e => e.scrollHeight > e.clientHeight")
    expect(questions(page).last).to_be_in_viewport()
    expect(page.locator("#km-chat .km-list > li").first).to_be_in_viewport()
    assert abs(top(questions(page).last) - top(log)) < 60


SMALL_TALK = [("en", "hello", ENGLISH), ("zh", "谢谢", CHINESE), ("tr", "merhaba", TURKISH)]


@pytest.mark.parametrize(("language", "said", "case"), SMALL_TALK, ids=[row[0] for row in SMALL_TALK])
def test_small_talk_gets_a_line_without_a_citation_on_a_phone_with_room_to_read(
    visit: Visit, language: str, said: str, case: Case  # noqa: F811
) -> None:
    page = visit(case, viewport=PHONE, color_scheme="dark")
    start = page.locator("#km-chat .km-start-about")
    expect(start).to_contain_text(TEXTS[language].about.partition("{}")[2].partition("{}")[0].strip())
    box(page).fill(said)
    box(page).press("Enter")
    expect(page.locator("#km-chat .km-answer:not(.km-reading)")).to_be_visible()
    expect(page.locator("#km-chat .km-reading")).to_have_count(0)
    expect(page.locator("#km-chat a.km-marker")).to_have_count(0)
    expect(page.locator("#km-following .km-ask").first).to_be_visible()
    assert page.locator("#km-chat").bounding_box()["height"] >= MIN_CHAT_SHARE * PHONE["height"]
    foot = page.locator("#km-foot").bounding_box()
    assert foot["y"] + foot["height"] <= PHONE["height"]
    aligned = page.locator("#km-chat .km-question").evaluate("e => getComputedStyle(e).textAlign")
    assert aligned != "justify"
    barriers(page, "small talk")


def test_a_link_to_a_paragraph_leaves_a_lasting_mark_and_one_to_none_says_so(visit: Visit) -> None:  # noqa: F811
    page = visit(link=f"?p={quote('expo#p9', safe='')}")
    linked = page.locator("#km-sources .km-linked")
    expect(linked).to_have_attribute("data-id", "expo#p9")
    page.locator('#km-sources [data-id="expo#p8"] .km-num').click()
    expect(linked).to_have_attribute("data-id", "expo#p8")
    for case in (ENGLISH, CHINESE, TURKISH):
        page = visit(case, link=f"?p={quote('expo#p99', safe='')}", viewport=PHONE)
        expect(side(page)).to_be_visible()
        expect(page.locator("#km-sources .km-unknown")).to_have_text(TEXTS[case.language].unknown.format("expo#p99"))
        expect(page.locator("#km-sources .km-linked")).to_have_count(0)


def test_a_link_with_a_question_begins_a_conversation_of_its_own(visit: Visit) -> None:  # noqa: F811
    page = visit(TURKISH)
    ask(page, TURKISH.other)
    page.goto(page.url.partition("?")[0] + f"?q={quote(TURKISH.third)}")
    arrived(page)
    expect(questions(page)).to_have_text([TURKISH.third])
    answered(page)
    reload(page)
    expect(questions(page)).to_have_text([TURKISH.third])
    expect(marker(page)).to_be_visible()
    assert page.viewport_size == WIDE
