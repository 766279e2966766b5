"""Every word the page shows that comes from neither an article nor a question: the section "page" of `data/messages/xx.toml`.

What stands inside an answer follows the language of that answer. What stands around it follows the language chosen on the
page, at first the browser's: until it is known, Gradio picks from `list_labels` by locale.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

from rag.languages import call_on_change
from rag.ui.texts.labels import Texts
from rag.wording import list_texts, load_wordings

__all__ = ["BRAND", "CHINESE", "ENGLISH", "TEXTS", "TURKISH", "Texts", "get_texts", "list_labels", "name_language"]

BRAND = "Kilnmark"
TEXTS: dict[str, Texts] = {}  # of every language that has a file


def _fill_texts() -> None:
    for code in TEXTS.keys() - load_wordings().keys():
        del TEXTS[code]
    fresh = {code: Texts(code=code, **list_texts("page", code)) for code in load_wordings()}
    TEXTS.update({code: texts for code, texts in fresh.items() if TEXTS.get(code) != texts})


_fill_texts()
call_on_change(_fill_texts)
ENGLISH, CHINESE, TURKISH = TEXTS["en"], TEXTS["zh"], TEXTS["tr"]


def get_texts(language: str) -> Texts:
    """The labels of a language; English where it has no file.

    >>> get_texts("tr").sources, get_texts("fr").sources
    ('Kaynaklar', 'Sources')
    """
    return TEXTS.get(language.partition("-")[0], ENGLISH)


def list_labels() -> dict[str, dict[str, str]]:
    """The labels of every language, as Gradio takes them."""
    return {code: asdict(texts) for code, texts in TEXTS.items()}


def name_language(code: str) -> str:
    """What a language is called in itself; its code when that is not known.

    >>> name_language("tr"), name_language("fr"), name_language("xx")
    ('Türkçe', 'Français', 'xx')
    """
    known = load_wordings().get(code)
    return known.name if known else _name_by_locale(code)


@cache
def _name_by_locale(code: str) -> str:
    from babel import Locale, UnknownLocaleError  # 0.1 s, where such a language is shown

    try:
        name = Locale(code).get_language_name(code) or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[0].upper() + name[1:]
