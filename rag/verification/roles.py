"""Who is who: a claim that tells of one person what its sentence tells of another, or gives him another's office."""

from __future__ import annotations

import re

from rag.language import kinds_of_office, offices
from rag.names import Names
from rag.types import Span
from rag.verification.compared import Claimed, Sentence

_SENTENCE = re.compile(r"[;；。.!?！？](?:\s|$)")
_TITLE = 3  # characters at most between an office and the name it is a title of: "Mayor Ada", "市长艾达"
# What stands between a name and the office that is said of it, and in Turkish what follows the office.
_IS = {
    "en": re.compile(r",? (?:is|was|as)\b[^,;.]*|, [^,;.]*"),
    "zh": re.compile(r".?(?:是|任|担任|为|系|时任|现任)[^,，;；。]*"),
    "tr": re.compile(r",? [^,;.]*"),
}
_ENDING = re.compile(r"\w*d[ıiuü]r\b|\s*[.。]?$|\s+olarak\b")

Person = tuple[Span, str]
Office = tuple[str, bool]  # its kind, and whether it is a deputy's or a former one's
Held = tuple[str, Office, str]  # a person, an office of his, and its word in the text


def misattributed(claim: Claimed, best: Sentence, names: Names) -> list[str]:
    """What the claim says of a person and the sentence, in all its readings, only of another; as reasons against it."""
    here = frozenset[str]().union(*(names.of_kind(text, "person") for text, _ in best.readings))
    said = names.of_kind(claim.text, "person")
    if here and said and not here & said:
        return ["says of one person what is said of another"]
    holders: dict[Office, set[str]] = {}
    for text, language in best.readings:
        for person, office, _ in _held(text, language, names, surely=False):
            holders.setdefault(office, set()).add(person)
    return [
        f"“{word}” is said of somebody else"
        for person, office, word in _held(claim.text, claim.language, names, surely=True)
        if person in here and office in holders and person not in holders[office]
    ]


def _held(text: str, language: str, names: Names, surely: bool) -> list[Held]:
    """The persons of a text with their offices; surely, or as far as can be.

    An office that is not surely anybody's counts where it keeps a claim from being doubted.
    """
    persons = [(span, identity) for identity, span in names.spans(text) if names.known[identity].kind == "person"]
    return [
        (person, (kind, deputy), text[start:end])
        for start, end, deputy in offices(text)
        if (person := _holder(text, (start, end), language, persons, surely))
        for kind in kinds_of_office(text, (start, end))
    ]


def _holder(text: str, office: Span, language: str, persons: list[Person], surely: bool) -> str | None:
    """Whose an office is: his whose title it is; else, unless it has to be sure, his who stands where holders stand in the
    language: before it in English, after it in Chinese and Turkish."""
    start, end = office
    before = next((p for p in reversed(persons) if p[0][1] <= start and not _SENTENCE.search(text, p[0][1], start)), None)
    after = next((p for p in persons if p[0][0] >= end and not _SENTENCE.search(text, end, p[0][0])), None)
    if language == "zh" and before and start - before[0][1] <= 1:  # 艾达市长
        return before[1]
    if after and (after[0][0] - end <= _TITLE or text[end : after[0][0]].casefold() == " general "):
        return after[1]
    if surely:
        between = text[before[0][1] : start] if before else ""
        follows = language != "tr" or _ENDING.match(text[end:])
        return before[1] if before and follows and language in _IS and _IS[language].fullmatch(between) else None
    first, second = (before, after) if language == "en" else (after, before)
    return (first or second or ((0, 0), None))[1]
