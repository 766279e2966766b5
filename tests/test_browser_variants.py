"""In a browser, in three languages, two sizes and two lights: answers of every form, as a link brings them.

A link holds a whole answer, so that what is looked at here does not hang on what is read in the articles.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Article, Assistant, Settings, ingest
from rag.types import Answer, Citation, Claim
from rag.ui.texts import TEXTS
from tests import test_browser
from tests.fakellm import Server
from tests.test_browser import (
    CHINESE,
    ENGLISH,
    PHONE,
    TURKISH,
    WIDE,
    Case,
    Served,
    Visit,
    arrived,
    barriers,
    box,
    brightness,
    fits,
    highlight,
    marker,
    opening,
    settled,
    tab,
)
from tests.test_browser_glance import MIN_TARGET, top
from tests.test_browser_sharing import link_of

browser, serving, served, visit = test_browser.browser, test_browser.serving, test_browser.served, test_browser.visit
scripted = test_browser.scripted
SIZES = {"desktop": {"viewport": WIDE}, "phone": {"viewport": PHONE, "has_touch": True}}
MAX_FIRST_PAGE = 500_000  # bytes
VARIANTS = list(product([ENGLISH, CHINESE, TURKISH], SIZES, ["light", "dark"]))
# Any two of language, size and light meet in these; the others are looked at with the slow tests.
PAIRS = {("en", "desktop", "light"), ("en", "phone", "dark"), ("zh", "desktop", "dark"), ("zh", "phone", "light"),
         ("tr", "desktop", "light"), ("tr", "phone", "dark")}  # fmt: skip
in_every_variant = pytest.mark.parametrize(
    ("case", "size", "light"),
    [
        pytest.param(
            case, size, light, id=f"{case.language}-{size}-{light}",
            marks=() if (case.language, size, light) in PAIRS else pytest.mark.slow,
        )
        for case, size, light in VARIANTS
    ],
)  # fmt: skip


def cite(assistant: Assistant, number: int, place: str, sentence: int, language: str) -> Citation:
    """A sentence of an article, with its translation into the language of an answer."""
    paragraph = assistant.paragraph(place)
    view = paragraph.view(language) if language != paragraph.language else None
    source = assistant.article(paragraph.article_id)[0]
    translation = view.sentence(sentence) if view else None
    return Citation(number, paragraph, source, *paragraph.sentences[sentence], translation)


def claim(cited: Citation, figure: int = 0, beside: bool = False) -> Claim:
    """The cited sentence, as the answer has it. figure: how many of its first characters are what it says otherwise."""
    text = cited.translation or cited.quote
    return Claim(text, (cited.number,), beside=beside, figure=text[:figure])


def answer_of(language: str, claims: list[Claim], citations: list[Citation], **more: object) -> str:
    """The fragment of a link to an answer of these claims."""
    text = " ".join(f"{c.text} [{c.citations[0]}]" for c in claims)
    asked = TEXTS[language].examples
    found = Answer(asked, text, "answered", language, 0.95, claims=tuple(claims), citations=tuple(citations))
    return link_of({"question": asked, "answer": replace(found, **more).to_dict()})


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    return [found.bounding_box() for found in page.locator(selector).all()]


@in_every_variant
def test_what_articles_say_stands_side_by_side_and_on_a_phone_one_under_the_other(
    visit: Visit, assistant: Assistant, case: Case, size: str, light: str
) -> None:
    words = TEXTS[case.language]
    cited = [cite(assistant, n, place, 0, case.language) for n, place in enumerate(("expo#p12", "iznik#p3"), 1)]
    said = [claim(cited[0], 4), claim(cited[1], 3)]
    notice = f"{words.differ} {said[0].figure}; {said[1].figure}."
    link = answer_of(case.language, said, cited, notice=notice, difference=notice)
    page = visit(case, link=link, color_scheme=light, **SIZES[size])
    assert (brightness(page) < 60) == (light == "dark")
    first, second = boxes(page, "#km-chat .km-column")
    if size == "phone":
        assert second["y"] >= first["y"] + first["height"] and second["x"] == first["x"]
        assert page.locator("#km-chat .km-column").first.evaluate("e => getComputedStyle(e).textAlign") != "justify"
    else:
        assert second["x"] >= first["x"] + first["width"] and second["y"] == first["y"]
    places = page.locator("#km-chat .km-place")
    expect(places).to_have_text([f"People's Daily Online · {words.undated}", "Xinhua · 2025-05-14"])
    expect(page.locator("#km-chat .km-notice")).to_have_count(0)  # the figures say it
    # Read aloud in this order: that the articles differ, then each with its place, its figure and its sentence.
    read = page.locator("#km-chat .km-answer").aria_snapshot()
    order = [words.differ, "People's Daily Online", said[0].text[-12:], "Xinhua", said[1].text[-12:]]
    places_read = [read.index(part) for part in order]
    assert places_read == sorted(places_read)
    for at in boxes(page, "#km-chat a.km-marker:visible"):
        assert at["width"] >= MIN_TARGET and at["height"] >= MIN_TARGET
    assert fits(page)
    barriers(page, "columns")
    marker(page, 2).click()
    expect(highlight(page, 2)).to_be_in_viewport()
    title = page.locator("#km-sources .km-page:not([hidden]) .km-article h2")
    expect(title).to_have_attribute("lang", case.language)  # the reader's, and the original beneath
    assert (page.locator("#km-sources .km-page:not([hidden]) .km-title-original").count() == 1) == (case is not ENGLISH)
    barriers(page, "article")


@in_every_variant
def test_a_list_is_a_list_and_what_is_shown_for_safety_is_folded_or_said_to_be_unsure(
    visit: Visit, assistant: Assistant, case: Case, size: str, light: str
) -> None:
    words = TEXTS[case.language]
    cited = [cite(assistant, n, place, 0, case.language) for n, place in enumerate(("expo#p3", "expo#p4", "iznik#p4"), 1)]
    said = [claim(cited[0]), claim(cited[1]), claim(cited[2], beside=True)]
    page = visit(case, link=answer_of(case.language, said, cited), color_scheme=light, **SIZES[size])
    rows = page.locator("#km-chat .km-answer .km-list > li")
    expect(rows).to_have_count(2)
    assert page.locator("#km-chat .km-answer").aria_snapshot().count("listitem") == 2
    folded = page.locator("#km-chat .km-more li")
    expect(folded).to_be_hidden()
    fold = page.locator("#km-chat .km-more summary")
    expect(fold).to_have_text(words.more)
    assert fold.bounding_box()["height"] >= MIN_TARGET
    fold.click()
    expect(folded).to_be_visible()
    assert top(folded) > top(rows.last) and fits(page)
    barriers(page, "unfolded")
    if size == "desktop":
        page = visit(case, link=answer_of(case.language, said, cited, confidence=0.55), color_scheme=light, **SIZES[size])
        expect(page.locator("#km-chat .km-more li")).to_be_visible()
        expect(page.locator("#km-chat .km-notice")).to_have_text([words.likely])


def test_an_article_written_from_right_to_left_is_set_so(
    visit: Visit, serving: Callable[[Assistant], Served], tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = Settings(store=tmp_path_factory.mktemp("rtl") / "store")
    texts = ["افتتح المتحف يوم الاثنين في المدينة القديمة.", "يضم المتحف مئة وعاء."]
    ingest([Article(id="ar", title="المتحف", language="ar", paragraphs=texts)], settings)
    page = visit(address=serving(Assistant(settings)).address, link="?p=ar%23p1")
    text = page.locator('#km-sources [data-id="ar#p1"] .km-text')
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    number = page.locator('#km-sources [data-id="ar#p1"] .km-num')
    assert number.bounding_box()["x"] > text.bounding_box()["x"]
    assert fits(page)


def test_articles_chosen_while_an_answer_comes_are_asked_next(
    visit: Visit, scripted: tuple[Served, Server], assistant: Assistant
) -> None:
    (address, _), server = scripted
    server.reply, server.mode = opening, "stall"
    words = TEXTS["en"]
    page = visit(address=address)
    box(page).fill(ENGLISH.other)
    box(page).press("Enter")
    expect(marker(page)).to_be_visible()
    tab(page, "articles").click()
    tick = page.get_by_role("checkbox", name=words.tick.format(assistant.article("store")[0].title))
    tick.uncheck()
    tab(page, "ask").click()
    expect(page.locator("#km-status .km-some")).to_have_count(0)  # the answer that comes is from all
    page.get_by_role("button", name=words.stop, exact=True).click()
    expect(page.locator("#km-status")).to_contain_text(words.chosen.format(2, 3))
    expect(page.locator("#km-chat .km-answer").first).to_contain_text("opened on Oct 18")
    tab(page, "articles").click()
    expect(tick).not_to_be_checked()
    server.mode = "ok"


def test_the_first_page_is_small(browser: Browser, served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    context = browser.new_context(locale="en-US", viewport=WIDE)
    page = context.new_page()
    network = context.new_cdp_session(page)
    came: dict[str, int] = {}  # bytes on the wire, of each request
    coming: dict[str, str] = {}  # addresses of requests that have not ended

    def add(event: dict[str, Any]) -> None:
        """Of a stream that stays open there is no end, only what has come of it."""
        came[event["requestId"]] = came.get(event["requestId"], 0) + event["encodedDataLength"]

    def end(event: dict[str, Any]) -> None:
        """The whole is what the browser says at the end, headers included."""
        coming.pop(event["requestId"], None)
        came[event["requestId"]] = event.get("encodedDataLength", came.get(event["requestId"], 0))

    network.on("Network.requestWillBeSent", lambda event: coming.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.dataReceived", add)
    network.on("Network.loadingFinished", end)
    network.on("Network.loadingFailed", end)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(served.address)
    arrived(page)
    settled(page)
    for _ in range(100):
        if all("/heartbeat/" in address or address.startswith("data:") for address in coming.values()):
            break
        page.wait_for_timeout(50)
    context.close()
    total = sum(came.values())
    with capsys.disabled():
        sys.stdout.write(f"\nfirst page: {total:,} bytes in {len(came)} requests\n")
    assert 100_000 < total <= MAX_FIRST_PAGE
