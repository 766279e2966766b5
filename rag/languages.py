"""Languages as files: `locales/xx.toml` says how a language is read, `messages/xx.toml` what people read in it.

Ours are in `rag/data`; `add_languages` takes in a folder with two such folders. What is made from the files is made again after
that. A file that cannot be used is an error of one line that names the file and the key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from rag.errors import LanguageError

Function = TypeVar("Function", bound=Callable[..., Any])
Model = TypeVar("Model", bound=BaseModel)

OWN_LANGUAGES = ("en", "zh", "tr")  # those that ship, in the order in which they are shown
OWN_DATA = Path(__file__).parent / "data"
_CODE = re.compile(r"[a-z]{2,3}")
_folders = [OWN_DATA]
_on_change: list[Callable[[], object]] = []


def add_languages(folder: Path) -> None:
    """Take in the languages of a folder, for the whole process; one that is known already is replaced. Raises LanguageError."""
    if folder in _folders:
        return
    if not any(_list_files(folder, "locales")) or not any(_list_files(folder, "messages")):
        raise LanguageError(f"{folder}: no languages.", "A folder of languages has locales/xx.toml and messages/xx.toml.")
    _folders.append(folder)
    try:
        _tell_change()
    except LanguageError:
        remove_languages(folder)
        raise


def remove_languages(folder: Path) -> None:
    """Forget the languages of a folder that was added."""
    if folder in _folders[1:]:
        _folders.remove(folder)
        _tell_change()


def call_on_change(call: Callable[[], object]) -> None:
    """Have a function called whenever languages were added or removed, after those that were named before it."""
    _on_change.append(call)


def cache_for_languages(size: int | None = None) -> Callable[[Function], Function]:
    """A cache of a function's results, of at most so many, until languages are added or removed."""

    def decorate(function: Function) -> Function:
        cached = lru_cache(maxsize=size)(function)
        call_on_change(cached.cache_clear)
        return cast(Function, cached)

    return decorate


def load_languages(kind: str, model: type[Model]) -> dict[str, Model]:
    """The files of a kind, "locales" or "messages", of all languages by their codes. Raises LanguageError."""
    found = {path.stem: path for folder in _folders for path in _list_files(folder, kind)}
    order = {code: n for n, code in enumerate(OWN_LANGUAGES)}
    return {code: load_file(found[code], model) for code in sorted(found, key=lambda code: (order.get(code, len(order)), code))}


def load_file(path: Path, model: type[Model]) -> Model:
    """A file as what it must be. Raises LanguageError."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        said = {"missing": "is missing", "extra_forbidden": "is not known"}.get(first["type"])
        key = ".".join(str(part) for part in first["loc"])
        wrong = said or first["msg"].removeprefix("Value error, ")
        raise LanguageError(f"{path}: the key {key} {wrong if said else f'is wrong: {wrong}'}.") from None


def read_toml(path: Path) -> Mapping[str, Any]:
    """The values of a TOML file. Raises LanguageError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LanguageError(f"{path}: cannot be read: {error}.") from None


def _list_files(folder: Path, kind: str) -> Iterator[Path]:
    return (path for path in sorted((folder / kind).glob("*.toml")) if _CODE.fullmatch(path.stem))


def _tell_change() -> None:
    for call in _on_change:
        call()
