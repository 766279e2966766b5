"""What people read: three languages with the same keys and placeholders, and one clear line where a file is wrong."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from rag.errors import LanguageError
from rag.file_messages import FileMessage
from rag.languages import OWN_LANGUAGES, add_languages, find_own_file, remove_languages
from rag.messages import Message, word_message
from rag.types.reasons import REASONS
from rag.ui.texts import Texts
from rag.wording import list_texts, load_wordings
from tests.conftest import HOME

CODE = "\n".join(
    path.read_text(encoding="utf-8") for pattern in ("*.py", "*.js") for path in sorted((HOME / "rag").rglob(pattern))
)
ENGLISH = find_own_file("messages", "en.toml").read_text(encoding="utf-8")


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


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('not_found = "The articles do not say."\n', "", "the key answers.not_found is missing."),
        ("[reasons]\n", '[reasons]\nnew = "x"\n', "the key reasons.new is not known."),
        ("is not in the paragraph", "is not in {paragraph}", "the key reasons.number_missing is wrong: it has the placeholders {claim} {paragraph}, and English {claim}."),
        ('name = "English"', 'name = 1', "the key name is wrong: Input should be a valid string."),
        ('name = "English"', "name = ", "cannot be read: "),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_told_in_one_line_with_its_key(old: str, new: str, told: str, tmp_path: Path) -> None:
    for kind in ("messages", "locales"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "de.toml").write_text(ENGLISH.replace(old, new, 1), encoding="utf-8")
    try:
        with pytest.raises(LanguageError) as raised:
            add_languages(tmp_path)
    finally:
        remove_languages(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"{tmp_path / 'messages' / 'de.toml'}: {told}") and "\n" not in said
    assert tuple(load_wordings()) == OWN_LANGUAGES
