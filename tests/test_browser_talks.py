"""Several conversations in a browser: listed, searched, renamed, deleted, in one tab and in two."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.ui.texts import TEXTS
from tests import test_browser
from tests.test_browser import (
    CHINESE,
    ENGLISH,
    PHONE,
    TURKISH,
    Case,
    Visit,
    arrived,
    ask,
    barriers,
    fits,
    questions,
    reload,
)

browser, serving, served, visit = test_browser.browser, test_browser.serving, test_browser.served, test_browser.visit
SIZES = {"desktop": {}, "phone": {"viewport": PHONE, "has_touch": True, "color_scheme": "dark"}}


def kept(question: str, name: str = "", at: int = 1, turns: int = 1) -> dict[str, Any]:
    """A conversation as the browser keeps it, of questions that were stopped."""
    rows = [{"number": n + 1, "question": f"{question} {n or ''}".strip(), "stopped": True} for n in range(turns)]
    return {"id": f"{at:032d}", "name": name, "at": at, "rev": "1", "turns": rows}


def keep(page: Page, *talks: dict[str, Any]) -> None:
    """Puts conversations where the browser keeps them."""
    page.evaluate(
        "talks => talks.forEach(t => localStorage.setItem('kilnmark.talk.' + t.id, JSON.stringify(t)))", list(talks)
    )


def stored(page: Page) -> list[list[str]]:
    """The questions of every conversation that is kept, the latest first."""
    read = "Object.keys(localStorage).filter(k => k.startsWith('kilnmark.talk.')).map(k => JSON.parse(localStorage[k]))"
    talks = sorted(page.evaluate(read), key=lambda talk: -talk["at"])
    return [[turn["question"] for turn in talk["turns"]] for talk in talks]


def open_list(page: Page) -> Locator:
    page.locator(".km-menu").click()
    expect(page.locator("#km-talks")).to_be_visible()
    return page.locator("#km-talks .km-talk-open b")


@pytest.mark.parametrize(
    ("case", "size"),
    [
        pytest.param(case, size, id=f"{case.language}-{size}", marks=() if fast == size else pytest.mark.slow)
        for case, fast in ((ENGLISH, "desktop"), (CHINESE, "phone"), (TURKISH, "phone"))
        for size in SIZES
    ],
)
def test_conversations_are_listed_searched_renamed_deleted_and_brought_back(
    visit: Visit, case: Case, size: str
) -> None:
    words = TEXTS[case.language]
    page = visit(case, **SIZES[size])
    keep(page, kept(case.third, at=1), kept(case.other, at=2, turns=2))
    names = open_list(page)
    expect(page.get_by_role("dialog", name=words.talks)).to_be_visible()
    expect(names).to_have_text([case.other, case.third])
    barriers(page, "list")
    assert fits(page)
    page.get_by_role("searchbox", name=words.talks_search).fill(case.third[:12].upper())
    expect(names).to_have_text([case.third])
    page.keyboard.press("Tab")  # new
    page.keyboard.press("Tab")  # the conversation
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=words.talk_rename)).to_be_focused()
    page.keyboard.type("Çömlek 陶")
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").fill("comlek")
    expect(names).to_have_text(["Çömlek 陶"])
    page.get_by_role("searchbox").fill("xyzzy")
    expect(page.locator(".km-talk-said")).to_have_text(words.talks_unfound)
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name=f"{words.talk_delete}: Çömlek 陶").click()
    expect(names).to_have_text([case.other])
    assert stored(page) == [[case.other, f"{case.other} 1"]]
    expect(page.get_by_role("button", name=words.talk_undo)).to_be_focused()
    page.keyboard.press("Enter")
    expect(names).to_have_text([case.other, "Çömlek 陶"])
    names.first.click()
    expect(page.locator("#km-talks")).to_be_hidden()
    expect(questions(page)).to_have_text([case.other, f"{case.other} 1"])


def test_a_new_conversation_leaves_the_one_before_in_the_list_and_the_tab_where_it_was(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.other)
    page.get_by_role("button", name=TEXTS["en"].new).click()
    expect(questions(page)).to_have_count(0)
    ask(page, ENGLISH.question)
    assert stored(page) == [[ENGLISH.question], [ENGLISH.other]]
    open_list(page).nth(1).click()
    expect(questions(page)).to_have_text([ENGLISH.other])
    reload(page)
    expect(questions(page)).to_have_text([ENGLISH.other])
    open_list(page)
    page.get_by_role("button", name=f"{TEXTS['en'].talk_delete}: {ENGLISH.other}").click()
    expect(questions(page)).to_have_count(0)
    page.keyboard.press("Enter")  # undo
    page.keyboard.press("Escape")
    expect(questions(page)).to_have_text([ENGLISH.other])
    assert page.evaluate("localStorage.getItem('kilnmark')") is None


def test_two_tabs_lose_nothing_of_each_other(visit: Visit) -> None:
    first = visit()
    ask(first, ENGLISH.other)
    second = first.context.new_page()
    second.goto(first.url)
    arrived(second)
    expect(questions(second)).to_have_text([ENGLISH.other])  # the same conversation
    ask(second, ENGLISH.question, turn=2)
    expect(questions(first)).to_have_text([ENGLISH.other, ENGLISH.question])  # which follows by itself
    first.wait_for_function(
        """() => { const texts = (turns) => turns.map((turn) => turn.answer?.text).join();
        const { latest, all } = window.kilnmark.talks; return texts(latest().turns) === texts(all()[0].turns); }"""
    )
    # While a tab answers it does not follow: what both added is kept, each on its own.
    first.evaluate(
        """() => { const talk = window.kilnmark.talks.all()[0];
        localStorage.setItem('kilnmark.talk.' + talk.id, JSON.stringify({...talk, rev: 'of another tab', at: 5}));}"""
    )
    first.bring_to_front()
    ask(first, ENGLISH.third, turn=3)
    assert stored(first) == [
        [ENGLISH.other, ENGLISH.question, ENGLISH.third], [ENGLISH.other, ENGLISH.question]
    ]  # fmt: skip
    second.close()


def test_the_browser_keeps_so_many_conversations_and_so_much(visit: Visit) -> None:
    page = visit()
    keep(page, *(kept(f"question {n}", at=n) for n in range(1, 61)))
    ask(page, ENGLISH.other)
    found = stored(page)
    assert len(found) == 50 and found[0] == [ENGLISH.other] and found[-1] == ["question 12"]
    keep(page, *(kept("x" * 690_000, at=n) for n in range(100, 106)))
    ask(page, ENGLISH.question, turn=2)
    assert page.evaluate("Object.values(localStorage).reduce((sum, text) => sum + text.length, 0)") < 3_600_000
    assert stored(page)[0] == [ENGLISH.other, ENGLISH.question]


def test_what_is_no_conversation_in_the_storage_is_passed_over(visit: Visit) -> None:
    page = visit()
    evil = kept("<img src=x onerror=window.pwned=1>")
    no_turns, other_name = '{"id": "4", "turns": [1]}', json.dumps(kept("x", at=7))
    broken = ["", "{", "[]", "null", no_turns, '{"id": "5", "turns": []}', other_name]
    page.evaluate("texts => texts.forEach((text, n) => localStorage.setItem('kilnmark.talk.' + n, text))", broken)
    keep(page, evil)
    expect(open_list(page)).to_have_text(["<img src=x onerror=window.pwned=1>"])
    assert page.evaluate("window.pwned") is None
    expect(page.locator("#km-talks img")).to_have_count(0)
    page.keyboard.press("Escape")
    reload(page)
    arrived(page)


def test_the_one_conversation_of_an_earlier_edition_is_taken_over(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.other)
    (turns,) = page.evaluate("window.kilnmark.talks.all().map(t => t.turns)")
    # As Gradio keeps it: the page's own script is not there to take it out.
    page.evaluate("localStorage.clear(); sessionStorage.clear(); window.kilnmark.keep = () => {}")
    page.locator("#km-language").get_by_text("Türkçe").click()
    page.wait_for_function("localStorage.getItem('kilnmark')")
    assert page.evaluate("Object.keys(localStorage)") == ["kilnmark"]
    reload(page)
    expect(questions(page)).to_have_text([ENGLISH.other])
    page.wait_for_function("!localStorage.getItem('kilnmark')")
    for turn in turns:
        turn["answer"]["timings"] = {}  # which are not read again
    assert page.evaluate("window.kilnmark.talks.all().map(t => t.turns)") == [turns]
