"""Names put wrong: another person, place or body in the place of one, two of them swapped, another direction.

Places are the countries and the cities of time zones of the Unicode CLDR. Other names are words with a capital within a sentence, in
Chinese those written with a dot, and those of `articles/names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from evals.research.falsifying.changes import Change, draw, pick, put
from evals.research.falsifying.spelling import fits
from evals.research.falsifying.texts import LANGUAGES, Sentence, elsewhere

POOL: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "invented.yaml").read_text(encoding="utf-8"))
_NAMES = Path(__file__).parents[3] / "articles" / "names.toml"
_CAPITAL = r"[A-ZÇĞİÖŞÜÀ-Þ][\w\u00c0-\u024f]*(?:-[A-ZÇĞİÖŞÜ][\w\u00c0-\u024f]*)*"
_LATIN = re.compile(rf"(?<![\w’'-]){_CAPITAL}(?: (?:(?:de|van|von|der|la|du|of|the) ){{0,2}}{_CAPITAL}){{0,3}}(?![\w-])")
# Characters that foreign names are written with.
_SOUNDS = (
    "阿埃艾安奥巴白班邦保鲍贝本比毕宾波伯博布查策达戴丹德登邓迪蒂丁东杜顿多厄恩尔法凡范菲费芬弗福富盖甘冈高戈格古哈海汉豪赫亨胡华惠霍基吉加贾"
    "杰金卡凯坎康考科克肯孔库夸昆拉莱赖兰朗劳勒雷里利莉林琳龙卢鲁伦罗洛马玛迈曼梅蒙米莫默姆穆纳南内尼涅宁纽努诺欧帕潘庞佩彭皮珀普齐奇恰钱乔切琼让"
    "热荣茹瑞若撒萨塞桑瑟沙珊尚舍申圣施舒斯司丝松苏索塔泰坦汤唐陶特藤廷图托瓦万汪威韦维温翁沃乌武西希席夏香谢辛欣休许雅亚延扬杨耶伊因英尤约云泽扎"
    "詹珍郑芝朱茨兹祖佐歇娜妮娅莎黛蕾露茜翠迦夫森逊岑赛治弗达路"
)
_HAN = re.compile(rf"(?<![{_SOUNDS}])[{_SOUNDS}]{{1,6}}(?:[·•・‧∙][{_SOUNDS}]{{1,6}})+")
_NO_NAME = frozenset(
    "I The A An It He She They We In On At By For From With This These Those When While After Before During However Although Because "
    "As If There Its Their His Her Some Many Most Other Both All One Two Three Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
    "January February March April May June July August September October November December Ocak Şubat Mart Nisan Mayıs Haziran Temmuz "
    "Ağustos Eylül Ekim Kasım Aralık Bu Bir Ve God AD BC MS MÖ TV UK US French British Dutch German Greek Swiss Turkish Roman Scottish "
    "Welsh English Irish Spanish Chinese Russian Italian American European Protestant Catholic Latin Fransız İngiliz Alman Türk Roma "
    "Çin Amerikan Onuncu Dokuzuncu Sekizinci Yedinci İkinci Üçüncü Büyük Doğu Batı Kuzey Güney Onlar Ancak Ayrıca Şehir Kent".split()
)
_BODIES = re.compile(
    r"\b(?:University|War|Wars|Church|Empire|Act|College|School|Museum|Council|Company|Party|Court|Battle|River|Street|Park|House|Army|"
    r"Years|Market|Adventure|Assembly|Republic|Hall|Tower|Station|Theatre|Gallery|Library|Kingdom|Union|Association|Society|Airport|"
    r"Institute|Hospital|North|South|New|Great|Lower|Upper|West|East|Governor|General|Colonel|Doctors?|Lord|Prime|Minister|Emperor|Queen|King|President|Crown|France|Child|"
    r"County|Bowl|Stadium|Bridge|Road|Treaty|Confession|Bible|Testament|Reformation|Award|Cup|League|Group|Store|Expo|Committee|"
    r"Üniversite\w*|Sava\w*|Kilise\w*|İmparator\w*|Okul\w*|Müze\w*|Nehr\w*|Sokağ\w*|Anlaşma\w*|Konsey\w*|Köprü\w*|Ödül\w*|Parti\w*)\b"
)
_DIRECTIONS = {
    "en": {"northern": "southern", "southern": "northern", "eastern": "western", "western": "eastern", "north": "south", "south": "north",
           "east": "west", "west": "east", "northeast": "southwest", "northwest": "southeast", "Eastern": "Western", "Western": "Eastern"},
    "zh": {"北部": "南部", "南部": "北部", "东部": "西部", "西部": "东部", "东北": "西南", "西北": "东南", "东南": "西北", "西南": "东北"},
    "tr": {"kuzey": "güney", "güney": "kuzey", "doğu": "batı", "batı": "doğu", "kuzeyinde": "güneyinde", "güneyinde": "kuzeyinde",
           "doğusunda": "batısında", "batısında": "doğusunda", "Doğu": "Batı", "Batı": "Doğu", "doğusundaki": "batısındaki"},
}  # fmt: skip
# Put in the place of others.
_COUNTRIES = "BR CA CL CO CU DK EG FI GR HU IN ID IE IL JP KE MX MA NO PE PL PT RO SN ES SE CH TH UA VN AT BE CZ".split()
_CITIES = (
    "Europe/Lisbon Europe/Madrid Europe/Vienna Europe/Prague Europe/Warsaw Europe/Athens Europe/Oslo Europe/Dublin Europe/Helsinki Africa/Cairo "
    "Africa/Nairobi Asia/Tokyo Asia/Bangkok Asia/Seoul Asia/Manila Asia/Baku America/Chicago America/Lima America/Toronto Australia/Sydney "
    "Europe/Rome Europe/Budapest Europe/Bucharest America/Bogota Asia/Singapore Asia/Jakarta Europe/Zurich America/Havana"
).split()
_JOINED = re.compile(r"^\W*(?:and|or|ve|ile|veya|和|与|及|、|[,&/-])?\W*$")
_BETWEEN_BOTH = re.compile(r"\b(?:between|both|among|arasında\w*|birlikte|each other)\b|之间|共同|双方|互")


@dataclass(frozen=True)
class Name:
    """A name at `text[start:end]`; its kind is "person", "place" or "name"."""

    start: int
    end: int
    text: str
    kind: str


@cache
def places(language: str) -> frozenset[str]:
    """Countries and cities, as they are called in a language.

    >>> {"Germany", "London"} <= places("en"), {"德国", "伦敦"} <= places("zh"), {"Almanya", "Londra"} <= places("tr")
    (True, True, True)
    """
    return frozenset(name for row in _places().values() if (name := row.get(language)))


@cache
def _places() -> dict[str, dict[str, str]]:
    """Place by its code -> its name by language."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        locale = Locale(language)
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "ZZ", "EZ", "XA", "XB", "QO"):
                found.setdefault(code, {})[language] = name
        for zone, told in locale.time_zones.items():
            if city := told.get("city"):
                found.setdefault(zone, {})[language] = city
    for zone in [key for key in found if "/" in key]:
        for language in ("en", "tr"):  # left out where it is the zone's own
            found[zone].setdefault(language, zone.rsplit("/", 1)[1].replace("_", " "))
    return {key: row for key, row in found.items() if len(row) == len(LANGUAGES) and all(1 < len(name) < 16 for name in row.values())}


@cache
def _known() -> dict[str, str]:
    """Every form of the names of the articles -> its kind."""
    rows = tomllib.loads(_NAMES.read_text(encoding="utf-8"))["name"]
    return {form: row["kind"] for row in rows for code in LANGUAGES for form in row[code] if len(form) > 1}


def names(sentence: Sentence) -> list[Name]:
    """The names of a sentence, in order.

    >>> from evals.research.falsifying.texts import Passage
    >>> text = "Then Ahmet Kaya flew from Istanbul to Berlin with Guven."
    >>> [(n.text, n.kind) for n in names(Sentence(text, "en", 1, Passage("", "", {"en": text})))]
    [('Ahmet Kaya', 'person'), ('Istanbul', 'place'), ('Berlin', 'place'), ('Guven', 'person')]
    """
    texts = sentence.passage.texts
    return list(_names_in(sentence.text, sentence.language, texts[sentence.language], texts.get("en", "")))


@lru_cache(maxsize=4096)
def _names_in(text: str, language: str, whole: str, english: str) -> tuple[Name, ...]:
    found = _han(text) if language == "zh" else _latin(text, language, whole, english)
    return tuple(sorted({name.start: name for name in found}.values(), key=lambda name: name.start))


def _han(text: str) -> Iterator[Name]:
    listed = {**dict.fromkeys((p for p in places("zh") if p != "中国"), "place"), **{f: k for f, k in _known().items() if not f.isascii()}}
    pattern = re.compile("|".join(sorted(map(re.escape, listed), key=len, reverse=True)))
    taken: list[tuple[int, int]] = []
    for match in [*_HAN.finditer(text), *pattern.finditer(text)]:
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            taken.append(match.span())
            kind = listed.get(match[0], "person")
            yield Name(*match.span(), match[0], "name" if kind in ("body", "event") else kind)


def _latin(text: str, language: str, whole: str, english: str) -> Iterator[Name]:
    for match in _LATIN.finditer(text):
        start, words = match.start(), match[0].split(" ")
        inside = start > 0 and text[start - 2 : start] not in (". ", ": ") and text[start - 1] not in "\"“‘([:"
        while words and (words[0] in _NO_NAME or not (inside or re.search(rf"[a-z,] {re.escape(words[0])}\b", whole))):
            start += len(words.pop(0)) + 1
            inside = True
        name = " ".join(words)
        if name and name[0].isupper() and len(name) > 2 and not name.isupper() and name not in _NO_NAME:
            article = re.search(r"\b(?:[Tt]he|[Aa]n?) $", text[:start])
            loose = article or (language == "tr" and name not in english) or text[match.end() :].startswith(("' ", "’ "))
            yield Name(start, match.end(), name, _kind(name, language, bool(loose)))


def _kind(name: str, language: str, loose: bool) -> str:
    """loose: that it stands where a person's name would not."""
    if name in places(language):
        return "place"
    if (known := _known().get(name)) in ("person", "place"):
        return str(known)
    two = len(name.split()) in (2, 3) and not re.search(r" (?:of|the) ", name) and not _BODIES.search(name)
    return "person" if two and not loose else "name"


def wrong_names(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with another person, another surname or another name put in."""
    there = sentence.passage.all
    for name in names(sentence):
        key = f"{sentence.id}/{name.start}"
        if name.kind == "place":
            continue
        person = POOL["persons"][draw(key) % len(POOL["persons"])][LANGUAGES.index(sentence.language)]
        if name.kind == "person":
            yield from _with(sentence, name, "name", "another person", person)
            if " " in name.text and (surname := f"{name.text.rsplit(' ', 1)[0]} {person.rsplit(' ', 1)[-1]}") not in there:
                yield from _with(sentence, name, "name", "another surname", surname)
        others = [n.text for s in elsewhere(sentence, pool) for n in names(s) if n.kind == name.kind and n.text not in there]
        if alike := [other for other in others if other.count(" ") == name.text.count(" ")]:
            yield from _with(sentence, name, "name", "a name from elsewhere", pick(alike, key))


def wrong_places(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with another country or city, or another direction."""
    language, there = sentence.language, sentence.passage.all
    rows = list(_places().items())
    for name in names(sentence):
        if name.kind == "place":
            key = f"{sentence.id}/{name.start}"
            city = any(row[language] == name.text and "/" in code for code, row in rows)
            known = [row for code, row in rows if code in (_CITIES if city else _COUNTRIES)]
            fitting = [row for row in known if not any(word in there for word in row.values())]
            fitting = [row for row in fitting if language != "tr" or fits(name.text, row[language])]
            if fitting:
                yield from _with(sentence, name, "place", "another city" if city else "another country", pick(fitting, key)[language])
    turns = _DIRECTIONS[language]
    edge = "" if language == "zh" else r"(?<![\w-])", "" if language == "zh" else r"(?![\w-])"
    for match in re.finditer(rf"{edge[0]}(?:{'|'.join(sorted(turns, key=len, reverse=True))}){edge[1]}", sentence.text):
        if turns[match[0]] not in there:
            yield Change("place", "another direction", put(sentence.text, *match.span(), turns[match[0]]))


def swapped(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with two of its persons, places or other names in each other's place, unless they stand side by side."""
    found, text = names(sentence), sentence.text
    if _BETWEEN_BOTH.search(text):
        return
    for one, other in combinations(found, 2):
        apart = text[one.end : other.start]
        alone = one.text not in other.text and other.text not in one.text and text.count(one.text) == text.count(other.text) == 1
        far_apart = not _JOINED.match(apart) and len(apart) > (5 if sentence.language == "zh" else 12)
        ended = sentence.language == "tr" and {text[one.end : one.end + 1], text[other.end : other.end + 1]} & {"'", "’"}
        if one.kind == other.kind != "name" and alone and far_apart and not (ended and not fits(one.text, other.text)):
            yield Change("swapped", f"two {one.kind}s", f"{text[: one.start]}{other.text}{apart}{one.text}{text[other.end :]}")
            return


def _with(sentence: Sentence, name: Name, kind: str, way: str, new: str) -> Iterator[Change]:
    """The sentence with another name, where its Turkish ending fits and no text of the paragraph has it."""
    ended = sentence.language == "tr" and re.match(r"['’]", sentence.text[name.end :])
    if new not in sentence.passage.all and not (ended and not fits(name.text, new)):
        yield Change(kind, way, put(sentence.text, name.start, name.end, new))
