"""Language of a text, down to a few words."""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Scripts written by one language of ours each; Latin letters are told apart by py3langid.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_LATIN = ("en", "tr", "de", "es", "fr", "it", "pt", "ro", "vi")
_ADDRESS = re.compile(r"https?://\S+|(?<!\S)[^\s@]+@\S+")
# Of a longer text, its beginning, middle and end are looked at, this many characters together.
MAX_DETECTED_CHARS = 12_000
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
# Words of one language that no other of the list has ("was", "in" and "an" are English and German); they settle short
# questions, where statistics of letters are a coin toss.
_TELLING = {
    "en": frozenset(
        "the of is were what who whom whose when where which why how did does have had and to by with from many much".split()
    ),
    "tr": frozenset(
        "kim kimdir kimin kimler ne neyi neler nedir nerede nereye nereden nasıl neden niçin niye hangi hangisi kaç kaçıncı kaçta "
        "bir bu şu ve ile için mı mu mü kadar zaman olan oldu yok değil çok daha hakkında göre".split()
    ),
    "de": frozenset("wer wem wann wo wie warum welche welcher hat haben ist sind der das wurde und nicht".split()),
}
_CHINESE = re.compile(r"什么|谁|哪|多少|吗|呢|何时|为何|怎|是|的")
_TURKISH = re.compile(r"[ğşıİ]")


_loading = threading.Lock()


@cache
def _load_identifier() -> LanguageIdentifier:
    every = LanguageIdentifier.from_model_file(MODEL_FILE)
    every.set_languages(_LATIN)
    # Another one of what is left: the first keeps the numbers of all its 140 languages, 27 MB.
    return LanguageIdentifier(
        every.nb_ptc, every.nb_pc, every.nb_classes, every.tk_nextmove, every.tk_output, tk_row=every.tk_row
    )


def _identifier() -> LanguageIdentifier:
    # py3langid's own one is shared by all its users, and another thread could ask it while its languages are being set.
    with _loading:  # two first callers load it once
        return _load_identifier()


def detect_language(text: str, default: str = "en") -> str:
    """ISO 639-1 code of the language `text` is written in; `default` when it holds no letters.

    Scripts decide first: a text is Chinese when Han characters make up a fifth of its letters, since names in
    Latin letters are common in Chinese sentences and one Han character says as much as several letters; unless all other
    words of it are plainly English or Turkish, as in "Who is 李白?". Latin text goes to py3langid, restricted to nine
    languages. For a few bare words it leans to English and Turkish, the languages of our readers.

    >>> detect_language("谁签署了协议?"), detect_language("Kim imzaladı?"), detect_language("Who signed?"), detect_language("Who is 李白?")
    ('zh', 'tr', 'en', 'en')
    """
    return _detect(_sample(text), default)


@lru_cache(maxsize=1024)
def _detect(text: str, default: str) -> str:
    text = _ADDRESS.sub(" ", text)
    letters = len(_LETTER.findall(text))
    if not letters:
        return default
    for code, script in _SCRIPTS:
        if len(script.findall(text)) * 5 >= letters:
            frame = _framing(text, script) if letters < 200 else None
            return frame or code
    if letters < 60 and _CHINESE.search(text):
        return "zh"
    words = [word.replace("I", "ı").replace("İ", "i").lower() for word in _WORD.findall(text)]
    if letters < 60:
        plain = [word.replace("ı", "i") for word in words]
        told = {
            code: sum(w in telling for w in (words if code == "tr" else plain)) for code, telling in _TELLING.items()
        }
        told["tr"] += bool(_TURKISH.search(text))
        first, second = sorted(told, key=lambda code: -told[code])[:2]
        clear = told[first] > told[second] and (told[first] * 4 >= len(words) or len(words) <= 3)
        if clear and (first == "de" or not set(text.lower()) & set("äßñõãèêàùîôûœ")):
            return first
    ranked = _identifier().rank(text)
    best = ranked[0][0]
    if best not in ("en", "tr") and letters < 40:
        ours = next((name, score) for name, score in ranked if name in ("en", "tr"))
        # Log probabilities: within 15 nats over a handful of words the ranking is a coin toss.
        if ranked[0][1] - ours[1] < 15:
            best = ours[0]
    return str(best)


def _sample(text: str) -> str:
    if len(text) <= MAX_DETECTED_CHARS:
        return text
    part = MAX_DETECTED_CHARS // 3
    middle = (len(text) - part) // 2
    return " ".join((text[:part], text[middle : middle + part], text[-part:]))


def _framing(text: str, script: re.Pattern[str]) -> str | None:
    """The language whose words stand around names in another script: English or Turkish, when a question word of it
    does, or None."""
    words = {word.replace("I", "ı").replace("İ", "i").lower() for word in _WORD.findall(script.sub(" ", text))}
    plain = {word.replace("ı", "i") for word in words}
    if len(plain & _TELLING["en"]) >= 2:
        return "en"
    return "tr" if words & _TELLING["tr"] else None
