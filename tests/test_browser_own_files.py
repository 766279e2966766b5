"""Files of one's own in a browser: a folder dropped on the page, a text pasted, what became of each, an answer from them, removed
after a second press."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag import Assistant, Settings
from rag.api.own_files import OwnFiles
from rag.file_messages import word_file_reason
from rag.ui.page import build_page
from rag.ui.serving import serve_page
from rag.ui.texts import TEXTS
from rag.ui.texts.own_files import get_own_texts
from tests import test_browser
from tests.test_browser import (
    CHINESE,
    ENGLISH,
    PATIENCE,
    PHONE,
    TURKISH,
    Case,
    Visit,
    ask,
    barriers,
    fits,
    free_port,
    in_english_first,
    marker,
    tab,
)
from tests.test_own_files import fill

browser, serving, served, visit = test_browser.browser, test_browser.serving, test_browser.served, test_browser.visit
USED = ("bridges.md", "glass.pdf", "lighthouse.txt", "tuz.html", "茶厂.docx")
UNUSED = {
    "README.md": ("readme", ""), "broken.docx": ("unreadable", "BadZipFile"), "photo.png": ("unknown_kind", ".txt, .md, .html, .htm, .pdf, .docx"),
    "scan.pdf": ("no_text", "2"),
}  # fmt: skip
INDEXING = 5 * PATIENCE  # on a machine with other things to do


@pytest.fixture
def own_page(settings: Settings, tmp_path: Path) -> Iterator[tuple[str, Assistant]]:
    """A page that takes files, over an index of its own of the three articles."""
    shutil.copytree(settings.store, tmp_path / "store")
    given = settings.model_copy(update={"store": tmp_path / "store", "port": free_port()})
    assistant, own = Assistant(given), OwnFiles(given)
    page = build_page(assistant, tmp_path / "report.json", tmp_path / "verdicts.sqlite", own=own)
    yield serve_page(page, given, own=own), assistant
    page.close(verbose=False)


def write_notes(assistant: Assistant) -> Path:
    """A folder of two short files."""
    folder = assistant.settings.store.parent / "notes"
    folder.mkdir()
    for name, text in (("lamp.txt", "The lamp of Skarvik is red."), ("mill.txt", "The mill of Norwick is green.")):
        (folder / name).write_text(f"{name[:4].title()}\n\n{text}\n")
    return folder


def drop(page: Page, path: Path) -> None:
    """Drops a file or folder of this machine on the zone, as a person does."""
    box = page.locator(".km-own-drop").bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def press_twice(page: Page, name: str) -> None:
    """Presses a button that asks first, and again."""
    page.get_by_role("button", name=name).click()
    page.locator(".km-own-remove[data-asking]").click()


def done(page: Page) -> str:
    """What is told of the files, once it is."""
    expect(page.locator(".km-own-told[data-done]")).to_be_visible(timeout=INDEXING)
    return page.locator(".km-own-told").inner_text()


def test_a_folder_is_dropped_reported_asked_about_cited_with_its_page_and_removed(
    visit: Visit, own_page: tuple[str, Assistant], tmp_path: Path
) -> None:
    address, assistant = own_page
    own, words = get_own_texts("en"), TEXTS["en"]
    page = visit(ENGLISH, address=address)
    tab(page, "articles").click()
    expect(page.locator(".km-own-who")).to_have_text(own.here)
    drop(page, fill(tmp_path / "files"))
    lines = done(page).splitlines()
    assert lines[0] == own.added.format(5, 9)
    unused = [f"{name} {own.unused.format(word_file_reason(*why))}" for name, why in UNUSED.items()]
    assert sorted(lines[1:]) == sorted([*(f"{name} {own.used}" for name in USED), *unused])
    barriers(page, "report")
    page.get_by_role("button", name=own.only).click()
    tab(page, "ask").click()
    expect(page.locator("#km-status")).to_contain_text(words.chosen.format(5, 8))
    ask(page, "Who lit the furnace of Murfield?")
    expect(page.locator("#km-chat .km-answer")).to_contain_text("Ada Stone")
    marker(page).focus()
    expect(page.locator("#km-tip small")).to_contain_text("p. 2")
    tab(page, "articles").click()
    press_twice(page, own.remove_one.format("The glass works of Murfield"))
    expect(page.locator(".km-own-told[data-done]")).to_have_text(own.removed.format(1), timeout=INDEXING)
    expect(page.locator(".km-owned")).not_to_contain_text("glass works")
    assert "glass" not in {source.id for source in assistant.articles()}
    press_twice(page, own.remove_all)
    expect(page.locator(".km-own-told[data-done]")).to_have_text(own.removed.format(4), timeout=INDEXING)
    expect(page.locator(".km-owned")).to_have_count(0)
    expect(page.locator(".km-own-told")).to_be_focused()
    assert len(assistant.articles()) == 3 and not list(tmp_path.glob("store-files/*"))


@pytest.mark.parametrize("case", [CHINESE, TURKISH], ids=lambda case: case.language)
def test_a_text_is_pasted_with_the_keyboard_alone(visit: Visit, own_page: tuple[str, Assistant], case: Case) -> None:
    address, assistant = own_page
    own = get_own_texts(case.language)
    page = visit(case, address=address, viewport=PHONE, has_touch=True, color_scheme="dark")
    tab(page, "articles").click()
    page.locator("#km-own-files").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # unfolds
    page.keyboard.press("Tab")
    expect(page.get_by_label(own.paste_title)).to_be_focused()
    page.keyboard.type("Bozkaya / 盐矿")
    page.keyboard.press("Tab")
    page.keyboard.type("Bozkaya tuz madenini 1931 yılında mühendis Kemal Aydın açtı.")
    barriers(page, "paste")
    assert fits(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert done(page).splitlines() == [own.added.format(1, 1), f"Bozkaya 盐矿.txt {own.used}"]
    assert "Bozkaya / 盐矿" in {source.title for source in assistant.articles()}
    barriers(page, "pasted")
    assert fits(page)


@in_english_first
def test_a_button_that_removes_asks_first_and_forgets_when_it_is_left(visit: Visit, own_page: tuple[str, Assistant], case: Case) -> None:
    address, assistant = own_page
    own = get_own_texts(case.language)
    page = visit(case, address=address, color_scheme="dark")
    tab(page, "articles").click()
    drop(page, write_notes(assistant))
    done(page)
    button = page.locator(".km-own-remove").first
    name = button.get_attribute("aria-label")
    title = page.locator(".km-owned li > span").first.inner_text()
    said = f"{own.sure} {title} – {own.again}"
    for leave in ("Tab", "Escape"):
        button.dblclick()  # is one press
        expect(button).to_have_text(own.sure)
        expect(button).to_be_focused()
        expect(button).to_have_accessible_name(said)
        expect(page.locator(".km-own-asked")).to_have_text(said)
        barriers(page, "asking")
        page.keyboard.press(leave)
        expect(button).to_have_text(own.remove)
        expect(button).to_have_accessible_name(name)
        expect(page.locator(".km-own-asked")).to_be_empty()
    everything = page.get_by_role("button", name=own.remove_all)
    everything.focus()
    for _ in range(3):
        page.keyboard.down("Enter")  # held, which is one press
    page.keyboard.up("Enter")
    expect(page.get_by_role("button", name=f"{own.sure_all} {own.again}", exact=True)).to_have_text(own.sure_all)
    button.click()  # another button asks, and this one does no more
    expect(page.locator(".km-own-remove[data-asking]")).to_have_text([own.sure])
    assert len(assistant.articles()) == 5
    button.focus()
    page.keyboard.press("Space")
    expect(page.locator(".km-own-told[data-done]")).to_have_text(own.removed.format(1), timeout=INDEXING)
    expect(page.locator(".km-own-told:focus, .km-owned button:focus")).to_have_count(1)
    assert len(assistant.articles()) == 4
