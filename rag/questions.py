"""What a question asks for, told from its words in English, Chinese and Turkish, and whether a sentence holds such a thing.

Forms only: a sentence with a year in it can answer "when", one without cannot. What it says is for the ranker to weigh.
"""

from __future__ import annotations

import re
from typing import Literal

Asked = Literal["date", "quantity", "person", "place", "reason", "thing"]

_I = re.IGNORECASE
_QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("date", re.compile(
        r"\bwhen\b|\b(?:what|which|in what|in which) (?:year|date|day|month|century|decade|time)\b|\bdates?\b\W*$|\bsince when\b"
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
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
)
_NUMERAL = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|half|several"
    r"|bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yüz|bin|milyon|milyar|birkaç)\b"
    r"|[一二三四五六七八九十百千万亿两数半][个家年月天日次名位人座种项届国世]"
)
_HOLDS: dict[Asked, re.Pattern[str]] = {
    "date": re.compile(rf"\b(?:1\d|20)\d\d(?:s|’s|'s)?\b|\d+\s*[年月日]|世纪|年代|centur|yüzyıl|\b(?:{_MONTHS})\b|\d{{1,2}}:\d\d", _I),
    "quantity": re.compile(rf"\d|{_NUMERAL}", _I),
    "person": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|^[A-ZÇĞİÖŞÜ]\w+ [A-ZÇĞİÖŞÜ]\w+|[\u3400-\u9fff]·[\u3400-\u9fff]|[长席授王军记员家事师人者][\u3400-\u9fff]{2,3}"),
    "place": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|\b(?:in|at|near|north|south|east|west)\b|[\u3400-\u9fff](?:市|省|国|州|县|区|城|岛|大学|布尔|尔)|于[\u3400-\u9fff]|在[\u3400-\u9fff]|(?:da|de|ta|te)\b"),
    "reason": re.compile(r"\b(?:because|since|due|so that|in order|therefore|reasons?|caus\w+|result\w*|aim\w*|to)\b|因为|由于|因此|所以|为了|以便|旨在|导致|çünkü|neden|yüzünden|dolayı|için|amac", _I),
}  # fmt: skip


def asked(question: str) -> Asked:
    """The kind of thing a question asks for; "thing" when its words do not tell.

    >>> asked("When did it open?"), asked("第几家店?"), asked("Anlaşmayı kim imzaladı?")
    ('date', 'quantity', 'person')
    """
    return next((kind for kind, rule in _QUESTIONS if rule.search(question)), "thing")


def holds(kind: Asked, sentence: str) -> float:
    """1 when the sentence holds something of this kind, 0 when not, 1/2 when the kind is a thing, which any may hold."""
    rule = _HOLDS.get(kind)
    return 0.5 if rule is None else float(bool(rule.search(sentence)))
