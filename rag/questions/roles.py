"""Offices and roles: "the mayor of Iznik" is nobody but the mayor, and of nowhere but Iznik."""

from __future__ import annotations

import re

from rag.language import offices

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


def role(question: str) -> str:
    """The office or role whose holder is asked for, with whose it is; "" when the question asks for none.

    >>> role("Who is the mayor of Iznik?"), role("伊兹尼克市长是谁?"), role("İznik belediye başkanı kim?"), role("Who signed?")
    ('mayor of Iznik', '伊兹尼克市长', 'İznik belediye başkanı', '')
    """
    found = next((m["role"] for rule in _ROLES if (m := rule.search(question))), "")
    return found if offices(found) else ""
