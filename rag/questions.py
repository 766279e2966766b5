"""What a question asks for, told from its words in English, Chinese and Turkish, and whether a sentence holds such a thing.

Forms only: a sentence with a year in it can answer "when", one without cannot. What it says is for the ranker to weigh.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Asked = Literal["date", "quantity", "person", "place", "reason", "thing"]
Unit = Literal[
    "year", "day", "money", "age", "area", "length", "clock", "phone", "share", "people", "days", "years", "duration"
]

_I = re.IGNORECASE
_QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("date", re.compile(
        r"^(?:and |so |but )?when\b|\bwhen (?:was|is|were|did|does|do|will|are|has|had)\b|\b(?:what|which|in what|in which) (?:year|date|day|month|century|decade|time)\b|\bdates?\b\W*$|\bsince when\b"
        r"|何时|什么时候|什么时间|哪一?年|哪一?天|几月|几号|几日|日期|时间是|哪个(?:世纪|年代)"
        r"|ne zaman|hangi (?:yıl|tarih|ay|gün|yüzyıl)|kaç yılında|tarihi (?:ne|kaç)|tarihleri", _I)),
    ("quantity", re.compile(
        r"\bhow (?:many|much|long|old|far|large|big|tall|high|fast|often|wide)\b|\bwhat (?:percent|percentage|number|amount|size|area|share)\b|\bnumber of\b"
        r"|多少|几[个家年月天日次名位人座种项届国]|多大|多长|多久|多高|多远|第几|百分之几|面积"
        r"|\bkaç|ne kadar|yüzde kaç|büyüklü|alanı", _I)),
    ("person", re.compile(r"\b(?:who|whom|whose)\b|谁|哪位|哪些人|何人|什么人|\bkim(?:dir|in|ler|i|e)?\b|kimler", _I)),
    ("place", re.compile(
        r"\bwhere\b|\b(?:what|which) (?:city|country|place|state|street|town|address|province)\b|\baddress\b"
        r"|哪里|哪儿|何处|何地|在哪|什么地方|地点|地址|哪个(?:国家|城市|地方|省)"
        r"|\bnere|hangi (?:şehir|ülke|yer|kent|il)|adres", _I)),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:caused|is the reason)|为什么|为何|原因|\bneden\b|niçin|niye|sebep|sebebi", _I)),
)  # fmt: skip

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|(?-i:Mar(?:ch)?)|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|ocak|şubat|(?-i:Mart)|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
)
_NUMERAL = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|half|several"
    r"|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yüz|bin|milyon|milyar|birkaç)\b"
    r"|第[一二三四五六七八九十]|[二三四五六七八九十百千万亿两数半][个家年月天日次名位人座种项届国世]"
)
_HOLDS: dict[Asked, re.Pattern[str]] = {
    "date": re.compile(
        rf"(?<![\d,.])\d{{3,4}}(?!\d|,\d)|\d+\s*[年月日]|[〇零一二三四五六七八九十]+[年月日]|世纪|年代|centur|yüzyıl|\b(?:{_MONTHS})\b|\d{{1,2}}:\d\d"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:yesterday|today|tomorrow)\b|\byears? ago\b|\b(?:last|this|next) (?:year|month|week)\b"
        r"|\b(?:pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)\b|星期|周[一二三四五六日]|[昨今明]天|[去今明]年|\b(?:dün|bugün|yarın)\b|(?:geçen|bu|gelecek) (?:yıl|ay|hafta)", _I),
    "quantity": re.compile(rf"\d|{_NUMERAL}", _I),
    "person": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|^[A-ZÇĞİÖŞÜ]\w+ [A-ZÇĞİÖŞÜ]\w+|[\u3400-\u9fff]·[\u3400-\u9fff]|[长席授王军记员家事师人者][\u3400-\u9fff]{2,3}"),
    "place": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|\b(?:in|at|near|north|south|east|west)\b|[\u3400-\u9fff](?:市|省|国|州|县|区|城|岛|大学|布尔|尔)|于[\u3400-\u9fff]|在[\u3400-\u9fff]|(?:da|de|ta|te)\b"),
    "reason": re.compile(r"\b(?:because|since|due|so that|in order|therefore|reasons?|caus\w+|result\w*|aim\w*|to)\b|因为|由于|因此|所以|为了|以便|旨在|导致|çünkü|neden|yüzünden|dolayı|için|amac", _I),
}  # fmt: skip

# Narrower than "quantity": what is counted or measured. A sentence without it cannot answer, whatever else it says.
_UNITS: dict[Unit, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "year": (
        re.compile(r"\b(?:what|which) year\b|哪一?年|几几年|hangi yıl|kaç yılında", _I),
        re.compile(r"\b(?:1\d|20)\d\d\b|(?:1\d|20)\d\d\s*年|\d{2}年代|centur|世纪|yüzyıl", _I)),
    "day": (
        re.compile(r"\b(?:what|which) (?:date|day)\b|哪一?[天日]|几月几[日号]|hangi gün|ayın kaç", _I),
        re.compile(rf"\b(?:{_MONTHS})\b|\d\s*[日号]|\b\d{{1,2}}[./-]\d{{1,2}}\b|\b\w+day\b|星期|周[一二三四五六日]|pazartesi|salı|çarşamba|perşembe|cuma|pazar", _I)),
    "money": (
        re.compile(r"\bhow much (?:is|are|was|were|does|do|did|will|would)\b|\b(?:cost|costs|price[sd]?|fees?|rent|salary|budget|worth|revenue|expensive|paid|earn|earns|output value)\b|多少钱|价格|票价|租金|费用|成本|产值|造价|售价|收入|多少元|ücret|fiyat|kira\b|kirası|maliyet|bütçe|kaç (?:lira|para|yuan|dolar)", _I),
        re.compile(r"[$€£¥₺]|\b(?:dollars?|euros?|yuan|rmb|lira|pounds|usd|cents?|free of charge)\b|\d\s*[万亿]?[余多]?元|美元|欧元|里拉|免费|ücretsiz", _I)),
    "age": (
        re.compile(r"\bhow old\b|\bwhat age\b|\bwhat is the age\b|几岁|多大(?:年纪|岁数|年龄)|时多大|年龄(?:是|有)?多|kaç yaşında(?:dır|ydı)?\W*$|yaşı (?:kaç|ne)", _I),
        re.compile(r"\byears?\b|\baged?\b|\bborn\b|\bcentur|岁|出生|年|yaşında|doğ(?:um|du)|yıl|asır", _I)),
    "area": (
        re.compile(r"\bhow (?:big|large)\b|\b(?:floor|exhibition|surface|total|retail|sales) (?:area|space|size)\b|\bsquare (?:met|feet)|面积|占地|多少平方|(?:店|馆|区|场|厂|园)(?:有|是)?多大|kaç metrekare|yüzölçüm|alanı (?:ne kadar|kaç)|ne kadar(?:lık)? (?:bir )?alan", _I),
        re.compile(r"\bsquare|\bsq\b|hectare|\bacres?\b|m²|km²|平方|公顷|亩|metrekare|dönüm|hektar", _I)),
    "length": (
        re.compile(r"\bhow (?:far(?! back| along)|tall|high|deep|wide)\b|多[远高深宽]|ne kadar (?:uzak|yüksek|derin)|kaç (?:metre|kilometre)", _I),
        re.compile(r"\d\s?(?:k?m|cm|mm|ft|mi)\b|\b(?:kilo)?met(?:er|re)s?\b|\bmiles?\b|\bf(?:ee|oo)t\b|\binch|公里|千米|厘米|\d米|英[里尺]", _I)),
    "clock": (
        re.compile(r"\bwhat time\b|opening hours|\bhours\b.*\bopen|几点|营业时间|开放时间|saat kaç|kaçta\b", _I),
        re.compile(r"\d{1,2}[:.]\d{2}\b|o['’]clock|\b[ap]\.?m\b|\d点|\bnoon\b|midnight|\bsaat\b", _I)),
    "phone": (
        re.compile(r"\b(?:tele)?phone\b|电话|手机号|telefon", _I),
        re.compile(r"\+?\d[\d ()-]{6,}\d")),
    "share": (
        re.compile(r"\bper ?cent|\bhow (?:fast|quickly)\b.*\bgr[eo]w|growth rate|\bwhat share|增长(?:了|率)|百分之几|增幅|占比|\byüzde\b|ne kadar (?:büyüdü|arttı)", _I),
        re.compile(r"%|\bper ?cent|百分之|\byüzde\b|\b(?:half|third|quarter)\b|一半|成以上|yarı", _I)),
    "people": (
        re.compile(r"\bhow many (?:people|persons|workers|employees|visitors|residents|inhabitants|students|jobs)\b|\bpopulation\b|多少[人名位]|人口|几[个名位]人|kaç kişi|nüfus", _I),
        re.compile(r"\bpopulation\b|(?:\d|hundred|thousand|million)s?[^.]{0,40}\b(?:people|persons|workers|employees|visitors|residents|inhabitants|students|jobs|citizens)\b|\d\s*[万亿多余]*[人名位]|人口|居民|kişi|nüfus|misafir|ziyaretçi", _I)),
    "days": (
        re.compile(r"\bhow many days\b|[几多]少?天(?!前)|\bkaç gün\b", _I),
        re.compile(r"\bdays?\b|天|\d日|\bgün", _I)),
    "years": (
        re.compile(r"\bhow many years\b|[几多]少?年(?!前)|\bkaç (?:yıl|sene)\b", _I),
        re.compile(r"\byears?\b|\bdecade|centur|年|世纪|yıl|asır|\bsene", _I)),
    "duration": (
        re.compile(r"\bhow long\b(?! ago)|\bhow many (?:days|weeks|months|years|hours|minutes)\b|\bduration\b|多久|多长时间|[几多]少?[天年周月日](?!前)|为期|有效期|期限|ne kadar sür(?:dü|er|ecek|üyor|müş)|kaç (?:gün|hafta|ay|yıl|saat|dakika)\b|süresi (?:ne|kaç)", _I),
        re.compile(r"\b(?:day|week|month|year|hour|minute|decade|centur)\w*|天|周|年|[个两]月|小时|分钟|世纪|日至|\bgün|hafta|\bay\b|yıl|saat|asır", _I)),
}  # fmt: skip

_INTERROGATIVE = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how)\b|谁|什么|何时|哪|多少|几[个家年月日天]|为何"
    r"|\b(?:kim\w*|ne zaman|nere\w+|kaç\w*|hangi|neden|nasıl)\b",
    _I,
)

_NOUN = re.compile(
    r"\b(?:how many|which|what) (?:different |other |new )?(?!is\b|was\b|are\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b|will\b|would\b|can\b|the\b|kind|type|sort|year|date|time)([a-z]{3,})"
    r"|\b(?:kaç|hangi) ([^\W\d]{3,})|(?:哪[个家位座些]|什么|多少[个名位家座]?|几[个家名位座])([\u3400-\u9fff]{2,3})",
    _I,
)

# What is asked about the article itself is answered by a line of its own kind.
_KINDS = {
    "editor": re.compile(r"\beditors?\b|\bedited\b|编辑|责编|editör", _I),
    "caption": re.compile(r"\bphoto|\bpictures?\b|\bpictured\b|\bimages?\b|照片|图片|摄影|拍摄|fotoğraf|resim|resmi", _I),
    "date": re.compile(r"\bpublish|publication date|\bdate of (?:the |this )?\w* ?(?:article|report|story|piece)|发布|发表|刊登|(?:文章|报道|稿件)[^,，。]{0,6}(?:时间|日期)|yayı[nm]l?a?n?", _I),
    "source": re.compile(r"\bsource of\b|\bsource\W*$|来源|稿源|出处|原文地址|\burl\b|网址|kaynağı|\bweb address\b|\blink\b|链接", _I),
    "address": re.compile(r"\baddress\b|\bwhich street\b|地址|店址|哪条(?:街|路)|几号(?:商铺|店)|adres|hangi (?:cadde|sokak|mahalle)", _I),
    "title": re.compile(r"\b(?:title|headline)\b|标题|题目|başlığ|başlık", _I),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What a question asks for: the kind of thing, what it is measured in, and the kind of line, None where it does not tell.

    `single` is False when it asks several things at once, such as who and when.
    """

    kind: Asked
    unit: Unit | None
    line: str | None
    single: bool = True
    noun: str = ""  # what is counted or chosen: "days" of "how many days", "博物馆" of "哪个博物馆"

    def excludes(self, sentence: str) -> bool:
        """Whether the sentence cannot answer, since it holds no date or no such measure as is asked for."""
        if not self.single:
            return False
        return measures(self.unit, sentence) < 0 or (
            self.kind == "date" and self.unit is None and holds("date", sentence) < 0
        )


@lru_cache(maxsize=256)
def request(question: str) -> Request:
    """What `question` asks for.

    >>> request("How big is the exhibition area?")
    Request(kind='quantity', unit='area', line=None, single=True, noun='')
    >>> request("责任编辑是谁?").line, request("Bilet fiyatı ne kadar?").unit
    ('editor', 'money')
    """
    kinds: list[Asked] = [kind for kind, rule in _QUESTIONS if rule.search(question)]
    unit = next((unit for unit, (rule, _) in _UNITS.items() if rule.search(question)), None)
    line = next((line for line, rule in _KINDS.items() if rule.search(question)), None)
    single = len(kinds) < 2 and len(_INTERROGATIVE.findall(question)) < 2
    noun = _NOUN.search(question)
    return Request(
        kinds[0] if kinds else "thing", unit, line, single, next(filter(None, noun.groups()), "") if noun else ""
    )


def holds(kind: Asked, sentence: str) -> float:
    """1/2 when the sentence holds something of this kind, -1/2 when not, 0 when the kind is a thing, which any may hold."""
    rule = _HOLDS.get(kind)
    return 0.0 if rule is None else 0.5 if rule.search(sentence) else -0.5


def measures(unit: Unit | None, sentence: str) -> float:
    """1/2 when the sentence holds something in this unit, -1/2 when not, 0 when no unit is asked for."""
    return 0.0 if unit is None else 0.5 if _UNITS[unit][1].search(sentence) else -0.5


def lines_for(line: str) -> tuple[str, ...]:
    """Kinds of paragraph in which such a line is found; a dateline tells both the date and the agency."""
    return (line, "dateline") if line in ("date", "source") else (line,)


def suits(line: str | None, kind: str) -> float:
    """1 when a line of the asked kind is this one, -1/4 for the furniture of an article that was not asked for, else 0."""
    if line is not None and kind in lines_for(line):
        return 1.0
    return -0.25 if kind in ("title", "source", "date", "dateline", "editor") else 0.0
