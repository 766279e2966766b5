"""Pictures of the page for the README, and how long it takes: `python -m tests.screenshots docs`.

Writes docs/page.png and docs/phone.png and prints the seconds from the start of the server on a ready index to its address, from
there to the page in a browser, and from Enter to the first answer. Needs Chromium, as the tests in a browser do. The articles
are indexed afresh, in a folder that is removed again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1,localhost"}

from playwright.sync_api import Browser, sync_playwright

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
    ask,
    free_port,
    highlight,
    marker,
)

HOME = Path(__file__).parent.parent
PICTURES = {
    "page.png": (ENGLISH, {"viewport": WIDE}),
    "phone.png": (CHINESE, {"viewport": PHONE, "color_scheme": "dark"}),
}


def main(folder: Path) -> int:
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
            cwd=HOME, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            line = server.stdout.readline()
            up = time.perf_counter() - begun
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                address = line.split(" at ", 1)[1].split()[0]
                timed = [visited(browser, address, case) for case in (ENGLISH, CHINESE, TURKISH) * 3]
                for name, (case, options) in PICTURES.items():
                    photograph(browser, address, folder / name, case, options)
                browser.close()
        finally:
            server.terminate()
            server.wait()
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


def photograph(browser: Browser, address: str, file: Path, case: Case, options: dict[str, object]) -> None:
    """The page with an answer and the article that its first marker leads to."""
    page = browser.new_context(locale=case.locale, reduced_motion="reduce", **options).new_page()
    page.goto(address)
    arrived(page)
    ask(page, case.question)
    if options["viewport"] == PHONE:
        marker(page).click()
    highlight(page).wait_for()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    page.screenshot(path=file)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")))
