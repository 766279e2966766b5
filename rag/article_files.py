"""The files that lie beside articles, as pydantic models: `articles.toml`, `names.toml` and `translations/*.toml`.

What is not described here is refused, with the file, the table, the key and what is wrong with it.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rag.errors import ArticleError

MAX_TEXT_CHARS = 20_000  # of one value; longer than any sentence, title or address
_REMEDY = "Correct the file."


def _write_plain(value: object) -> object:
    """Numbers and dates as TOML has them, as text: `published = 2025-06-04` needs no quotes."""
    plain = isinstance(value, (int, float, date, datetime)) and not isinstance(value, bool)
    return str(value) if plain else value


Text = Annotated[str, BeforeValidator(_write_plain), Field(max_length=MAX_TEXT_CHARS)]
Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", description="ISO 639-1 code of a language, such as en, zh or tr.")]


class FileFormat(BaseModel):
    """What every format has in common: no key that is not described, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RepairRule(FileFormat):
    """Characters that an article has wrong, and what they are to be."""

    before: str = Field(alias="from", description="As the file has it.")
    after: str = Field(alias="to", description="As it should be.")


class ArticleEntry(FileFormat):
    """What is known of one file. What is None is taken from the file itself."""

    file: Text = Field(min_length=1, description="Name of the file in the same folder.")
    id: Text | None = Field(default=None, description="Begins the ids of its paragraphs.")
    title: Text | None = None
    language: Text | None = Field(default=None, description="Code of the language it is written in.")
    outlet: Text | None = Field(default=None, description="Who published it.")
    published: Text | None = Field(default=None, description="Day of publication, YYYY-MM-DD.")
    url: Text | None = None
    encoding: Text | None = Field(default=None, description="How its characters are stored, such as gb18030.")
    repairs: tuple[RepairRule, ...] = ()
    questions: dict[Code, tuple[Text, ...]] = Field(default={}, description="Suggested questions by language.")


class ArticleEntries(FileFormat):
    """`articles.toml`."""

    article: tuple[ArticleEntry, ...] = ()


class NameEntry(BaseModel):
    """A name. Keys beside these are codes of languages, with its accepted writings, the full one first."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[Code, tuple[Text, ...]]

    id: Text
    kind: Text = Field(default="", description="person, place or another.")
    ours: tuple[Text, ...] = Field(default=(), description="The languages in which no article writes it.")


class NameEntries(FileFormat):
    """`names.toml`."""

    name: tuple[NameEntry, ...] = ()


class SentenceEntry(FileFormat):
    """A sentence of an article and its translation. An empty translation is one that is still to be made."""

    paragraph: Text = Field(description="Id of the paragraph, such as expo#p3.")
    original: Text = Field(description="The sentence as the article has it.")
    translation: Text


class SentenceEntries(FileFormat):
    """`translations/<article>.<language>.toml`."""

    sentence: tuple[SentenceEntry, ...] = ()


Format = TypeVar("Format", bound=FileFormat)


def parse_tables(data: bytes, described: type[Format], name: str) -> Format:
    """The tables of a TOML file. Raises ArticleError, which names the file, the table, the key and what is wrong with it."""
    try:
        return described.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        raise ArticleError(f"{name}: {_describe_fault(error)}", _REMEDY) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArticleError(f"{name}: {error}", _REMEDY) from None


def read_file(path: Path, name: str) -> bytes:
    """What is in a file. Raises ArticleError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(f"{name}: {error}", _REMEDY) from None


def read_tables(path: Path, described: type[Format], name: str) -> Format:
    """The tables of a TOML file, as `parse_tables` gives them. Raises ArticleError also where it cannot be read."""
    return parse_tables(read_file(path, name), described, name)


def _describe_fault(error: ValidationError) -> str:
    """The first fault: "[[article]] 2, published: Input should be a valid string"."""
    fault: Any = error.errors(include_url=False, include_input=False)[0]
    table, *rest = fault["loc"]
    at = [f"[[{table}]] {rest[0] + 1}", *map(str, rest[1:])] if rest and isinstance(rest[0], int) else map(str, fault["loc"])
    more = error.error_count() - 1
    return f"{', '.join(at)}: {fault['msg']}" + (f" ({more} more like it)" if more else "")
