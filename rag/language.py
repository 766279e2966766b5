"""Language of a text, its words for matching, and its numbers.

Only what retrieval, answering and verification need to agree on lives here. Folding never changes digits or negations.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import py3langid
import snowballstemmer

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
_STEMMERS = {
    "en": "english", "tr": "turkish", "de": "german", "es": "spanish", "fr": "french",
    "it": "italian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
}  # fmt: skip
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]+|\d+(?:[.,]\d+)*|[^\W\d_{_HAN}]+", re.UNICODE)
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_LETTER = re.compile(r"[^\W\d_]")
# Words so common that sharing one says nothing; kept to the closed classes, negations left out on purpose.
_STOPWORDS = {
    "en": """a an the of in on at by for from to with and or but as is are was were be been being has have had do does did
        it its this that these those he she they his her their we our you your i my me him them there here what which who
        whom whose when where why how will would can could may might shall should than then so if into about over also
        some any such s t re ve ll d m tell please many much last lasts lasted""",
    "tr": """bir bu şu o ve veya ile de da ki mi mı mu mü için gibi ne kim kimdir kimler hangi nerede nereye nereden nasıl
        neden niçin niye kaç kaçıncı zaman kadar olan olarak oldu olduğu en çok daha her ise ama fakat var nedir neydi
        midir mıdır ben sen biz siz onlar onun bunun hakkında göre""",
    "zh": "",
}
# Chinese grammar. A bigram with a character of the first set, or of two of the second, says nothing of the subject; nor does
# one of the words of the third.
_HAN_NEVER = frozenset("的了是谁吗呢吧呀啊么什哪怎")
_HAN_STOP = frozenset("在和与及或也而就都被把将对为以从到由于其这那此该何如几多少里有个位一些请问时候次能会")
_HAN_WORDS = frozenset(
    "多少 多大 多长 多久 多高 何时 如何 为何 第几 几个 几家 几年 几天 几月 几号 哪里 时候 以及 请问 关于 有关".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as matched (`key`: folded and stemmed) and where it stands: `text[start:end]`."""

    key: str
    start: int
    end: int


@cache
def _latin_identifier() -> None:
    py3langid.set_languages(list(_LATIN))


def detect(text: str, default: str = "en") -> str:
    """ISO 639-1 code of the language `text` is written in; `default` when it holds no letters.

    Scripts decide first: a text is Chinese when Han characters make up a fifth of its letters, since names in
    Latin letters are common in Chinese sentences and one Han character says as much as several letters.
    Latin text goes to py3langid, restricted to nine languages. For a few bare words it leans to English
    and Turkish, the languages of our readers.

    >>> detect("谁签署了协议?"), detect("Kim imzaladı?"), detect("Who signed?")
    ('zh', 'tr', 'en')
    """
    text = _ADDRESS.sub(" ", text)
    letters = len(_LETTER.findall(text))
    if not letters:
        return default
    for code, script in _SCRIPTS:
        if len(script.findall(text)) * 5 >= letters:
            return code
    _latin_identifier()
    ranked = py3langid.rank(text)
    best = ranked[0][0]
    if best not in ("en", "tr") and letters < 40:
        ours = next((name, score) for name, score in ranked if name in ("en", "tr"))
        # Log probabilities: within 15 nats over a handful of words the ranking is a coin toss.
        if ranked[0][1] - ours[1] < 15:
            best = ours[0]
    return str(best)


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer | None:
    return snowballstemmer.stemmer(_STEMMERS[language]) if language in _STEMMERS else None


@cache
def stopwords(language: str) -> frozenset[str]:
    """Folded words of `language` too common to match on."""
    return frozenset(fold(word) for word in _STOPWORDS.get(language, "").split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """One form for writings a reader takes as the same: case, full and half width, diacritics, Turkish dotted and dotless i.

    >>> fold("İznik"), fold("IZNIK"), fold("ＫＩＬＮ"), fold("ılık")
    ('iznik', 'iznik', 'kiln', 'ilik')
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def _key(word: str, language: str) -> str:
    folded = fold(word)
    stemmer = _stemmer(language)
    # Turkish stems are taken before diacritics are dropped: its suffixes are spelt with them.
    return (
        fold(stemmer.stemWord(word.replace("İ", "i").replace("I", "ı" if language == "tr" else "i").lower()))
        if (stemmer)
        else folded
    )


@lru_cache(maxsize=4096)
def tokens(text: str, language: str) -> tuple[Token, ...]:
    """Words of `text` in order: stems for alphabetic languages, numbers as written less separators, Han characters
    and bigrams.

    Function words and punctuation are left out. Single characters let near words meet that share one (礼物, 伴手礼).

    >>> [t.key for t in tokens("The kilns fired 1,000 bowls", "en")]
    ['kiln', 'fire', '1000', 'bowl']
    >>> [t.key for t in tokens("景德镇第7家", "zh")]
    ['景', '景德', '德', '德镇', '镇', '镇第', '第', '7', '家']
    """
    found: list[Token] = []
    common = stopwords(language) if language in _STOPWORDS else stopwords("en")
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if "\u3400" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff":
            found.extend(_characters(word, start))
        elif word[0].isdigit():
            found.append(Token(re.sub(r"[.,](?=\d{3}\b)", "", word), start, match.end()))
        elif fold(word) not in common:
            found.append(Token(_key(word, language), start, match.end()))
    return tuple(found)


def _characters(run: str, start: int) -> list[Token]:
    singles = [
        Token(c, start + i, start + i + 1) for i, c in enumerate(run) if c not in _HAN_STOP and c not in _HAN_NEVER
    ]
    pairs = ((run[i : i + 2], start + i) for i in range(len(run) - 1))
    found = singles + [Token(pair, at, at + 2) for pair, at in pairs if not _says_nothing(pair)]
    return sorted(found, key=lambda token: (token.start, token.end))


def _says_nothing(pair: str) -> bool:
    return bool(_HAN_NEVER & set(pair)) or set(pair) <= _HAN_STOP or pair in _HAN_WORDS
