"""`names.toml`: how persons, places and bodies are written in each language, beside the articles that name them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ArticleError
from rag.language import fold

FILE = "names.toml"


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody or something that has a name. `forms` are its accepted writings by language, the full one first; `ours` the
    languages in which no article writes it, so that the spelling is ours."""

    id: str
    kind: str
    forms: dict[str, tuple[str, ...]]
    ours: tuple[str, ...] = ()

    def stands_in(self, text: str, language: str) -> bool:
        """Whether one of its forms in `language` is in `text`; letters' case and diacritics do not matter.

        >>> Name("iznik", "place", {"tr": ("İznik",)}).stands_in("IZNIK’te", "tr")
        True
        """
        return any(_stands(form, text) for form in self.forms.get(language, ()))


def _stands(form: str, text: str) -> bool:
    # Latin names are words of their own; Turkish endings follow an apostrophe. Chinese ones have no edges.
    return bool(re.search(rf"(?<![a-z]){re.escape(fold(form))}(?![a-z])", fold(text)))


def load(folder: Path) -> list[Name]:
    """The names of a folder of articles; none when it has no such file. Raises ArticleError when it cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        return [_name(table) for table in tomllib.loads(path.read_text(encoding="utf-8")).get("name", [])]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ArticleError(f"{FILE}: {error}", "Correct the file.") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ArticleError(f"{FILE}: a [[name]] lacks or misuses {error}", "Correct the file.") from None


def _name(table: dict[str, Any]) -> Name:
    forms = {code: tuple(map(str, written)) for code, written in table.items() if isinstance(written, list)}
    return Name(str(table["id"]), str(table.get("kind", "")), forms, forms.pop("ours", ()))


def lost(names: Sequence[Name], text: str, language: str, other: str, into: str) -> list[str]:
    """The names that stand in `text` and not in `other`, each as it should be written there."""
    return [
        name.forms[into][0]
        for name in names
        if into in name.forms and name.stands_in(text, language) and not name.stands_in(other, into)
    ]
