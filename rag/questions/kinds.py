"""The kinds of thing that are asked for: a date, a person, a reason; and sentences that hold one. Forms only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.questions.units import MONTHS

Asked = Literal["date", "quantity", "person", "place", "reason", "thing"]

_I = re.IGNORECASE
QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("date", re.compile(
        r"^(?:and |so |but )?when\b|\bwhen (?:was|is|were|did|does|do|will|are|has|had)\b|\b(?:what|which|in what|in which) (?:year|date|day|month|century|decade|time)\b|\bdates?\b\W*$|\bsince when\b"
        r"|何时|什么时候|什么时间|哪一?年|哪一?天|几月|几号|几日|日期|时间是|哪个(?:世纪|年代)"
        r"|ne zaman|hangi (?:yıl|tarih|ay|gün|yüzyıl)|kaç yılında|tarihi (?:ne(?:dir|ydi)?|kaç)\b|tarihleri", _I)),
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

_NUMERAL = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|half|several"
    r"|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yüz|bin|milyon|milyar|birkaç)\b"
    r"|第[一二三四五六七八九十]|[二三四五六七八九十百千万亿两数半][个家年月天日次名位人座种项届国世]"
)
_HOLDS: dict[Asked, re.Pattern[str]] = {
    "date": re.compile(
        rf"(?<![\d,.])\d{{3,4}}(?!\d|,\d)|\d+\s*[年月日]|[〇零一二三四五六七八九十]+[年月日]|世纪|年代|centur|yüzyıl|\b(?:{MONTHS})\b|\d{{1,2}}:\d\d"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:yesterday|today|tomorrow)\b|\byears? ago\b|\b(?:last|this|next) (?:year|month|week)\b"
        r"|\b(?:pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)\b|星期|周[一二三四五六日]|[昨今明]天|[去今明]年|\b(?:dün|bugün|yarın)\b|(?:geçen|bu|gelecek) (?:yıl|ay|hafta)|\brecent(?:ly)?\b|近日|日前|\bkısa süre önce|\byakın zamanda", _I),
    "quantity": re.compile(rf"\d|{_NUMERAL}", _I),
    "person": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|^[A-ZÇĞİÖŞÜ]\w+ [A-ZÇĞİÖŞÜ]\w+|[\u3400-\u9fff]·[\u3400-\u9fff]|[长席授王军记员家事师人者][\u3400-\u9fff]{2,3}"),
    "place": re.compile(r"(?<!^)(?<![.!?\"“”] )\b[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|\b(?:in|at|near|north|south|east|west)\b|[\u3400-\u9fff](?:市|省|国|州|县|区|城|岛|大学|布尔|尔)|于[\u3400-\u9fff]|在[\u3400-\u9fff]|(?:da|de|ta|te)\b"),
    "reason": re.compile(r"\b(?:because|since|due|so that|in order|therefore|reasons?|caus\w+|result\w*|aim\w*|to)\b|因为|由于|因此|所以|为了|以便|旨在|导致|çünkü|neden|yüzünden|dolayı|için|amac", _I),
}  # fmt: skip


@lru_cache(maxsize=16384)  # the same sentences are looked at for every question
def holds(kind: Asked, sentence: str) -> float:
    """1/2 when the sentence holds something of this kind, -1/2 when not, 0 when the kind is a thing, which any may hold."""
    rule = _HOLDS.get(kind)
    return 0.0 if rule is None else 0.5 if rule.search(sentence) else -0.5


_SAYS = re.compile(
    r"[“”\"]|\b(?:say|says|said|note[sd]|add(?:s|ed)|point(?:s|ed) out|express(?:es|ed)|stress(?:es|ed)|hopes?|according to)\b|说|表示|指出|认为|强调|希望|补充道|期待"
    r"|\b(?:de(?:di|mişti|r)|diyor|diye|söyle\w+|belirt\w+|ifade et\w+|vurgula\w+|ekledi|um\w+)\b",
    _I,
)


def quotes(sentence: str) -> bool:
    """Whether a sentence quotes somebody."""
    return bool(re.search(r"[“”\"]", sentence))


def says(sentence: str) -> bool:
    """Whether a sentence tells what somebody says."""
    return bool(_SAYS.search(sentence))
