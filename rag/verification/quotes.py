"""Quoted words, web and e-mail addresses of a claim that a paragraph does not have, letter by letter."""

from __future__ import annotations

import re
import unicodedata

from rag.language import fold_text

_QUOTED = re.compile(
    r"[“\"«„「『]([^”\"»“」』\n]{2,120})[”\"»“」』]|‘([^’‘\n]{2,120})’(?!\w)|(?<![\w’'])'([^'\n]{2,120})'(?!\w)"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"，。）]+|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+"
    r"|(?<![a-z0-9_-])[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\b(?:/[^\s<>\"，。）]*)?"
    r"|[^\s.,;:!?<>\"，。、（）]{1,63}\.(?:рф|онлайн|сайт|москва|中国|中國|公司|网络|網絡|网址|在线|商城)",
    re.IGNORECASE | re.ASCII,
)
# What browsers take for the dot of an address, and what people write instead of one so that it is not seen for one.
_DOT = re.compile(r"(?<=\w)(?:[。｡．․]|\s?[\[(（【](?:\.|dot|点|nokta)[\])）】]\s?)(?=\w)", re.IGNORECASE)
_AT = re.compile(r"(?<=\w)\s?[\[(（【](?:@|at)[\])）】]\s?(?=\w)", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<!\d)\d(?:[\s().-]{0,2}\d){8,}")
_ENDS = " .,;:!?。，、；：！？…"


def find_missing_quotes(claim: str, paragraph: str) -> list[str]:
    """Words in quotation marks that do not stand in a paragraph of the same language, whatever blanks and letters' case.

    >>> find_missing_quotes('She called it "a giant leap".', "It was a small step.")
    ['a giant leap']
    """
    plain = _squeeze(paragraph)
    quoted = (next(filter(None, found)) for found in _QUOTED.findall(claim))
    return [words for words in quoted if _squeeze(words) not in plain]


def find_missing_addresses(claim: str, paragraph: str) -> list[str]:
    """Addresses that do not stand in a paragraph, in whatever language.

    >>> find_missing_addresses("See evil.example/x or mail a@b.org.", "Write to a@b.org.")
    ['evil.example/x']
    """
    plain = _squeeze(_with_plain_dots(paragraph))
    return [found for found in find_addresses(claim) if _squeeze(found) not in plain]


def find_addresses(text: str) -> list[str]:
    """The web and e-mail addresses of a text, with plain dots.

    >>> find_addresses("See evil。example or a[at]b[.]org.")
    ['evil.example', 'a@b.org']
    """
    return [found.rstrip(_ENDS) for found in _ADDRESS.findall(_with_plain_dots(text))]


def holds_contact(text: str) -> bool:
    """Whether a text holds an address, or a row of nine digits and more, which a telephone number is.

    >>> holds_contact("Call +90 555 015 41 19."), holds_contact("It opened on 2024-10-18.")
    (True, False)
    """
    return bool(find_addresses(text)) or _TELEPHONE.search(text) is not None


def _with_plain_dots(text: str) -> str:
    return unicodedata.normalize("NFKC", _AT.sub("@", _DOT.sub(".", text)))


def _squeeze(text: str) -> str:
    return "".join(fold_text(text.strip(_ENDS)).split())
