"""Pictures of the page for the README, and how long it takes: `python -m tests.screenshots docs`.

Writes docs/page.png, docs/phone.png and docs/dark.png and prints the seconds from the start of the server on a ready index to its
address, from there to the page in a browser, and from Enter to the first answer. `python -m tests.screenshots FOLDER --all` takes
no times and writes twenty pictures to look at: every form of answer and every tab, over languages, sizes and lights. Needs
Chromium, as the tests in a browser do. The articles are indexed afresh, in a folder that is removed again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1,localhost"}

from playwright.sync_api import Browser, expect, sync_playwright

from rag import Settings, ingest
from tests.test_browser import (
    CHINESE,
    CHROMIUM,
    ENGLISH,
    PHONE,
    TURKISH,
    WIDE,
    Case,
    arrived,
    box,
    free_port,
    highlight,
    marker,
    tab,
)

HOME = Path(__file__).parent.parent
# A picture shows the whole answer, also where the machine has much else to do.
AT_LEISURE = {"RAG_READING_SECONDS": "600", "RAG_DEADLINE": "900"}
PATIENCE = 120_000  # milliseconds
expect.set_options(timeout=PATIENCE)
SIZES = {"wide": WIDE, "phone": PHONE}


class Shot(NamedTuple):
    """What a picture shows. question: asked before, if any. view: "article", of the first citation; or a tab."""

    case: Case
    size: str = "wide"
    light: str = "light"
    question: str = ""
    view: str = ""


YEARS = {ENGLISH: ENGLISH.question, CHINESE: "景德镇有多少年的制瓷史?", TURKISH: "Jingdezhen'in kaç yıllık seramik tarihi var?"}
PICTURES = {
    "page.png": Shot(ENGLISH, question=YEARS[ENGLISH]),
    "phone.png": Shot(TURKISH, "phone", "light", TURKISH.other),
    "dark.png": Shot(CHINESE, "wide", "dark", YEARS[CHINESE]),
}
LOOKED_AT = [
    Shot(ENGLISH, "wide", "light", YEARS[ENGLISH]), Shot(ENGLISH, "phone", "light", YEARS[ENGLISH]),
    Shot(CHINESE, "wide", "dark", YEARS[CHINESE]), Shot(TURKISH, "phone", "dark", YEARS[TURKISH]),
    Shot(ENGLISH, "wide", "dark", "When did the expo open and when did the Istanbul store open?"),
    Shot(CHINESE, "phone", "dark", CHINESE.question, "article"), Shot(CHINESE, "wide", "light", CHINESE.third),
    Shot(TURKISH, "wide", "light", TURKISH.third), Shot(TURKISH, "phone", "light", TURKISH.third),
    Shot(ENGLISH, "wide", "light", "What is the expo article about?"),
    Shot(TURKISH, "phone", "dark", "Makaleler ne hakkında?"),
    Shot(ENGLISH, "wide", "dark", "Who is the mayor of Paris?"), Shot(CHINESE, "phone", "light", "巴黎市长是谁?"),
    Shot(TURKISH, "wide", "light", "merhaba"), Shot(CHINESE, "phone", "dark", "你好"),
    Shot(ENGLISH, "wide", "light", view="evaluation"), Shot(CHINESE, "phone", "dark", view="evaluation"),
    Shot(TURKISH, "wide", "dark", view="articles"), Shot(ENGLISH, "phone", "dark"), Shot(CHINESE, "wide", "light"),
]  # fmt: skip


def main(folder: Path, every: bool) -> int:
    """Write the pictures into a folder and print the times; returns the exit code."""
    if not CHROMIUM:
        print("No Chromium here: apt-get install chromium", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(store=Path(home) / "store", port=free_port())
        ingest([HOME / "articles"], settings)
        begun = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "app.py", "--store", str(settings.store), "--port", str(settings.port)],
            cwd=HOME, stdout=subprocess.PIPE, text=True, env=os.environ | AT_LEISURE,
        )  # fmt: skip
        try:
            line = server.stdout.readline()
            up = time.perf_counter() - begun
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                address = line.split(" at ", 1)[1].split()[0]
                timed = [] if every else [visited(browser, address, case) for case in (ENGLISH, CHINESE, TURKISH) * 3]
                shots = {f"{n:02d}.png": shot for n, shot in enumerate(LOOKED_AT, 1)} if every else PICTURES
                for name, shot in shots.items():
                    photograph(browser, address, folder / name, shot)
                browser.close()
        finally:
            server.terminate()
            server.wait()
    if every:
        return 0
    pages, answers = zip(*timed, strict=True)
    print(f"server up {up:.2f} s after its start, on a ready index")
    print(f"page ready {pages[0]:.2f} s after that for the first visitor; median {median(pages):.2f} s, n {len(pages)}")
    print(f"first answer {median(answers):.2f} s after Enter, slowest {max(answers):.2f} s, n {len(answers)}")
    return 0


def visited(browser: Browser, address: str, case: Case) -> tuple[float, float]:
    """Seconds until the page is ready for a new visitor, and from Enter to the first marker of an answer."""
    context = browser.new_context(locale=case.locale, viewport=WIDE)
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address)
    arrived(page)
    ready = time.perf_counter()
    page.locator("#km-box textarea").fill(case.question)
    entered = time.perf_counter()
    page.keyboard.press("Enter")
    marker(page).wait_for()
    answered = time.perf_counter()
    context.close()
    return ready - begun, answered - entered


def photograph(browser: Browser, address: str, file: Path, shot: Shot) -> None:
    """A picture of the page as it is after a question or in another tab."""
    context = browser.new_context(
        locale=shot.case.locale, reduced_motion="reduce", viewport=SIZES[shot.size], color_scheme=shot.light
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    arrived(page)
    if shot.question:
        box(page).fill(shot.question)
        box(page).press("Enter")
        expect(page.locator("#km-chat .km-do-retry")).to_be_visible()
        expect(page.locator("#km-box .submit-button")).to_be_visible()
    if shot.view == "article":
        marker(page).click()
        highlight(page).wait_for()
    elif shot.view:
        tab(page, shot.view).click()
        page.locator({"articles": ".km-entry", "evaluation": ".km-scores"}[shot.view]).first.wait_for()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000 if shot.view == "evaluation" else 300)
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--all"]
    sys.exit(main(Path(given[0] if given else "docs"), every="--all" in sys.argv))
