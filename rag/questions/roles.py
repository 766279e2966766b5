"""Offices and roles: "the mayor of Iznik" is nobody but the mayor, and of nowhere but Iznik."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_ROLES = (
    re.compile(
        r"\bwho(?:'s|’s| is| was| are| were) (?:the |an? )?(?:current |present )?(?P<role>[^?,]{3,80}?)\W*$", _I
    ),
    re.compile(
        r"\b(?:what is|what's|what’s|tell me|give me) the (?:full |complete )?name of (?:the )?(?P<role>[^?,]{3,80}?)\W*$",
        _I,
    ),
    re.compile(r"^(?P<role>[^,,。?]{2,30}?)(?:是|叫)(?:谁|哪位|哪个人|什么名字|什么)\W*$"),
    re.compile(r"谁是(?P<role>[^,,。?]{2,30}?)\W*$"),
    re.compile(r"\bthe (?:full |complete )?name of (?P<role>[^?,]{3,60}?)\W*$", _I),
    re.compile(r"^(?P<role>[^?,]{3,60}?)(?:['’]?n[ıiuü]n|['’]s) (?:ad[ıi]|ismi|name)\b", _I),
    re.compile(r"^(?P<role>[^,,。?]{2,20}?)的名字", _I),
    re.compile(r"^(?P<role>[^?,]{3,80}?)['’]?(?:n[ıiuü]n ad[ıi])? (?:kim(?:dir|di)?|ne(?:dir)?)\W*$", _I),
)
# Offices that have a holder, so that one of another place is another person.
_OFFICE = re.compile(
    r"\b(?:mayor|president|chair(?:man|woman|person)?|director|secretary|minister|ambassador|consul|governor|head|leader|chief|curator|founder|owner|manager|ceo|editor)\b"
    r"|市长|县长|省长|区长|主席|会长|董事长|书记|部长|大使|总领事|馆长|校长|总统|总理|经理|负责人|创始人|老板"
    r"|\b(?:başkan|müdür|bakan|büyükelçi|başkonsolos|konsolos|vali|sekreter|kurucu|genel müdür|yönetici)\w*",
    _I,
)
_DEPUTY = re.compile(r"\b(?:deputy|vice|assistant|former|ex)\b|副|前任|yardımcı|eski\b", _I)


def role(question: str) -> str:
    """The office or role whose holder is asked for, with whose it is; "" when the question asks for none.

    >>> role("Who is the mayor of Iznik?"), role("伊兹尼克市长是谁?"), role("İznik belediye başkanı kim?"), role("Who signed?")
    ('mayor of Iznik', '伊兹尼克市长', 'İznik belediye başkanı', '')
    """
    found = next((m["role"] for rule in _ROLES if (m := rule.search(question))), "")
    return found if _OFFICE.search(found) else ""


def offices(text: str) -> list[tuple[int, int, bool]]:
    """Where offices stand in `text`: start, end, and whether it is a deputy's or a former one's.

    >>> offices("Ada, deputy mayor of Kiln")
    [(12, 17, True)]
    """
    deputies = [m.span() for m in _DEPUTY.finditer(text)]
    return [
        (m.start(), m.end(), any(0 <= m.start() - b <= 2 or 0 <= a - m.end() <= 2 for a, b in deputies))
        for m in _OFFICE.finditer(text)
        if not _DEPUTY.fullmatch(m.group())
    ]


def same_office(one: str, other: str) -> bool:
    """Whether two mentions of offices are of one office, in whichever language.

    >>> same_office("mayor", "市长"), same_office("mayor", "başkanı"), same_office("mayor", "书记")
    (True, True, False)
    """
    return bool(_classes(one) & _classes(other))


_CLASSES = (
    re.compile(r"mayor|市长|başkan", _I),
    re.compile(r"president|chair|head|leader|主席|会长|董事长|总统|负责人|başkan|lider", _I),
    re.compile(r"secretary|party (?:chief|head|leader)|书记|sekreter", _I),
    re.compile(r"minister|部长|总理|bakan", _I),
    re.compile(r"ambassador|大使|büyükelçi", _I),
    re.compile(r"consul|领事|konsolos", _I),
    re.compile(r"governor|省长|县长|区长|vali", _I),
    re.compile(r"director|manager|curator|chief|ceo|馆长|校长|经理|负责人|müdür|yönetici", _I),
    re.compile(r"founder|owner|创始人|老板|kurucu|sahib", _I),
    re.compile(r"editor|编辑|editör", _I),
)


def _classes(text: str) -> set[int]:
    return {n for n, rule in enumerate(_CLASSES) if rule.search(text)}
