"""Who is who: a claim that tells of one person what its sentence tells of another, or gives him another's office.

A list of persons with their offices can be read in two ways ("the mayor, A, the consul, B"), and a true sentence is not to be
withheld: what the claim says counts only where it can be read in one way, what the sentence says in every way it can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language import kinds_of_office, offices
from rag.names import Names
from rag.verification.compared import Claimed, Sentence

_STOP = re.compile(r"[;；。.!?！？](?:\s|$)")
# What stands between a name and an office that is surely said of it.
_WORDS = r"(?:(?!(?:{}) )[\w'’-]+ ){{0,5}}"
_OTHERS = "and|with|by|who|to|will|joined|alongside|after|before"
_IS = {
    "en": re.compile(rf",? (?:(?:is|was|serves as|served as) )?(?:(?:also|now|the|an?) )*{_WORDS.format(_OTHERS)}"),
    "zh": re.compile(r"(?:是|任|担任|为|系|时任|现任)[^,，;；。、和与跟同及会将(（]*"),
    "tr": re.compile(rf",? {_WORDS.format('ile|ve|veya')}"),
}
# After such an office, what makes another person's of it: "A, the mayor of X, B".
_OTHER = re.compile(r"(?: [\w'’-]+){0,3}?(?: (?:of|in|to|for|at|from) [^,;.]*)?(?:,| and)(?: and| with)?\s*$")
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|him|their|them|who)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Mention:
    """An office in a text: what it may be, whether a deputy's or a former one's, and whose it may be."""

    word: str
    kinds: frozenset[str]
    deputy: bool
    holders: frozenset[str]


def misattributed(claim: Claimed, best: Sentence, before: str, names: Names) -> list[str]:
    """What the claim says of a person and the sentence, in all its readings, only of another; as reasons against it.

    before: what stands before the sentence in its paragraph, which its pronouns may mean.
    """
    here = frozenset[str]().union(*(names.of_kind(text, "person") for text, _ in best.readings))
    said = names.of_kind(claim.text, "person")
    meant = names.of_kind(f"{before} {best.context}", "person") if _elided(best) else frozenset[str]()
    if here and said and not said & (here | meant):
        return ["says of one person what is said of another"]
    told = [own for text, language in best.readings for own in _mentions(text, language, names, surely=False)]
    found = []
    for own in _mentions(claim.text, claim.language, names, surely=True):
        same = [other for other in told if other.kinds & own.kinds]
        if (
            not own.holders <= here
            or not same
            or any(own.holders <= o.holders and o.deputy == own.deputy for o in same)
        ):
            continue
        if any(o.deputy == own.deputy or o.holders == own.holders for o in same):
            found.append(f"“{own.word}” is said of somebody else")
    return found


def _elided(best: Sentence) -> bool:
    """Whether the sentence may speak of somebody it does not name: Chinese and Turkish leave pronouns out."""
    return best.language != "en" or bool(_PRONOUN.search(best.text))


def _mentions(text: str, language: str, names: Names, surely: bool) -> list[_Mention]:
    """The offices of a text that somebody holds; surely, or as far as can be."""
    persons = [(span, identity) for identity, span in names.spans(text) if names.known[identity].kind == "person"]
    found = []
    for start, end, deputy in offices(text):
        first = next(
            (p for p in reversed(persons) if p[0][1] <= start and not _STOP.search(text, p[0][1], start)), None
        )
        last = next((p for p in persons if p[0][0] >= end and not _STOP.search(text, end, p[0][0])), None)
        after = text[end : last[0][0]] if last else None
        if last and _titled(text[end : last[0][0]], text[start:end], language):
            holders = {last[1]}
        elif first and _said(text[first[0][1] : start], after, language):
            holders = {first[1]}
        else:
            holders = set() if surely else {p[1] for p in (first, last) if p}
        if holders:
            kinds = kinds_of_office(text, (start, end))
            found.append(_Mention(text[start:end], kinds, deputy, frozenset(holders)))
    return found


def _titled(gap: str, office: str, language: str) -> bool:
    """Whether an office is the title of the name that stands `gap` after it: "Mayor Ada", "市长艾达", "Başkanı Ada"."""
    if language == "tr" and not re.search(r"(?:kan|dür|tan|çi|los|ali|ter|cu)(?:s?[ıiuü])?$", office):
        return False
    return not gap.strip() or (language == "en" and gap.casefold() == " general ")


def _said(gap: str, after: str | None, language: str) -> bool:
    """Whether an office is said of the name `gap` before it, and cannot be read as that of the name `after` it."""
    if language == "zh" and not gap.strip():  # 艾达市长
        return True
    rule = _IS.get(language)
    return bool(rule and rule.fullmatch(gap)) and not (after is not None and _OTHER.fullmatch(after))
