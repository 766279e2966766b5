"""Offices that have a holder: mayors, chairmen, ambassadors, in three languages."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_OFFICE = re.compile(
    r"\b(?:mayor|president|chair(?:man|woman|person)?|director|secretary|minister|ambassador|consul|governor|head|leader|chief|curator|founder|owner|manager|ceo|editor)\b"
    r"|(?<!城)市长(?!期)|县长|省长|区长|主席|会长|董事长|书记|部长|大使|总领事|馆长|校长|总统|总理|经理|负责人|创始人|老板"
    r"|\b(?:başkan|müdür|bakan|büyükelçi|başkonsolos|konsolos|vali|sekreter|kurucu|genel müdür|yönetici)\w*",
    _I,
)
_DEPUTY = re.compile(r"\b(?:deputy|vice|assistant|former|ex)\b|副|前任|yardımcı|eski\b", _I)
_KINDS = {
    "mayor": re.compile(r"mayor|市长|başkan", _I),
    "chair": re.compile(r"president|chair|head|leader|主席|会长|董事长|总统|负责人|başkan", _I),
    "secretary": re.compile(r"secretary|书记|sekreter", _I),
    "minister": re.compile(r"minister|部长|总理|bakan", _I),
    "ambassador": re.compile(r"ambassador|大使|büyükelçi", _I),
    "consul": re.compile(r"consul|领事|konsolos", _I),
    "governor": re.compile(r"governor|省长|县长|区长|vali", _I),
    "director": re.compile(r"director|manager|curator|chief|ceo|馆长|校长|经理|负责人|müdür|yönetici", _I),
    "founder": re.compile(r"founder|owner|创始人|老板|kurucu", _I),
    "editor": re.compile(r"editor", _I),
}


def offices(text: str) -> list[tuple[int, int, bool]]:
    """Where offices stand in `text`: start, end, and whether it is a deputy's or a former one's.

    >>> offices("Ada, deputy mayor of Kiln")
    [(12, 17, True)]
    """
    deputies = [m.span() for m in _DEPUTY.finditer(text)]
    return [
        (m.start(), m.end(), any(0 <= m.start() - b <= 2 or 0 <= a - m.end() <= 2 for a, b in deputies))
        for m in _OFFICE.finditer(text)
    ]


def same_office(one: str, other: str) -> bool:
    """Whether two mentions of offices are of one office, in whichever language.

    >>> same_office("mayor", "市长"), same_office("mayor", "başkanı"), same_office("mayor", "书记")
    (True, True, False)
    """
    return bool(_kinds(one) & _kinds(other))


def kinds_of_office(text: str, span: tuple[int, int]) -> frozenset[str]:
    """What the office at `span` of `text` may be called in English; more than one where its word is.

    >>> kinds_of_office("Belediye Başkanı", (9, 16)), kinds_of_office("Oda Başkanı", (4, 11))
    (frozenset({'mayor'}), frozenset({'chair'}))
    >>> sorted(kinds_of_office("Başkan", (0, 6)))
    ['chair', 'mayor']
    """
    before, word = text[: span[0]].casefold(), text[slice(*span)].casefold()
    if word.startswith("başkan"):  # a mayor's with "belediye"; of anything else, as the ending says, a chairman's
        if before.endswith(("belediye ", "belediyesi ")):
            return frozenset({"mayor"})
        return frozenset({"chair", "mayor"} if word == "başkan" else {"chair"})
    return _kinds(word) | (frozenset({"secretary"}) if before.endswith("party ") else frozenset())


def _kinds(text: str) -> frozenset[str]:
    return frozenset(name for name, rule in _KINDS.items() if rule.search(text))
