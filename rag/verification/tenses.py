"""What is planned, told as done: "will be built" is not "has been built"."""

from __future__ import annotations

import re

# What says that something has come to an end; and what says that it is still to come.
_DONE = {
    "en": r"\b(?:has|have|had)\s+(?:now\s+|already\s+|since\s+|successfully\s+|been\s+)*(?:\w+ed|built|held|made|begun|become)\b|"
    r"\b(?:is|are|was|were)\s+(?:now\s+|already\s+|successfully\s+)*(?:complete|completed|finished|built|established|opened|held)\b",
    "zh": r"已(?!故)|(?:建|落|完)成了?(?=[。,，;；]|$)|成功(?:举办|举行)",
    "tr": r"\b(?:çoktan|zaten)\b|\w{2,}(?:[ln]d[ıiuü]|m[ıiuü]ş(?:t[ıiuü]r)?)(?=[\"”’')]*\s*(?:[.;!]|$))",
}
_PLANNED = {
    "en": r"\b(?:will|would|shall|should|may|might|plan\w*|intend\w*|intention\w*|aspir\w*|hop(?:e|es|ed|ing)|want\w*|wish\w*|"
    r"aim\w*|expect\w*|going to|is to|are to|to be|eager|future|ready to|goal)\b",
    # 计划 is a noun as often as a verb, and 会 and 要 are parts of words.
    "zh": r"将(?!近)|计划(?=[在于今明后举建开把让])|筹划|打算|预计|期待|期望|希望|旨在|有望",
    "tr": r"\w+[ae]ca[kğ]\w*|\b(?:planl|hedef|amaç|amac|um[ua]|bekle|arzu|iste|niyet|öngör)\w*|\bgelecek\w*",
}


def fulfilled(claim: str, language: str, evidence: str, evidence_language: str) -> str:
    """What the claim calls done where the evidence only plans it; "" when nothing is. Evidence that tells of something done as
    well is not told apart.

    >>> fulfilled("The kiln has been built.", "en", "They will build a kiln.", "en")
    'has been built'
    >>> fulfilled("窑已建成。", "zh", "他们将建一座窑。", "zh"), fulfilled("Fırın kuruldu.", "tr", "Fırın kurulacak.", "tr")
    ('已', 'kuruldu')
    """
    done, there = _find(_DONE, claim, language), evidence_language
    if not done or _find(_PLANNED, claim, language):
        return ""
    return done if _find(_PLANNED, evidence, there) and not _find(_DONE, evidence, there) else ""


def _find(rules: dict[str, str], text: str, language: str) -> str:
    found = re.search(rules[language], text, re.IGNORECASE) if language in rules else None
    return found.group() if found else ""
