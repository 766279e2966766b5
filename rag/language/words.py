"""Words of a text as they are matched: stems, Han characters and bigrams, numbers in their normal form."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

import snowballstemmer

from rag.language.folding import fold_text
from rag.language.quantities import find_quantities
from rag.languages import cache_for_languages
from rag.locales import find_locale, has_dotless_i, load_locales

_STEMMERS = {  # of languages without a file of their own
    "de": "german", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
}  # fmt: skip
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]+|\d+(?:[.,]\d+)*|[^\W\d_{_HAN}]+", re.UNICODE)
_LATIN = re.compile(r"[a-z]{4,}")
_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word as matched (`key`: folded and stemmed) and where it stands: `text[start:end]`."""

    key: str
    start: int
    end: int


class _Stemmers(threading.local):
    """Stemmers by name, of one thread: a stemmer keeps the word it works on, and threads would stem each other's."""

    def __init__(self) -> None:
        self.by_name: dict[str, snowballstemmer.stemmer] = {}

    def find(self, language: str) -> snowballstemmer.stemmer | None:
        known = find_locale(language)
        name = known.words.stemmer if known else _STEMMERS.get(language, "")
        if name and name not in self.by_name:
            self.by_name[name] = snowballstemmer.stemmer(name)
        return self.by_name.get(name)


_stemmers = _Stemmers()


@cache_for_languages()
def _stopwords(language: str) -> frozenset[str]:
    return frozenset(fold_text(word) for word in (find_locale(language) or load_locales()["en"]).words.common.split())


@cache_for_languages()
def _empty_characters() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Characters of grammar, of questions, and words of which a pair of characters says nothing."""
    tables = [locale.words for locale in load_locales().values() if not locale.writing.spaces]
    common, question = ("".join(table) for table in zip(*((t.common_characters, t.question_characters) for t in tables), strict=True))
    return frozenset(common), frozenset(question), frozenset(word for table in tables for word in table.common.split())


@cache_for_languages(65536)
def _key(word: str, language: str) -> str:
    stemmer = _stemmers.find(language)
    if stemmer is None:
        return fold_text(word)
    # Turkish stems are taken before diacritics are dropped: its suffixes are spelt with them.
    lower = word.replace("İ", "i").replace("I", "ı" if has_dotless_i(language) else "i").lower()
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


tokens = cache_for_languages(8192)(find_tokens)


def find_keys(text: str, language: str) -> tuple[str, ...]:
    """The keys of the tokens, and beside them the first letters of each longer Latin word, the same in all languages: names
    and loan words meet across languages and endings by them ("Jingdezhen", "Jingdezhen’de", "^jing").

    >>> find_keys("Kilns in Iznik", "en")
    ('kiln', 'iznik', '^kiln', '^izni')
    """
    found = [token.key for token in find_tokens(text, language)]
    return (*found, *("^" + word[:_ANCHOR] for word in _LATIN.findall(fold_text(text))))


keys = cache_for_languages(8192)(find_keys)


def _characters(run: str, start: int) -> list[Token]:
    common, question, _ = _empty_characters()
    singles = [Token(c, start + i, start + i + 1) for i, c in enumerate(run) if c not in common and c not in question]
    pairs = ((run[i : i + 2], start + i) for i in range(len(run) - 1))
    return singles + [Token(pair, at, at + 2) for pair, at in pairs if not _says_nothing(pair)]


def _says_nothing(pair: str) -> bool:
    common, question, words = _empty_characters()
    return bool(question & set(pair)) or set(pair) <= common or pair in words
