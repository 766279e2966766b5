"""What people read, by language: `messages/xx.toml`. English is the measure: other languages have its keys and placeholders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, create_model, with_config
from typing_extensions import TypedDict  # pydantic takes no other before Python 3.12

from rag.languages import OWN_DATA, cache_for_languages, call_on_change, load_file, load_languages, read_toml

Section = Literal["answers", "reasons", "files", "page", "own_files"]
Texts = dict[str, str]
_FORM = ConfigDict(extra="forbid", frozen=True)


class Wording(BaseModel):
    """What people read in a language, section by section. name: of the language, in itself."""

    model_config = _FORM

    name: str
    answers: Texts
    reasons: Texts
    files: Texts
    page: Texts
    own_files: Texts


def find_text(section: Section, key: str, language: str) -> str:
    """What is said under a key in a language, in English when we do not have it."""
    loaded = load_wordings()
    if language not in loaded and section == "answers" and key in (known := _load_others().get(language, {})):
        return known[key]
    return list_texts(section, language)[key]


def list_texts(section: Section, language: str) -> Texts:
    """All texts of a section by their keys, in English when we do not have the language."""
    loaded = load_wordings()
    texts: Texts = getattr(loaded.get(language, loaded["en"]), section)
    return texts


@cache_for_languages()
def load_wordings() -> dict[str, Wording]:
    """What people read, by languages that have a file. Raises LanguageError."""
    english = read_toml(OWN_DATA / "messages" / "en.toml")
    sections: Any = {name: (_form_section(name, texts), ...) for name, texts in english.items() if name != "name"}
    return load_languages("messages", create_model("Wording", __base__=Wording, **sections))


@cache_for_languages()
def _load_others() -> dict[str, Texts]:
    """The few answers that are known in languages without a file of their own."""
    path = OWN_DATA / "messages" / "others.toml"
    part = _form_section("others", load_wordings()["en"].answers, total=False)
    form: Any = {code: (part, ...) for code in read_toml(path)}
    others: dict[str, Texts] = load_file(path, create_model("Others", __config__=_FORM, **form)).model_dump()
    return others


def _form_section(name: str, english: Mapping[str, str], total: bool = True) -> Any:  # noqa: ANN401 - a type that is made here
    """The type of a section that has the keys and placeholders of the English one; all of its keys, or some."""
    fields = {key: Annotated[str, AfterValidator(_compare_placeholders(text))] for key, text in english.items()}
    return with_config(_FORM)(TypedDict(name, fields, total=total))  # type: ignore[operator]


def _compare_placeholders(english: str) -> Callable[[str], str]:
    wanted = _list_placeholders(english)

    def compare(text: str) -> str:
        if (found := _list_placeholders(text)) != wanted:
            raise ValueError(f"it has the placeholders {' '.join(found) or 'none'}, and English {' '.join(wanted) or 'none'}")
        return text

    return compare


def _list_placeholders(text: str) -> list[str]:
    return sorted(f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None)


call_on_change(load_wordings)
