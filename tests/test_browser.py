"""The page in a browser: what a person sees, presses and reads there, in three languages, two sizes and two lights.

Every page that is opened here is watched: an error on its console, a dialog nobody asked for, or a request that leaves this
machine fails the test that opened it.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright
from pydantic import SecretStr

from rag import Article, Assistant, Settings, feedback, ingest
from rag.ui.page import build_page
from rag.ui.serving import serve_page
from rag.ui.texts import TEXTS
from tests.fakellm import Server
from tests.missing import lacking

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60_000  # milliseconds, for a machine with other things to do
AT_ONCE = 60_000  # milliseconds; what waits for a request that was stopped takes as long as its deadline, ten times that
QUIET = 300  # milliseconds without a request; Gradio's client sends an event that follows another within a few
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 800}
expect.set_options(timeout=PATIENCE)


class Case(NamedTuple):
    """A visitor: the browser's locale, a question whose answer cites two articles, another one, and a third."""

    locale: str
    question: str
    other: str
    third: str

    @property
    def language(self) -> str:
        return self.locale.partition("-")[0]


ENGLISH = Case(
    "en-US",
    "How many years of ceramics history does Jingdezhen have?",
    "How large is the exhibition space of the expo?",
    "Who is the deputy mayor of Iznik?",
)
CHINESE = Case("zh-CN", "伊兹尼克和景德镇什么时候结为友好城市？", "博览会的展览面积有多大？", "伊兹尼克的副市长是谁？")
TURKISH = Case(
    "tr-TR",
    "İznik ile Jingdezhen ne zaman kardeş şehir oldu?",
    "Fuarın sergi alanı ne kadar büyük?",
    "İznik belediye başkan yardımcısı kim?",
)
in_three_languages = pytest.mark.parametrize("case", [ENGLISH, CHINESE, TURKISH], ids=lambda case: case.language)
# What is the same code in every language, and words of a length that others show: the other languages with the slow tests.
in_english_first = pytest.mark.parametrize(
    "case",
    [ENGLISH, pytest.param(CHINESE, marks=pytest.mark.slow), pytest.param(TURKISH, marks=pytest.mark.slow)],
    ids=lambda case: case.language,
)
REPORT = {
    "date": "2026-01-02", "machine": "x86_64", "questions": ["q"],
    "scores": [
        {"name": "answer correctness", "value": 0.9, "low": 0.8, "high": 1.0, "n": 40, "floor": 0.8, "met": True},
        {"name": "refusals", "value": 0.5, "low": 0.4, "high": 0.6, "n": 20, "floor": 0.6, "met": False},
    ],
    "baselines": [
        {"name": name, "scores": {"answer correctness": {"value": value}}} for name, value in (("Kilnmark", 0.9), ("b", 0.4))
    ],
    "reliability": [{"confidence": 0.3, "right": 0.4, "n": 5}, {"confidence": 0.9, "right": 0.9, "n": 9}],
}  # fmt: skip


# Pages and browsers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served(NamedTuple):
    """A page at an address, and the file its verdicts go to."""

    address: str
    verdicts: Path


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Assistant], Served]]:
    """Serves the page over an assistant."""
    pages = []

    def start(assistant: Assistant) -> Served:
        folder = tmp_path_factory.mktemp("page")
        (folder / "report.json").write_text(json.dumps(REPORT), encoding="utf-8")
        page = build_page(assistant, folder / "report.json", folder / "verdicts.sqlite")
        pages.append(page)
        address = serve_page(page, assistant.settings.model_copy(update={"port": free_port()}))
        return Served(address, folder / "verdicts.sqlite")

    yield start
    for page in pages:
        page.close(verbose=False)


@pytest.fixture(scope="module")
def served(serving: Callable[[Assistant], Served], assistant: Assistant) -> Served:
    """The page over the three articles."""
    return serving(assistant)


@pytest.fixture(scope="module")
def scripted(serving: Callable[[Assistant], Served], settings: Settings) -> Iterator[tuple[Served, Server]]:
    """The page over the three articles with a model whose replies are set by a test."""
    server = Server(lambda messages: "")
    yield serving(Assistant(modelled(settings, server))), server
    server.close()


def modelled(settings: Settings, server: Server) -> Settings:
    given = server.settings | {"api_key": SecretStr(server.settings["api_key"]), "deadline": 600}
    return settings.model_copy(update=given)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        lacking("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


Visit = Callable[..., Page]
under_way: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()
"""The requests of a page to Gradio's queue that have not ended."""


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    """Opens a page as somebody new: `visit(case)`; `address` when it is not that over the three articles, `link` what
    follows it, and anything else goes to the browser's context. It is there when the conversation is, or the empty page."""
    contexts, wrong, asked = [], [], []

    def open_(case: Case = ENGLISH, link: str = "", address: str = served.address, **options: Any) -> Page:
        given = {"locale": case.locale, "viewport": WIDE, "reduced_motion": "reduce"} | options
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: (
                wrong.append(f"{said.text} {said.location}") if said.type == "error" and not idle(said) else None
            ),
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        open_requests = under_way[page] = set()
        page.on("request", lambda request: open_requests.add(request) if "/queue/" in request.url else None)
        page.on("requestfinished", lambda request: open_requests.discard(request))
        page.on("requestfailed", lambda request: open_requests.discard(request))
        page.goto(address + link)
        arrived(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong
    assert asked and {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))} == {
        "127.0.0.1"
    }


def idle(said: ConsoleMessage) -> bool:
    """Whether this is Gradio's own client: the server said that nothing more comes, the client closed the stream it was reading, and
    wrote that down as an error."""
    path = urlsplit(said.location["url"]).path
    return path.startswith("/assets/") and said.text.startswith("AbortError: signal is aborted")


def arrived(page: Page) -> None:
    """Waits until the page shows the conversation that the browser kept, or the empty one."""
    expect(page.locator("#km-chat .km-start, #km-chat .km-question").first).to_be_visible()


def settled(page: Page) -> None:
    """Waits until nothing is under way that leaving the page would cut off: Gradio's client calls that an error."""
    expect(page.locator("html[data-km-opened]")).to_have_count(1)
    end = time.monotonic() + PATIENCE / 1000
    quiet = 0
    while quiet < QUIET:
        assert time.monotonic() < end, f"requests without end: {[request.url for request in under_way[page]]}"
        page.wait_for_timeout(QUIET / 3)
        quiet = 0 if under_way.get(page) else quiet + QUIET // 3


def reload(page: Page) -> None:
    """Opens the page again."""
    settled(page)
    page.reload()


def box(page: Page) -> Locator:
    return page.locator("#km-box textarea")


def questions(page: Page) -> Locator:
    return page.locator("#km-chat .km-question")


def marker(page: Page, number: int = 1, turn: int = 1) -> Locator:
    return page.locator(f"#km-{turn}-m{number}").first


def highlight(page: Page, number: int = 1, turn: int = 1) -> Locator:
    """The link that stands before the quoted words, where the eye sees it."""
    return page.locator(f'[data-anchor="km-{turn}-{number}"]:visible').first


def side(page: Page) -> Locator:
    return page.locator("#km-side")


def tab(page: Page, name: str) -> Locator:
    return page.locator(f'#km-tabs button[data-tab-id="{name}"]')


def ask(page: Page, question: str, turn: int = 1) -> None:
    """Types a question and waits for the whole answer, which cites something."""
    box(page).fill(question)
    box(page).press("Enter")
    answered(page, turn)


def answered(page: Page, turn: int = 1) -> None:
    expect(marker(page, turn=turn)).to_be_visible()
    expect(page.locator("#km-box .submit-button")).to_be_visible()
    expect(page.locator("#km-chat .km-reading")).to_have_count(0)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


# From the answer to the words and back


@in_three_languages
def test_a_marker_leads_to_the_quoted_words_and_those_lead_back(visit: Visit, assistant: Assistant, case: Case) -> None:
    page = visit(case)
    ask(page, case.question)
    cited = assistant.ask(case.question).citations[0]
    expect(questions(page)).to_have_text([case.question])
    marker(page).click()
    expect(highlight(page)).to_be_focused()
    expect(highlight(page)).to_be_in_viewport()
    words = page.locator(f'#km-sources [data-id="{cited.paragraph_id}"] .km-o mark').all_text_contents()
    assert cited.quote in "".join(words)
    highlight(page).click()
    expect(marker(page)).to_be_focused()
    expect(marker(page)).to_be_in_viewport()


@in_english_first
def test_a_marker_of_an_earlier_answer_fetches_its_article(visit: Visit, case: Case) -> None:
    page = visit(case)
    ask(page, case.other)
    ask(page, case.question, turn=2)
    expect(page.locator('#km-sources [data-turn="2"]')).to_be_visible()
    marker(page, turn=1).click()
    expect(page.locator('#km-sources [data-turn="1"]')).to_be_visible()
    expect(highlight(page, turn=1)).to_be_focused()
    expect(highlight(page, turn=1)).to_be_in_viewport()
    highlight(page, turn=1).click()
    expect(marker(page, turn=1)).to_be_focused()
    marker(page, turn=2).click()
    expect(highlight(page, turn=2)).to_be_focused()


def test_the_conversation_outlives_a_refresh_and_a_visit_elsewhere_until_a_new_one_is_begun(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.other)
    ask(page, ENGLISH.question, turn=2)
    for again in (lambda: reload(page), lambda: (page.goto("about:blank"), page.go_back())):
        settled(page)
        again()
        expect(questions(page)).to_have_text([ENGLISH.other, ENGLISH.question])
        marker(page, turn=1).click()
        expect(highlight(page, turn=1)).to_be_focused()
    page.get_by_role("button", name=TEXTS["en"].new).click()
    expect(questions(page)).to_have_count(0)
    expect(page.locator("#km-sources mark")).to_have_count(0)
    reload(page)
    expect(page.locator("#km-chat .km-start .km-ask").first).to_be_visible()
    expect(questions(page)).to_have_count(0)


# Sizes, lights, keys


@in_english_first
def test_on_a_phone_the_article_slides_over_the_conversation_and_gives_it_back(visit: Visit, case: Case) -> None:
    page = visit(case, viewport=PHONE, has_touch=True)
    ask(page, case.question)
    for close in (lambda: page.locator("#km-close").click(), lambda: page.keyboard.press("Escape")):
        expect(side(page)).to_be_hidden()
        marker(page).tap()
        expect(side(page)).to_be_visible()
        expect(highlight(page)).to_be_focused()
        expect(highlight(page)).to_be_in_viewport()
        close()
        expect(side(page)).to_be_hidden()
        expect(marker(page)).to_be_focused()
    marker(page).tap()
    highlight(page).tap()
    expect(side(page)).to_be_hidden()
    expect(marker(page)).to_be_focused()


@in_three_languages
def test_no_size_of_window_makes_the_page_scroll_sideways(visit: Visit, case: Case) -> None:
    page = visit(case)
    ask(page, case.question)
    shown = {"ask": "#km-chat .km-question", "articles": ".km-entry", "evaluation": ".km-scores"}
    for name, what in shown.items():
        tab(page, name).click()
        expect(page.locator(what).first).to_be_visible()
        for width in (390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert fits(page), (name, width)


def test_markers_highlights_articles_and_translations_are_reached_with_keys_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.type(ENGLISH.question)  # the box has the focus from the start
    page.keyboard.press("Enter")
    answered(page)
    expect(box(page)).to_be_focused()
    press_until(page, "Shift+Tab", "a.km-marker")
    press_until(page, "Shift+Tab", "#km-1-m1")
    page.keyboard.press("Enter")
    expect(highlight(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(marker(page)).to_be_focused()
    press_until(page, "Tab", "#km-box textarea")
    press_until(page, "Tab", "#km-sources .km-tab")
    first, second = page.locator("#km-sources .km-tab").all()
    expect(second).to_be_focused()  # as the last marker passed was the second
    for key, chosen, number in (("ArrowLeft", first, 1), ("ArrowRight", second, 2), ("ArrowRight", first, 1)):
        page.keyboard.press(key)
        expect(chosen).to_be_focused()
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(highlight(page, number=number)).to_be_visible()
        expect(highlight(page, number=3 - number)).to_be_hidden()


@pytest.mark.parametrize("case", [CHINESE, TURKISH], ids=lambda case: case.language)
def test_an_article_is_read_in_the_original_in_translation_or_in_both(visit: Visit, case: Case) -> None:
    page = visit(case)
    ask(page, case.question)
    original = page.locator("#km-sources .km-page:not([hidden]) .km-cited .km-o mark").first
    translation = page.locator("#km-sources .km-page:not([hidden]) .km-cited .km-t mark").first
    expect(original).to_be_visible()
    expect(translation).to_be_visible()
    for view, shown, hidden in (("original", original, translation), ("translation", translation, original)):
        press_until(page, "Tab", f"#km-sources .km-page:not([hidden]) .km-view[data-view={view}]")
        page.keyboard.press("Enter")
        expect(shown).to_be_visible()
        expect(hidden).to_be_hidden()
    marker(page).click()
    expect(highlight(page)).to_be_focused()
    button = page.get_by_role("button", name=TEXTS[case.language].view_both)
    button.first.click()
    expect(button.first).to_have_attribute("aria-pressed", "true")
    expect(original).to_be_visible()
    expect(translation).to_be_visible()


def press_until(page: Page, key: str, selector: str) -> None:
    """Presses a key until something that the selector names has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{key} does not lead to {selector}")


@pytest.mark.parametrize(("light", "case"), [("light", ENGLISH), ("dark", CHINESE)], ids=["light", "dark"])
def test_nothing_on_the_page_shuts_anybody_out(visit: Visit, light: str, case: Case) -> None:
    page = visit(case, color_scheme=light)
    assert (brightness(page) < 60) == (light == "dark")
    barriers(page, "empty")
    ask(page, case.question)
    barriers(page, "answer")
    tab(page, "articles").click()
    page.locator(".km-entry summary").first.click()
    expect(page.locator(".km-rows").first).to_be_visible()
    barriers(page, "articles")
    tab(page, "evaluation").click()
    expect(page.locator(".km-scores")).to_be_visible()
    expect(page.locator("#km-tabs .vega-embed svg, #km-tabs .vega-embed canvas").nth(1)).to_be_visible()
    barriers(page, "evaluation")
    tab(page, "ask").click()
    page.set_viewport_size(PHONE)
    barriers(page, "phone")
    marker(page).click()
    expect(highlight(page)).to_be_focused()
    barriers(page, "article on a phone")


def barriers(page: Page, where: str) -> None:
    """Fails when axe finds something serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "iframes": False, "preload": False}).response
    serious = [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert not serious, (where, serious)


def brightness(page: Page) -> float:
    """Of the page's background: from 0, black, to 255, white."""
    red, green, blue = map(
        int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
    )
    return (red + green + blue) / 3


# Languages and links


def test_the_page_speaks_the_language_chosen_and_remembers_it(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.question)
    for name, language in (("中文", "zh"), ("Türkçe", "tr"), ("English", "en"), ("Türkçe", "tr")):
        page.locator("#km-language").get_by_text(name).click()
        words = TEXTS[language]
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(tab(page, "articles")).to_have_text(words.tab_articles)
        expect(page.get_by_role("button", name=words.new)).to_be_visible()
        expect(page.locator(".km-head p")).to_have_text(words.tagline)
        expect(box(page)).to_have_attribute("placeholder", words.placeholder)
        expect(box(page)).to_have_attribute("aria-label", words.placeholder)
    reload(page)
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    expect(page.locator(".km-head p")).to_have_text(TEXTS["tr"].tagline)
    expect(questions(page)).to_have_text([ENGLISH.question])


@in_three_languages
def test_the_browser_chooses_the_language_and_a_suggested_question_is_asked_by_a_click(
    visit: Visit, case: Case
) -> None:
    page = visit(case)
    words = TEXTS[case.language]
    expect(page.locator("html")).to_have_attribute("lang", case.language)
    expect(page.locator("#km-chat .km-start")).to_contain_text(words.examples)
    example = page.locator("#km-chat .km-start .km-ask").first
    first = example.inner_text()
    example.click()
    answered(page)
    expect(questions(page)).to_have_text([first])
    following = page.locator("#km-following .km-ask").first
    second = following.inner_text()
    following.click()
    answered(page, turn=2)
    expect(questions(page)).to_have_text([first, second])


def test_a_link_with_a_question_asks_it_once(visit: Visit) -> None:
    page = visit(CHINESE, link=f"?q={quote(CHINESE.question)}")
    answered(page)
    reload(page)
    arrived(page)
    ask(page, CHINESE.other, turn=2)
    reload(page)
    expect(questions(page)).to_have_text([CHINESE.question, CHINESE.other])
    page.get_by_role("button", name=TEXTS["zh"].new).click()
    expect(questions(page)).to_have_count(0)
    reload(page)
    expect(page.locator("#km-chat .km-start")).to_be_visible()
    tab(page, "articles").click()
    expect(page.locator(".km-entry").first).to_be_visible()
    expect(questions(page)).to_have_count(0)


def test_a_link_to_a_paragraph_opens_its_article_there(visit: Visit) -> None:
    page = visit(link=f"?p={quote('expo#p9', safe='')}")
    expect(page.locator('#km-sources [data-id="expo#p9"]')).to_be_in_viewport()
    number = page.locator('#km-sources [data-id="expo#p8"] .km-num')
    number.click()
    assert page.url.endswith(quote("expo#p8", safe=""))
    page.set_viewport_size(PHONE)
    reload(page)
    expect(side(page)).to_be_visible()
    expect(page.locator('#km-sources [data-id="expo#p8"]')).to_be_in_viewport()


# What is done with an answer


def test_an_edited_question_takes_the_place_of_the_old_one(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.other)
    ask(page, ENGLISH.question, turn=2)
    expect(page.locator("#km-chat .km-do-edit")).to_have_count(2)
    page.locator("#km-chat .km-do-edit").last.click()
    expect(box(page)).to_have_value(ENGLISH.question)
    expect(box(page)).to_be_focused()
    expect(page.locator("#km-hint")).to_have_text(TEXTS["en"].editing)
    ask(page, ENGLISH.third, turn=2)
    expect(questions(page)).to_have_text([ENGLISH.other, ENGLISH.third])
    expect(page.locator("#km-hint")).to_be_empty()


def test_a_verdict_and_a_word_on_it_are_written_down(visit: Visit, served: Served) -> None:
    page = visit(TURKISH)
    ask(page, TURKISH.other)
    good = page.locator(".km-do-good")
    good.click()
    expect(page.locator("#km-hint")).to_have_text(TEXTS["tr"].thanks)
    expect(good).to_have_attribute("aria-pressed", "true")
    word = page.get_by_role("textbox", name=TEXTS["tr"].why)
    expect(word).to_be_focused()
    page.keyboard.type("ayrıntılı")
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    for _ in range(100):
        given = [(f.verdict, f.word, f.question) for f in feedback.list_verdicts(served.verdicts)]
        if given == [("good", "ayrıntılı", TURKISH.other)]:
            break
        page.wait_for_timeout(100)
    assert given == [("good", "ayrıntılı", TURKISH.other)]
    reload(page)
    expect(good).to_have_attribute("aria-pressed", "true")


@in_three_languages
def test_an_answer_is_taken_along_with_its_sources(
    visit: Visit, assistant: Assistant, case: Case, tmp_path: Path
) -> None:
    page = visit(case, permissions=["clipboard-read", "clipboard-write"])
    ask(page, case.question)
    answer = assistant.ask(case.question)
    page.locator(".km-do-copy").click()
    expect(page.locator(".km-do-copy.km-done")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(answer.text)
    texts = [copied]
    for name in ("Markdown", "JSON"):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        taken.value.save_as(tmp_path / name)
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    (turn,) = json.loads(texts[-1])["turns"]
    assert turn["question"] == case.question and turn["answer"]["text"] == answer.text
    for cited in answer.citations:
        assert all(
            " ".join(cited.quote.split())[:20] in text and cited.paragraph_id in text.replace("\\", "")
            for text in texts
        )


# A model


def number_of(messages: list[dict[str, str]], words: str) -> str:
    """The number in the prompt of the paragraph with these words."""
    found = re.findall(r'<paragraph number="(\d+)"[^>]*>\n(.*?)\n</paragraph>', messages[-1]["content"], re.DOTALL)
    return next(number for number, text in found if words in text)


def opening(messages: list[dict[str, str]]) -> str:
    """A reply with two sentences that are carried, and the beginning of a third."""
    opened, large = number_of(messages, "opened on Oct 18"), number_of(messages, "140,000 square meters")
    return f"The expo opened on Oct 18 in Jingdezhen [{opened}]. It covers 140,000 square meters [{large}]. It"


def whole(messages: list[dict[str, str]]) -> str:
    """A reply of two sentences that are carried."""
    return opening(messages).removesuffix(" It")


# What a server has said, and where it stalls: before its first byte, in the middle, and at the end.
stalling = pytest.mark.parametrize(
    ("mode", "reply"), [("slow headers", opening), ("stall", opening), ("stall", whole)], ids=["before", "middle", "end"]
)


def ask_and_stop(page: Page, server: Server, question: str, begun: bool, turn: int = 1) -> None:
    """A question to a model that stalls, and Stop. begun: whether the model says something before."""
    asked = len(server.asked)
    box(page).fill(question)
    box(page).press("Enter")
    if begun:
        expect(marker(page, turn=turn)).to_be_visible()
    else:
        expect(page.locator("#km-chat .km-reading")).to_be_visible()
    until(lambda: len(server.asked) == asked + 1)
    page.get_by_role("button", name=TEXTS["en"].stop, exact=True).click()


def until(happened: Callable[[], object]) -> None:
    """Waits for what happens soon."""
    ends = time.monotonic() + AT_ONCE / 1000
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


@stalling
def test_an_answer_that_is_stopped_stays_as_far_as_it_came_and_is_asked_again_at_once(
    visit: Visit, scripted: tuple[Served, Server], mode: str, reply: Callable[[list[dict[str, str]]], str]
) -> None:
    (address, _), server = scripted
    server.reply, server.mode, before, left = reply, mode, len(server.asked), server.left
    question = "When did the expo open, and how large is it?"
    page = visit(address=address)
    ask_and_stop(page, server, question, begun=mode == "stall")
    stopped = page.locator("#km-chat").get_by_text(TEXTS["en"].stopped)
    expect(stopped).to_be_visible()
    expect(page.locator("#km-box .submit-button")).to_be_visible()
    if mode == "stall":
        expect(page.locator("#km-chat .km-answer").first).to_contain_text("The expo opened on Oct 18")
    server.reply, server.mode = opening, "ok"
    page.locator(".km-do-retry").click()
    expect(stopped).to_have_count(0)
    # The deadline of the request that was stopped is far.
    expect(marker(page)).to_be_visible(timeout=AT_ONCE)
    answered(page)
    expect(questions(page)).to_have_text([question])
    assert len(server.asked) == before + 2
    until(lambda: server.left == left + 1)


@stalling
def test_after_stops_the_next_question_goes_out_at_once(
    visit: Visit, scripted: tuple[Served, Server], mode: str, reply: Callable[[list[dict[str, str]]], str]
) -> None:
    (address, _), server = scripted
    server.reply, server.mode, left = reply, mode, server.left
    page = visit(address=address)
    for turn in range(1, 4):
        ask_and_stop(page, server, f"When did the expo open, and how large is it? {turn}", mode == "stall", turn)
        expect(page.locator("#km-box .submit-button")).to_be_visible()
        expect(questions(page)).to_have_count(turn)
    server.reply, server.mode = opening, "ok"
    box(page).fill("When did the expo open, and how large is it? 4")
    box(page).press("Enter")
    expect(marker(page, turn=4)).to_be_visible(timeout=AT_ONCE)
    until(lambda: server.left == left + 3)


def test_a_new_conversation_and_a_page_that_is_closed_end_the_request(
    visit: Visit, scripted: tuple[Served, Server]
) -> None:
    (address, _), server = scripted
    server.reply, server.mode, left = opening, "stall", server.left
    page = visit(address=address)
    for ended in (1, 2):
        box(page).fill("When did the expo open, and how large is it?")
        box(page).press("Enter")
        expect(marker(page)).to_be_visible()
        if ended == 1:
            page.get_by_role("button", name=TEXTS["en"].new, exact=True).click()
            expect(questions(page)).to_have_count(0)
            expect(page.locator("#km-box .submit-button")).to_be_visible()
        else:
            page.close()
        until(lambda ended=ended: server.left == left + ended)


# Hostile text

TRICKS = (
    "<script>window.pwned=1</script>", '"><img src=x onerror="window.pwned=1;alert(1)">', "![x](http://example.org/leak)",
    "[a](javascript:alert(1))", "<svg/onload=alert(1)>", "<details open ontoggle=alert(1)>x</details>",
    "</mark></p></article><h1 class=pwned>", "$$\\href{javascript:alert(1)}{x}$$", "<a href=javascript:alert(1)>x</a>",
    "' onmouseover='alert(1)", "{{constructor.constructor('alert(1)')()}} ${alert(1)}", "**bold** &lt;b&gt; `code`",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
)  # fmt: skip
TRAPS = ", ".join(
    f"{place} :is(script, img, iframe, h1, strong:not(.km-short), code, .katex, [onerror], [onload], [ontoggle], [onmouseover],"
    " a[href^=javascript], details[open]:not(.km-withheld, .km-entry))"
    for place in ("#km-chat .message", "#km-sources", "#km-notes", "#km-following", "#km-tip")
)


def harmless(page: Page) -> None:
    """Nothing of the text became an element or ran."""
    expect(page.locator(TRAPS)).to_have_count(0)
    expect(page.locator("body [onerror], body [onmouseover], body [ontoggle], .pwned, .km-entry img")).to_have_count(0)
    assert page.evaluate("window.pwned") is None


def test_a_hostile_question_is_only_text(visit: Visit) -> None:
    page = visit()
    half = len(TRICKS) // 2
    for turn, tricks in enumerate((TRICKS[:half], TRICKS[half:]), 1):
        question = "When did the expo open? " + " ".join(tricks)
        assert len(question) <= 400
        box(page).fill(question)
        box(page).press("Enter")
        expect(questions(page)).to_have_count(turn)
        expect(questions(page).last).to_have_text(question)
        expect(page.locator("#km-chat .km-do-edit").nth(turn - 1)).to_be_visible()
        expect(page.locator("#km-box .submit-button")).to_be_visible()
        harmless(page)
    reload(page)
    expect(questions(page).last).to_have_text(question)
    harmless(page)


@pytest.fixture(scope="module")
def hostile(
    serving: Callable[[Assistant], Served], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Server]]:
    """A page over an article that is hostile wherever it can be, with a model that is, too."""
    every = " ".join(TRICKS)
    article = Article(
        id="trick", title=f"The kiln {every}", outlet=f"Outlet {every}", url=f"https://example.org/{every}", language="en",
        paragraphs=["The kiln stands in the village.", f"The kiln was lit in 1904 {every} by the potter Ayse."],
        questions={"en": [f"Who lit the kiln? {TRICKS[1]}", "When was the kiln lit?"]},
    )  # fmt: skip
    server = Server(
        lambda messages: " ".join(f"The kiln burnt {n}990 villages {t} [1]." for n, t in enumerate(TRICKS, 1))
    )
    settings = modelled(Settings(store=tmp_path_factory.mktemp("hostile") / "store"), server)
    ingest([article], settings.model_copy(update={"model": None}))
    yield serving(Assistant(settings)), server
    server.close()


def test_a_hostile_article_and_a_hostile_model_are_only_text(visit: Visit, hostile: tuple[Served, Server]) -> None:
    (address, _), server = hostile
    page = visit(address=address)
    expect(page.locator("#km-sources h3")).to_contain_text(TRICKS[1])
    expect(page.locator("#km-chat .km-start .km-ask").first).to_contain_text(TRICKS[1])
    harmless(page)
    ask(page, "When was the kiln lit?")
    assert server.asked
    expect(page.locator("#km-chat .km-answer")).to_contain_text(TRICKS[1])
    expect(page.locator("#km-sources h2")).to_contain_text(TRICKS[1])
    expect(page.locator("#km-sources .km-about")).to_contain_text(TRICKS[1])
    expect(page.locator("#km-sources .km-cited .km-text")).to_contain_text(TRICKS[1])
    page.locator("#km-chat .km-withheld summary").click()
    expect(page.locator("#km-chat .km-withheld s").first).to_be_visible()
    for trick in (TRICKS[7], TRICKS[9]):  # as they were written; of others the markup is left out, or what looks like an address
        expect(page.locator("#km-chat .km-withheld")).to_contain_text(trick)
    marker(page).hover()
    expect(page.locator("#km-tip")).to_contain_text(TRICKS[1])
    harmless(page)
    tab(page, "articles").click()
    page.locator(".km-entry summary").click()
    expect(page.locator(".km-entry .km-rows")).to_contain_text(TRICKS[1])
    harmless(page)


# Nothing leaves the machine


def test_a_whole_visit_asks_nothing_of_anybody_else(visit: Visit, served: Served) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reload(page)
    arrived(page)
    ask(page, ENGLISH.question)
    marker(page).click()
    expect(highlight(page)).to_be_focused()
    page.locator("#km-language").get_by_text("中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    tab(page, "articles").click()
    page.locator(".km-entry summary").first.click()
    tab(page, "evaluation").click()
    expect(page.locator(".km-scores")).to_be_visible()
    expect(page.locator("#km-tabs .vega-embed svg, #km-tabs .vega-embed canvas").nth(1)).to_be_visible()
    outside = [url for url in asked if not url.startswith((served.address, "data:", "blob:"))]
    assert len(asked) > 20 and not outside
