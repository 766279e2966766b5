"""T23 of the fault table in docs/results.md: no pattern that a text of any length meets takes the square of its length.

Each searches texts of 100,000 characters in a process of its own. What is linear takes milliseconds; what is quadratic takes
billions of steps, and the clock ends the process, which has said what it was doing.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.language import detect_language, find_quantities
from rag.question.length import MAX_TOKENS, cut_question

CHARS, SECONDS = 100_000, 60
UNITS = ("1", "1,", "1.", "(", "[", "[1]", "瓷", " ", "\n", "\t", '"', "“", "「", "'", "a", "a ", "A. ", "a@", "-", "*", "<a ", "百", "一", "ve ")
# What these see is short: the beginning of a question, one line, a name, a claim, a piece beside a number; or they are tried at
# one place alone.
SHORT = (
    "rag.question", "rag.paragraphs.kinds", "rag.paragraphs._RUNS_ON", "rag.corpus.cleaning._RULES", "rag.figures.sharing",
    "rag.language.numbers._UNIT", "rag.types.pieces._MARKER",
    "rag.figures.reading._LIST", "rag.figures.reading._NO_CODE", "rag.figures.turkish._AFTER_DIGITS", "rag.translations._NAME",
    "rag.ui.bubbles._MARKER", "rag.verification.names", "rag.verification.quotes._ADDRESS", "rag.claims._MARKED",
    "rag.claims._OPEN",
)  # fmt: skip
SEARCH = f"""
import importlib, pkgutil, re, signal
import rag

def found(name, value):
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield name, value
    elif isinstance(value, (tuple, list)):
        for n, each in enumerate(value):
            yield from found(f"{{name}}[{{n}}]", each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from found(f"{{name}}[{{key}}]", each)

patterns = {{}}
for module in pkgutil.walk_packages(rag.__path__, "rag."):
    if not module.name.endswith("__main__"):
        for name, value in list(vars(importlib.import_module(module.name)).items()):
            for place, pattern in found(f"{{module.name}}.{{name}}", value):
                patterns.setdefault(pattern, place)
signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process also inside a search
for pattern, name in patterns.items():
    if not name.startswith({SHORT!r}):
        for unit in {UNITS!r}:
            print(name, repr(unit), flush=True)
            signal.alarm({SECONDS})
            for _ in pattern.finditer(unit * ({CHARS} // len(unit)) + "!x"):
                pass
print("all", len(patterns))
"""


@pytest.mark.slow
def test_t23_no_pattern_takes_the_square_of_a_texts_length() -> None:
    done = subprocess.run([sys.executable, "-c", SEARCH], capture_output=True, text=True, check=False)
    last = done.stdout.splitlines()[-1:]
    assert done.returncode == 0, (last, done.stderr[-2000:])
    assert int(last[0].removeprefix("all ")) > 100


def test_t23_what_is_read_of_a_question_is_bounded_whatever_it_is_written_in() -> None:
    for unit in ("瓷", "kiln ", "1 ", "a", "?", "🏺", "ğ", "\u0301"):
        whole = (unit * 4000)[:4000].strip()
        cut = cut_question(whole)
        assert whole.startswith(cut) and MAX_TOKENS / 2 <= len(cut) <= 6 * MAX_TOKENS
        assert cut_question(cut) == cut
    for question in ("Which kilns glow, and when did they?", "伊斯坦布尔店是第几家官方旗舰店？"):
        assert cut_question(question) == question


@pytest.mark.parametrize(("words", "language"), [("hundred ", "en"), ("yüz ", "tr"), ("百", "zh"), ("9", "en"), ("9", "zh")])
def test_t24_a_number_of_four_thousand_words_or_digits_is_read_or_not_but_does_not_raise(words: str, language: str) -> None:
    find_quantities(words * 4500, language)


def test_t24_a_language_is_told_whatever_surrogates_stand_in_the_text() -> None:
    assert detect_language("the \ud800 kilns of Iznik \udfff were fired by the potters in the long winter") == "en"
    assert detect_language("\ud800") == "en" and detect_language("窑\udc00炉") == "zh"
