"""What the assistant says in its own voice, by language, and the form of a citation marker. Everything else it says is quoted."""

from __future__ import annotations

from typing import Literal

Message = Literal["not_found", "foreign", "translated", "empty", "too_long", "unreadable"]

_MESSAGES: dict[Message, dict[str, str]] = {
    "not_found": {
        "en": "The articles do not say.",
        "zh": "文章中没有提到。",
        "tr": "Makalelerde bu bilgi yok.",
        "de": "Die Artikel sagen dazu nichts.",
        "fr": "Les articles n’en disent rien.",
        "es": "Los artículos no lo dicen.",
        "ru": "В статьях об этом не сказано.",
    },
    "foreign": {
        "en": "Quoted in the language of the article.",
        "zh": "以下引文为文章原文语言。",
        "tr": "Alıntılar makalenin kendi dilindedir.",
        "de": "Zitiert in der Sprache des Artikels.",
        "fr": "Cité dans la langue de l’article.",
        "es": "Citado en el idioma del artículo.",
        "ru": "Цитаты приведены на языке статьи.",
    },
    "translated": {
        "en": "Translated from the article; its own words are quoted beside it.",
        "zh": "以上为译文，文章原文见引文。",
        "tr": "Makaleden çevrilmiştir; özgün sözler yanında alıntılanmıştır.",
        "de": "Aus dem Artikel übersetzt; der Wortlaut steht daneben.",
        "fr": "Traduit de l’article ; le texte original est cité à côté.",
        "es": "Traducido del artículo; al lado se cita el original.",
        "ru": "Переведено из статьи; рядом приведён оригинал.",
    },
    "empty": {
        "en": "Please ask a question.",
        "zh": "请输入一个问题。",
        "tr": "Lütfen bir soru sorun.",
    },
    "too_long": {
        "en": "This question is too long. Please keep it under {limit} characters.",
        "zh": "问题太长，请不要超过{limit}个字符。",
        "tr": "Bu soru çok uzun. Lütfen {limit} karakteri geçmeyin.",
    },
    "unreadable": {
        "en": "This question has control characters in it. Please type it as plain text.",
        "zh": "问题中含有控制字符，请输入普通文本。",
        "tr": "Soruda denetim karakterleri var. Lütfen düz metin yazın.",
    },
}


def say(message: Message, language: str, **values: object) -> str:
    """A message in `language`, in English when we do not have it."""
    texts = _MESSAGES[message]
    return texts.get(language, texts["en"]).format(**values)


def marked(text: str, numbers: tuple[int, ...]) -> str:
    """A sentence with its markers.

    >>> marked("Kilns glow.", (1, 2))
    'Kilns glow. [1][2]'
    """
    return f"{text} {''.join(f'[{n}]' for n in numbers)}".rstrip()
