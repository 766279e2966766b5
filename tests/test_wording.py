"""What people read: three languages with the same keys and placeholders, and one clear line where a file is wrong."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from rag.errors import LanguageError
from rag.file_messages import FileMessage
from rag.languages import OWN_LANGUAGES, add_languages
from rag.locales import list_languages
from rag.messages import Message, word_message
from rag.types.reasons import REASONS
from rag.ui.texts import Texts
from rag.wording import list_texts, load_wordings
from tests.conftest import HOME

CODE = "\n".join(
    path.read_text(encoding="utf-8") for pattern in ("*.py", "*.js") for path in sorted((HOME / "rag").rglob(pattern))
)


def test_the_files_have_the_keys_that_the_code_names() -> None:
    assert set(list_texts("answers", "en")) == set(get_args(Message))
    assert set(list_texts("reasons", "en")) == set(REASONS)
    assert set(list_texts("files", "en")) == set(get_args(FileMessage))
    assert set(list_texts("page", "en")) == {field.name for field in fields(Texts)} - {"code"}


def test_a_reason_is_worded_by_values_that_it_has() -> None:
    for code, kind in REASONS.items():
        assert set(re.findall(r"\{(\w*)\}", list_texts("reasons", "en")[code])) <= {field.name for field in fields(kind)}


@pytest.mark.parametrize("section", ["answers", "files", "page"])
def test_no_message_is_dead(section: str) -> None:
    named = {"answers": get_args(Message), "files": get_args(FileMessage), "page": list_texts("page", "en")}[section]
    often = 2 if section != "page" else 1  # once where it is listed
    dead = [key for key in named if len(re.findall(rf"[\"']{key}[\"']|\.{key}\b", CODE)) < often]
    assert not dead


def test_every_language_that_ships_says_everything() -> None:
    assert tuple(load_wordings()) == OWN_LANGUAGES
    assert word_message("not_found", "de") == "Die Artikel sagen dazu nichts." and word_message("thanks", "de") == "You are welcome."


GERMAN = HOME / "tests" / "german"
WRONG = [
    ("messages", 'thanks = "Danke, notiert."\n', "", "the key page.thanks is missing."),
    ("messages", "[reasons]\n", '[reasons]\nnew = "x"\n', "the key reasons.new is not known."),
    ("messages", "{claim} steht nicht", "{name} steht nicht", "the key reasons.number_missing is wrong: it has the placeholders {name}, and English {claim}."),
    ("messages", "{} von {} Artikeln", "{} Artikel", "the key page.chosen is wrong: it has the placeholders {}, and English {} {}."),
    ("messages", '"Deutsch"', "1", "the key name is wrong: Input should be a valid string."),
    ("messages", '"Deutsch"', "", "cannot be read: "),
    ("locales", 'stemmer = "german"\n', "", "the key words.stemmer is missing."),
    ("locales", 'stemmer = "german"\n', 'stemmer = "german"\nnew = 1\n', "the key words.new is not known."),
    ("locales", '"März", ', "", "the key dates.months is wrong: it names 11 months, not 12 or none."),
    ("locales", "'euro'", "'euro('", "the key units.EUR is wrong: it is no regular expression: "),
    ("locales", "EUR =", "DEM =", "the key units is wrong: there is no unit DEM."),
    ("locales", "{day}. {month} {year}", "{day}. {moon}", "the key dates.day_of_year is wrong: it may have the placeholders {day} {month} {number} {year}, and not {moon}."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "new", "told"), WRONG, ids=lambda value: value[:40])
def test_a_file_that_is_wrong_is_told_in_one_line_with_its_key(kind: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    shutil.copytree(GERMAN, tmp_path, dirs_exist_ok=True)
    file = tmp_path / kind / "de.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LanguageError) as raised:
        add_languages(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"{file}: {told}") and "\n" not in said
    assert tuple(load_wordings()) == OWN_LANGUAGES == list_languages()


def test_a_folder_without_languages_is_an_error_that_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match=r"has locales/xx\.toml and messages/xx\.toml"):
        add_languages(tmp_path)
