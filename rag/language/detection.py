"""Language of a text, down to a few words."""

from __future__ import annotations

import re
import threading

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from rag.languages import cache_for_languages
from rag.locales import has_dotless_i, list_languages, load_locales

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
# Words that tell languages without a file of their own; see `rag.locale_form.Detection`.
_TELLING = {"de": frozenset("wer wem wann wo wie warum welche welcher hat haben ist sind der das wurde und nicht".split())}
_OTHER_LETTERS = frozenset("äßñõãèêàùîôûœ")  # of languages that are told by statistics
_CHINESE = re.compile(r"什么|谁|哪|多少|吗|呢|何时|为何|怎|是|的")


_loading = threading.Lock()


@cache_for_languages()
def _load_identifier() -> LanguageIdentifier:
    every = LanguageIdentifier.from_model_file(MODEL_FILE)
    own = [code for code in list_languages() if code in every.nb_classes and code not in dict(_SCRIPTS)]
    every.set_languages(list(dict.fromkeys((*_LATIN, *own))))
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


@cache_for_languages(1024)
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
    words = _split_words(text)
    locales, telling = load_locales(), _load_telling()
    if letters < 60:
        told = {code: sum(w in of for w in _spell(words, code)) for code, of in telling.items()}
        for code in locales.keys() & told.keys():
            told[code] += any(letter in text for letter in locales[code].detection.letters)
        first, second = sorted(told, key=lambda code: -told[code])[:2]
        clear = told[first] > told[second] and (told[first] * 4 >= len(words) or len(words) <= 3)
        odd = set(text.lower()) & _OTHER_LETTERS
        if clear and (first not in locales or odd <= set(locales[first].detection.letters)):
            return first
    ours = locales.keys() & telling.keys()
    ranked = _identifier().rank(text)
    best = ranked[0][0]
    if best not in ours and letters < 40:
        nearest = next((name, score) for name, score in ranked if name in ours)
        # Log probabilities: within 15 nats over a handful of words the ranking is a coin toss.
        if ranked[0][1] - nearest[1] < 15:
            best = nearest[0]
    return str(best)


@cache_for_languages()
def _load_telling() -> dict[str, frozenset[str]]:
    """Words that tell languages, in their order."""
    own = {code: frozenset(locale.detection.words.split()) for code, locale in load_locales().items()}
    return {code: words for code, words in own.items() if words} | {c: words for c, words in _TELLING.items() if c not in own}


def _split_words(text: str) -> list[str]:
    """Words in small letters, as Turkish has them."""
    return [word.replace("I", "ı").replace("İ", "i").lower() for word in _WORD.findall(text)]


def _spell(words: list[str], language: str) -> list[str]:
    """Words of `_split_words` as a language has them."""
    return words if has_dotless_i(language) else [word.replace("ı", "i") for word in words]


def _sample(text: str) -> str:
    if len(text) <= MAX_DETECTED_CHARS:
        return text
    part = MAX_DETECTED_CHARS // 3
    middle = (len(text) - part) // 2
    return " ".join((text[:part], text[middle : middle + part], text[-part:]))


def _framing(text: str, script: re.Pattern[str]) -> str | None:
    """The language whose words stand around names in another script, when enough words of it do that no other has; or None."""
    words = _split_words(script.sub(" ", text))
    telling = ((code, _load_telling()[code], locale.detection) for code, locale in load_locales().items() if code in _load_telling())
    return next((code for code, of, d in telling if len(of.intersection(_spell(words, code))) >= d.words_around_names), None)
