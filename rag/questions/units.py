"""What is counted or measured: how a question asks for it, and how a sentence states it, in English, Chinese and Turkish."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Unit = Literal[
    "year",
    "day",
    "money",
    "age",
    "area",
    "length",
    "clock",
    "phone",
    "share",
    "people",
    "days",
    "years",
    "run",
    "duration",
    "rank",
]

_I = re.IGNORECASE
MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|(?-i:Mar(?:ch)?)|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|ocak|şubat|(?-i:Mart)|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
)
_EVENT = r"(?:expo|expos|exposition|fair|event|exhibition|festival|carnival|ceremony|symposium|conference|博览会|[瓷陶]博会|展会|展览|活动|仪式|嘉年华|研讨会|fuar|etkinlik|sergi|tören|sempozyum)"
# Narrower than "quantity": what is counted or measured. A sentence without it cannot answer, whatever else it says.
UNITS: dict[Unit, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "year": (
        re.compile(r"\b(?:what|which) year\b|哪一?年|几几年|hangi yıl|kaç yılında", _I),
        re.compile(r"\b(?:1\d|20)\d\d\b|(?:1\d|20)\d\d\s*年|\d{2}年代|centur|世纪|yüzyıl|\b(?:last|this|next) year|[去今明]年|周年|anniversary|\b(?:geçen|geçtiğimiz|bu|gelecek) yıl|yıl ?dönüm", _I)),
    "day": (
        re.compile(r"\b(?:what|which) (?:date|day)\b|哪一?[天日]|几月几[日号]|hangi gün|ayın kaç", _I),
        re.compile(rf"\b(?:{MONTHS})\b|\d\s*[日号]|\b\d{{1,2}}[./-]\d{{1,2}}\b|\b\w+day\b|星期|周[一二三四五六日]|pazartesi|salı|çarşamba|perşembe|cuma|pazar", _I)),
    "money": (
        re.compile(r"\bhow much (?:is|are|was|were|does|do|did|will|would)\b|\b(?:cost|costs|price[sd]?|fees?|rent|salary|budget|worth|revenue|expensive|paid|earn|earns|output value)\b|多少钱|价格|票价|租金|费用|成本|产值|造价|售价|收入|多少元|ücret|fiyat|kira\b|kirası|maliyet|bütçe|kaç (?:lira|para|yuan|dolar)", _I),
        re.compile(r"[$€£¥₺]|\b(?:dollars?|euros?|yuan|rmb|lira|pounds|usd|cents?|free of charge)\b|\d\s*[万亿]?[余多]?元|美元|欧元|里拉|免费|ücretsiz", _I)),
    "age": (
        re.compile(r"\bhow old\b|\bwhat age\b|\bwhat is the age\b|几岁|多大(?:年纪|岁数|年龄)|时多大|年龄(?:是|有)?多|kaç yaşında|yaşı (?:kaç|ne)", _I),
        re.compile(r"\byears? old\b|\byears?\b.*\bhistory|\bhistory\b.*\byears?\b|\baged?\b|\bborn\b|\bcentur|inaugurat|\bfound(?:ed|ing)\b|\bestablished\b|\bsince \d|岁|出生|创办|成立|创立|年.*历史|历史.*年|yaşında|doğ(?:um|du)|kurul(?:du|an|uş)|yıllık (?:bir )?(?:geçmiş|tarih)|asır", _I)),
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
        re.compile(r"\bhow many years\b|[几多]少?年(?!前)|\bkaç (?:yıl|sene)(?:lık|dır|dan)?\b", _I),
        re.compile(r"\byears?\b|\bdecade|centur|年|世纪|yıl|asır|\bsene", _I)),
    "rank": (
        re.compile(r"第几|\bkaçıncı|\b(?:what|which) number\b", _I),
        re.compile(r"第\s?[\d一二三四五六七八九十]|\b\d+(?:st|nd|rd|th)\b|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b|\b\d+\.|\d['’]?[ıiuü]nc[ıiuü]|\b(?:ilk|birinci|ikinci|üçüncü)\b|首", _I)),
    "run": (
        re.compile(rf"\bhow long\b.{{0,60}}\b{_EVENT}.{{0,60}}\b(?:last|run|take|go on|open|held)|\bhow long\b.{{0,60}}\b(?:last|run|go on)\b.{{0,60}}\b{_EVENT}|{_EVENT}.{{0,60}}(?:持续|办|开|进行)?了?(?:多久|多长时间|几天)|为期(?:多久|多长|几天)|{_EVENT}\w* .{{0,60}}ne kadar sür", _I),
        re.compile(r"\bdays?\b|\bweeks?\b|\bhours?\b|\bmonths?\b|天|(?<![月\d])\d{1,2}日|[\d一二三四两几]周(?!年)|小时|个月|\bgün|\bhafta|\bsaat|\bay sür", _I)),
    "duration": (
        re.compile(r"\bhow long\b(?! ago)|\bhow many (?:days|weeks|months|years|hours|minutes)\b|\bduration\b|多久|多长时间|[几多]少?[天年周月日](?!前)|为期|有效期|期限|ne kadar sür(?:dü|er|ecek|üyor|müş)|kaç (?:gün|hafta|ay|yıl|saat|dakika)\b|süresi (?:ne|kaç)", _I),
        re.compile(r"\b(?:day|week|month|year|hour|minute|decade|centur)\w*|天|[\d一二三四两几]周|年|[个两]月|小时|分钟|世纪|日至|\bgün|hafta|\bay\b|yıl|saat|asır", _I)),
}  # fmt: skip


@lru_cache(maxsize=16384)  # the same sentences are looked at for every question
def measures(unit: Unit | None, sentence: str) -> float:
    """1/2 when the sentence holds something in this unit, -1/2 when not, 0 when no unit is asked for."""
    return 0.0 if unit is None else 0.5 if UNITS[unit][1].search(sentence) else -0.5
