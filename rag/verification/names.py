"""Names of a claim that a paragraph does not name, in whatever script.

1. Names that the articles' list knows (`rag.names`).
2. Countries and cities of the Unicode locale data (CLDR, by way of babel).
3. Words written like names: they must stand in a paragraph of the same language. Across languages titles are translated, so that
   only two proper names together must: as they are, in pinyin, or by their sound in Chinese characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from rag.encoder.engine import shared_engine
from rag.language import fold_text, fold_with_offsets
from rag.languages import cache_for_languages
from rag.locales import find_locale, has_spaces, list_languages, make_rule
from rag.names import Names
from rag.types import Span
from rag.verification.kept import compute_edit_share, compute_odds_kept, lower_word
from rag.verification.sounds import compute_odds_heard, has_pinyin, is_heard, is_pinyin

Reading = tuple[str, str]  # a text and its language

# Other names of countries that the locale data have one of.
_SHORT_NAMES = {"US": "u.s us usa amer abd 美", "GB": "brit engl scot uk ingi isko 英", "CN": "sino 华", "DE": "alma"}
WORD = r"(?:[A-ZÇĞİÖŞÜÀ-ÖØ-Þ][\w-]*[a-zçğıöşüà-ÿ][\w-]*|[A-Z]{2,})"
_RUN = re.compile(rf"(?<![\w.@/’'-]){WORD}(?:['’]\w+)?(?: {WORD}(?:['’]\w+)?)*")
_WORD_BEFORE = re.compile(rf"({WORD}) $")
_BEGINS = re.compile(r"(?:^|[.!?:;]\s|[\"“‘«(\n])\s*$")
_DOTTED = re.compile(r"[\u4e00-\u9fff][·•][\u4e00-\u9fff]")
_DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•・][\u4e00-\u9fff]{1,8})+")
_DOTS = re.compile("[·•・]")
# Characters that end foreign names in Chinese: one after a place makes it a part of a person's name, as 马里 in 马里奥.
_NAME_ENDS = "奥尔斯特克兰夫森顿诺莱亚德蒂弗丁蒙勒兹姆"
_find_title = make_rule(lambda locale: locale.names.titles)  # words that stand with a capital before names, and are none
# Log odds that a word is kept in other languages that say nothing, and by how much those of a missing name exceed them. Against
# XQuAD's paragraphs in another language (twenty articles) 0.014 of true sentences miss a name (n = 900), and of those with
# another person put in 0.79 (n = 210); without sounds and kept words 0.009 and 0.20.
ODDS_NEUTRAL, MIN_ODDS_KEPT = 1.5, 1.5
MAX_EDITS = 0.45  # of the letters of a name, by which languages spell it differently
MIN_ODDS_HEARD = 0.1  # log odds a letter that Chinese characters are a name by its sound
MIN_ODDS_SPELT = -0.8  # the same of a part of a Chinese name with a dot, whose bounds are not sure, and a word in Latin letters
_MIN_LEAD = 2.0  # by which the log probability of a proper name with its capital exceeds that without


def find_missing_names(
    claim: str, language: str, readings: Sequence[Reading], context: str, names: Names, taken: Sequence[Span] = ()
) -> list[str]:
    """The names of a claim that none of a paragraph's readings has, as they stand in the claim.

    context: the article's title and what stands before the paragraph, which its pronouns may mean. taken: spans of the claim that
    are dates and the like.

    >>> find_missing_names("Mehmet Demir met Wang Xiaoming in Istanbul.", "en", [("王小明在伊斯坦布尔。", "zh")], "", Names())
    ['Mehmet Demir']
    """
    paragraph = " ".join(text for text, _ in readings)
    around = f"{paragraph} {context}"
    missing = _find_missing_known(claim, paragraph, context, names)
    used = [span for _, span in names.spans(claim)] + list(taken)
    for span, code in _find_places(claim, language, used):
        used.append(span)
        if not _names_place(around, code):
            missing.append(claim[slice(*span)])
    same = any(of == language for _, of in readings)
    for run in _find_capital_runs(claim, used) if _has_capitals(language) else ():
        if same:
            plain = fold_text(around)
            missing += [word for word in run if _stem(word, language) not in plain]
        else:
            missing += _find_missing_abroad(run, language, around)
    if same and not has_spaces(language):
        plain = fold_text(around)
        free = (m for m in _DOTTED.finditer(claim) if not _overlaps(m.span(), used))
        missing += [m.group() for m in free if fold_text(m.group()) not in plain]
    elif not has_spaces(language):
        free = (m for m in _DOTTED_NAME.finditer(claim) if not _overlaps(m.span(), used))
        missing += [m.group() for m in free if not is_heard(_DOTS.split(m.group()), re.findall(WORD, around), MIN_ODDS_SPELT)]
    return list(dict.fromkeys(missing))


def _overlaps(span: Span, used: Sequence[Span]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in used)


def _find_missing_known(claim: str, paragraph: str, context: str, names: Names) -> list[str]:
    """Names of the list. One that the context has will do where the paragraph has none of its kind, but a pronoun."""
    here, around = names.find_ids(paragraph), names.find_ids(context)
    kinds = {names.known[identity].kind for identity in here}
    return [
        claim[start:end]
        for identity, (start, end) in names.spans(claim)
        if identity not in here
        and not (identity in around and names.known[identity].kind not in kinds)
        and not any(_is_part(names, identity, other) for other in here)
    ]


def _is_part(names: Names, identity: str, other: str) -> bool:
    """Whether one name is part of the other: "Istanbul store" and "Istanbul"."""
    forms, others = ({fold_text(f) for own in names.known[i].forms.values() for f in own} for i in (identity, other))
    return any(a in b for a in forms for b in others)


def _has_capitals(language: str) -> bool:
    """Whether only names have capitals within a sentence, as far as is known."""
    known = find_locale(language)
    return known is not None and known.names.capitals


@cache_for_languages()
def _list_places(language: str) -> dict[str, str]:
    """Countries and cities by their folded names, with their codes."""
    from babel import Locale  # 0.1 s, at the first claim and not at import

    locale: Any = Locale.parse(language)
    zones: Any = Locale.parse("zh").time_zones
    found = {name: code for code, name in locale.territories.items() if code.isalpha()}
    for zone in (z for z in zones if "/" in z):
        written = zone.rpartition("/")[2].replace("_", " ") if language == "en" else ""
        found.setdefault(locale.time_zones.get(zone, {}).get("city") or written, zone)
    return {fold_text(name): code for name, code in found.items() if len(name) >= (3 if has_spaces(language) else 2)}


@cache_for_languages()
def _place_rule(language: str) -> re.Pattern[str]:
    rule = "|".join(sorted(map(re.escape, _list_places(language)), key=len, reverse=True))
    return re.compile(rf"(?:{rule})(?![{_NAME_ENDS}区])" if not has_spaces(language) else rf"(?<![a-z])(?:{rule})(?![a-z])")


def _find_places(claim: str, language: str, used: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    if language not in list_languages():
        return
    plain = fold_with_offsets(claim)
    for m in _place_rule(language).finditer(plain.text):
        span = plain.span(*m.span())
        before = _WORD_BEFORE.search(claim[: span[0]])
        surname = before is not None and _is_proper(before[1]) and fold_text(before[1]) not in _list_places(language)
        if (not has_spaces(language) or (claim[span[0]].isupper() and not surname)) and not _overlaps(span, used):
            yield span, _list_places(language)[m.group()]


@cache_for_languages()
def _forms_of(code: str) -> re.Pattern[str]:
    """The beginnings by which a place and what is of it are known in a text: "turk" of Türkiye and Turkish."""
    from babel import Locale
    from babel.core import get_global

    likely: Any = get_global("likely_subtags")
    spoken = [tag for tag, full in likely.items() if "_" not in tag and full.endswith(f"_{code}")]
    forms = set(_SHORT_NAMES.get(code, "").split())
    for language in list_languages():
        forms |= {name for name, other in _list_places(language).items() if other == code}
        tongues: Any = Locale.parse(language).languages
        forms |= {fold_text(tongues[tag]) for tag in spoken if tag in tongues}
    return re.compile(rf"(?<![a-z])(?:{'|'.join(re.escape(form[:4] if form.isascii() else form) for form in forms)})")


def _names_place(text: str, code: str) -> bool:
    return _forms_of(code).search(fold_text(text)) is not None


def find_names(text: str, language: str) -> list[str]:
    """Words of a text in a language with capitals that are written like names, without countries and cities."""
    places = [span for span, _ in _find_places(text, language, [])]
    return [word for run in _find_capital_runs(text, places) for word in run]


def _find_capital_runs(claim: str, used: Sequence[Span]) -> Iterator[list[str]]:
    """Words with capitals that stand together, without what is known; a single one does not count where a sentence begins."""
    for m in _RUN.finditer(claim):
        words, at = [], m.start()
        for part in m.group().split(" "):
            word = re.split(r"['’]", part)[0]
            if len(word) > 1 and not _find_title().fullmatch(word) and not _overlaps((at, at + len(word)), used):
                words.append((word, at))
            at += len(part) + 1
        first = bool(words) and words[0][1] == m.start() and _BEGINS.search(claim[: m.start()]) is not None
        if first and (len(words) == 1 or not _is_proper(words[0][0])):
            words = words[1:]
        if words:
            yield [word for word, _ in words]


def _stem(word: str, language: str) -> str:
    """What of a name stays whatever its ending: Turkish makes other words of names, English their plural."""
    plain, known = fold_text(word), find_locale(language)
    ending = known.names.ending_chars if known else 0
    return plain[: max(5, len(plain) - ending)] if ending else plain.removesuffix("s")


@lru_cache(maxsize=4096)
def _is_proper(word: str) -> bool:
    """Whether a word is hardly ever written without its capital, as the vocabulary of the encoder has it."""
    engine = shared_engine()

    def log_probability(text: str) -> float:
        return float(sum(engine.weights.vocabulary.scores[i] for i in engine.tokenizer.encode(text).ids[1:-1]))

    return log_probability(word) - log_probability(lower_word(word)) > _MIN_LEAD


def _find_missing_abroad(run: Sequence[str], language: str, text: str) -> list[str]:
    """What of the words of a name a text of another language does not have, neither as they are nor by their sound, where other
    languages surely keep them: "Ministry" is translated. What several missing words of a name tell adds up."""
    if is_pinyin(run):
        return [] if _stem(run[0], language)[:5] in fold_text(text) or has_pinyin(run, text) else [" ".join(run)]
    words = [word for word in run if len(word) > 2 and not (word.isupper() or "-" in word or _is_of_place(word))]
    missing = [word for word in words if not _stands_abroad(word, language, text)]
    sure = sum(compute_odds_kept(word) - ODDS_NEUTRAL for word in missing) > MIN_ODDS_KEPT
    return [" ".join(missing)] if sure else []


def _stands_abroad(word: str, language: str, text: str) -> bool:
    """Whether a text of another language has a word: with another ending, spelt a bit otherwise, or by its sound in Chinese."""
    if _stem(word, language)[:5] in fold_text(text):
        return True
    alike = any(compute_edit_share(word, other) <= MAX_EDITS for other in set(re.findall(WORD, text)))
    return alike or compute_odds_heard(word, text) >= MIN_ODDS_HEARD


@cache_for_languages()
def _any_place() -> re.Pattern[str]:
    return re.compile("|".join(_forms_of(code).pattern for code in set(_list_places("en").values()) if code.isalpha()))


def _is_of_place(word: str) -> bool:
    """Whether a word tells of a country or city, as "British" does: other languages have other words for it."""
    return _any_place().match(fold_text(word)) is not None
