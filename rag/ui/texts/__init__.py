"""Every word the page shows that comes from neither an article nor a question, in the three languages of the house.

What stands inside an answer follows the language of that answer. What stands around it follows the language chosen on the
page, at first the browser's: until it is known, Gradio picks from `I18N` by locale.
"""

from __future__ import annotations

from dataclasses import asdict

from rag.ui.texts.chinese import CHINESE
from rag.ui.texts.english import ENGLISH
from rag.ui.texts.labels import Texts
from rag.ui.texts.turkish import TURKISH

__all__ = ["BRAND", "CHINESE", "ENGLISH", "I18N", "LANGUAGES", "TEXTS", "TURKISH", "Texts", "get_texts"]

BRAND = "Kilnmark"
TEXTS = {"en": ENGLISH, "zh": CHINESE, "tr": TURKISH}
I18N: dict[str, dict[str, str]] = {language: asdict(get_texts) for language, get_texts in TEXTS.items()}

LANGUAGES = {
    "en": "English", "zh": "中文", "tr": "Türkçe", "de": "Deutsch", "fr": "Français", "es": "Español",
    "it": "Italiano", "ru": "Русский", "ja": "日本語", "ko": "한국어", "ar": "العربية",
}  # fmt: skip


def get_texts(language: str) -> Texts:
    """The labels of a language; English where the house has none.

    >>> get_texts("tr").sources, get_texts("fr").sources
    ('Kaynaklar', 'Sources')
    """
    return TEXTS.get(language.partition("-")[0], ENGLISH)
