"""Words of a text as they are matched: stems, Han characters and bigrams, numbers in their normal form."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

from rag.language.folding import fold_text
from rag.language.quantities import find_quantities

_STEMMERS = {
    "en": "english", "tr": "turkish", "de": "german", "es": "spanish", "fr": "french",
    "it": "italian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
}  # fmt: skip
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]+|\d+(?:[.,]\d+)*|[^\W\d_{_HAN}]+", re.UNICODE)
_LATIN = re.compile(r"[a-z]{4,}")
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
    "多少 多大 多长 多久 多高 何时 如何 为何 第几 几个 几家 几年 几天 几月 几号 哪里 时候 以及 请问 关于 有关".split()
)
_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word as matched (`key`: folded and stemmed) and where it stands: `text[start:end]`."""

    key: str
    start: int
    end: int


class _Stemmers(threading.local):
    """Stemmers by language, of one thread: a stemmer keeps the word it works on, and threads would stem each other's."""

    def __init__(self) -> None:
        self.by_language: dict[str, snowballstemmer.stemmer] = {}

    def find(self, language: str) -> snowballstemmer.stemmer | None:
        if language in _STEMMERS and language not in self.by_language:
            self.by_language[language] = snowballstemmer.stemmer(_STEMMERS[language])
        return self.by_language.get(language)


_stemmers = _Stemmers()


@cache
def _stopwords(language: str) -> frozenset[str]:
    return frozenset(fold_text(word) for word in _STOPWORDS.get(language, _STOPWORDS["en"]).split())


@lru_cache(maxsize=65536)
def _key(word: str, language: str) -> str:
    stemmer = _stemmers.find(language)
    if stemmer is None:
        return fold_text(word)
    # Turkish stems are taken before diacritics are dropped: its suffixes are spelt with them.
    lower = word.replace("İ", "i").replace("I", "ı" if language == "tr" else "i").lower()
    return fold_text(stemmer.stemWord(lower))


def find_tokens(text: str, language: str) -> tuple[Token, ...]:
    """Words of `text` in order: stems for alphabetic languages, Han characters and bigrams in simplified writing,
    numbers and dates in the normal form of `quantities`, which is the same in every language.

    Function words and punctuation are left out. Single characters let near words meet that share one (礼物, 伴手礼).

    >>> [t.key for t in tokens("The kilns fired 1,000 bowls", "en")]
    ['kiln', 'fire', '1000', 'bowl']
    >>> [t.key for t in tokens("景德鎮第7家", "zh")]
    ['景', '景德', '德', '德镇', '镇', '镇第', '第', '7', '家']
    """
    found: list[Token] = []
    common = _stopwords(language)
    measured = find_quantities(text, language)
    known = {i for q in measured for i in range(q.start, q.end)}
    for q in measured:
        found.extend(Token(key, q.start, q.end) for key in q.keys)
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if "\u3400" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff":
            found.extend(_characters(fold_text(word), start))
        elif word[0].isdigit():
            if start not in known:
                found.append(Token(fold_text(re.sub(r"[.,](?=\d{3}\b)", "", word)), start, match.end()))
        elif fold_text(word) not in common:
            found.append(Token(_key(word, language), start, match.end()))
    return tuple(sorted(found, key=lambda token: (token.start, token.end)))


tokens = lru_cache(maxsize=8192)(find_tokens)


def find_keys(text: str, language: str) -> tuple[str, ...]:
    """The keys of the tokens, and beside them the first letters of each longer Latin word, the same in all languages: names
    and loan words meet across languages and endings by them ("Jingdezhen", "Jingdezhen’de", "^jing").

    >>> find_keys("Kilns in Iznik", "en")
    ('kiln', 'iznik', '^kiln', '^izni')
    """
    found = [token.key for token in find_tokens(text, language)]
    return (*found, *("^" + word[:_ANCHOR] for word in _LATIN.findall(fold_text(text))))


keys = lru_cache(maxsize=8192)(find_keys)


def _characters(run: str, start: int) -> list[Token]:
    singles = [
        Token(c, start + i, start + i + 1) for i, c in enumerate(run) if c not in _HAN_STOP and c not in _HAN_NEVER
    ]
    pairs = ((run[i : i + 2], start + i) for i in range(len(run) - 1))
    return singles + [Token(pair, at, at + 2) for pair, at in pairs if not _says_nothing(pair)]


def _says_nothing(pair: str) -> bool:
    return bool(_HAN_NEVER & set(pair)) or set(pair) <= _HAN_STOP or pair in _HAN_WORDS
