"""What a claim says otherwise than its evidence: a number, a date, a name, a negation; in words a reader understands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language import Quantity, fold, quantities, tokens, unstated

_NAME = re.compile(r"(?<![\w.])[A-ZÇĞİÖŞÜ][\w’'-]+")
_DOTTED = re.compile(r"[\u4e00-\u9fff]·[\u4e00-\u9fff]")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|n['’]t)\b|n['’]t\b|[不没未无非]|\b(?:değil\w*|yok\w*|hiç|hiçbir|asla)\b|(?<=[a-zçğıöşü])m[aeıiuü]d[ıiuü]\w*\b",
    re.IGNORECASE,
)
# Chinese words that hold a negating character and negate nothing.
_NOT_NEGATION = re.compile(
    r"不仅|不但|不断|不只|不单|未来|无论|非常|非洲|不同|不少|非遗|(?:not|n['’]t) (?:only|just)|no\.?\s*:?\s*\d|\d\s*no\b|"
    r"(?:yalnız(?:ca)?|sadece)\b[^.;!?]{0,60}?\bdeğil\w*",
    re.IGNORECASE,
)


# Written like names, and none: titles and the like, by their beginnings, and what may begin a sentence within another.
_TITLES = re.compile(
    r"i|the|in|on|at|(?:mr|mrs|ms|dr|prof|mayor|deput|presid|chair|consul|general|party|secret|minist|ambass|member|accord|"
    r"beledi|baskan|yardimci|bakan|mudur|milletvekil|buyukelci|baskonsolos|konsolos|parti|sekreter|genel|makale|haber|habere)"
    r"[a-z]{0,6}"
)
# Words that claim all of something or just so much, by what they claim; a paragraph has to say so too.
_STRONG = tuple(
    re.compile(rf"(?:{words})", re.IGNORECASE)
    for words in (
        r"\b(?:exactly|precisely|tam olarak|tam(?= \d))\b|正好|恰好|整整",
        r"(?<!\b(?:in|at|of) )(?<!\b(?:above|after) )\b(?:all|every|entire|whole|t[üu]m|b[üu]t[üu]n|her)\b(?! over)|所有|全部|每",
        r"(?<!not )\b(?:only|solely|sole|yaln[ıi]zca|sadece|tek)\b|只有|仅有|唯一",
    )
)


def stronger(claim: str, evidence: str) -> list[str]:
    """Words of the claim that say "exactly", "all" or "only" where the evidence says nothing of the kind.

    >>> stronger("All the kilns were lit.", "Several kilns were lit.")
    ['All']
    """
    plain = _NOT_NEGATION.sub(" ", claim)
    return [m.group() for rule in _STRONG if (m := rule.search(plain)) and not rule.search(evidence)]


# Words of which one denies the other, by language families that are told apart by their letters.
_OPPOSITES = tuple(
    (re.compile(rf"(?:{one})", re.IGNORECASE), re.compile(rf"(?:{other})", re.IGNORECASE))
    for one, other in (
        (
            r"\bopen(?:s|ed|ing)?\b|开幕|开业|\baç[ıt]l?\w*",
            r"\bclos(?:e|es|ed|ing)\b|闭幕|关闭|关门|\bkapa[nt]?[ıd]?\w*",
        ),
        (
            r"\bincreas\w*|\bgr[oe]w\w*|\bris(?:e|es|ing)\b|增多|增加|增长|\bart(?:t|ı|an|ma)\w*",
            r"\bdecreas\w*|\bdeclin\w*|\bfell\b|\bdrop\w*|减少|下降|\bazal\w*",
        ),
        (
            r"\bimprov\w*|\bstronger\b|更加紧密|\bgüçlen\w*",
            r"\bworsen\w*|\bweaken\w*|\bdeteriorat\w*|疏远|恶化|\bzayıfla\w*|\bkötüleş\w*",
        ),
        (r"\bmorning\b|上午|\bsabah\w*", r"\bafternoon\b|\bevening\b|下午|晚上|\böğleden sonra|\bakşam\w*"),
        (
            r"\bmore than\b|\bover(?= \d)|超过|多(?=[个家名座])|余(?=[个家名座])|'[dt][ae]n fazla",
            r"\bless than\b|\bfewer than\b|\bunder(?= \d)|不足|不到|'[dt][ae]n az",
        ),
        (r"\bthriv\w*|蓬勃|\bgeliş\w*", r"\bstruggl\w*|萧条|\bzorlan\w*"),
    )
)
# What makes an office one that is held no more; no paragraph needs to say the opposite.
_PAST = re.compile(r"\bformer\b|前任|原任|\beski (?=\w*(?:başkan|bakan))", re.IGNORECASE)


def contrary(claim: str, evidence: str) -> list[str]:
    """Words of the claim whose opposite the evidence has, and they themselves it has not.

    >>> contrary("The kiln closed on Monday.", "The kiln opened on Monday.")
    ['closed']
    """
    found = [m.group() for m in _PAST.finditer(claim) if not _PAST.search(evidence)]
    for pair in _OPPOSITES:
        for mine, other in (pair, pair[::-1]):
            m = mine.search(claim)
            if m and other.search(evidence) and not mine.search(evidence) and not other.search(claim):
                found.append(m.group())
    return found


def opposed(claim: str, evidence: str, words: frozenset[str], language: str) -> bool:
    """Whether one of the two is negated where the other is not. What the evidence negates counts only if the claim speaks of it.

    words: the claim's. language: of the evidence.
    """
    mine, theirs = negations(claim), negations(evidence)
    if mine or not theirs:
        return bool(mine) != bool(theirs)
    plain = _NOT_NEGATION.sub(" ", evidence)
    for found in _NEGATION.finditer(plain):
        near = tokens(plain[max(0, found.start() - 12) : found.end() + 24], language)
        if near and sum(t.key in words for t in near) * 2 > len(near):
            return True
    return False


def names_in(text: str, language: str = "en") -> list[tuple[str, int]]:
    """Words of `text` that are written like names, with where they begin: capitals within a sentence; at its beginning, two
    together. Of Chinese names with dots what is on both sides of one, such as 安·穆.

    >>> [name for name, _ in names_in("Yesterday the kiln of Ada Lovelace’s sister was lit.")]
    ['Ada', 'Lovelace']
    """
    found = [(re.split(r"['’]", m.group())[0], m.start()) for m in _NAME.finditer(text)]
    if found and not text[: found[0][1]].strip("\"“‘'( "):
        first, second = found[0], found[1] if len(found) > 1 else ("", -1)
        if second[1] != first[1] + len(first[0]) + 1 or not tokens(first[0], language):
            found = found[1:]
    return [
        *((name, at) for name, at in found if not _TITLES.fullmatch(fold(name)) and len(name) > 1),
        *((m.group(), m.start()) for m in _DOTTED.finditer(text)),
    ]


def reasons_against(
    claim: str, evidence: str, language: str, evidence_language: str, sentence: str = ""
) -> tuple[str, ...]:
    """Why `evidence` does not carry `claim`, as far as numbers, negation and names tell; empty when nothing speaks against.

    sentence: the one of the evidence that the claim rests on, whose negation counts; all of the evidence when not given.

    >>> reasons_against("It lasted 12 days.", "The three-day event of 2024.", "en", "en")
    ('says 12 days; the paragraph says three-day',)
    """
    sentence = sentence or evidence
    if claim.split() == sentence.split():
        return ()
    there = quantities(evidence, evidence_language)
    wrong = unstated(claim, language, evidence, evidence_language)
    found = [differs(claim, q, evidence, there) for q in wrong]
    if language == evidence_language:
        if bool(negations(claim)) != bool(negations(sentence)):
            found.append("one of claim and paragraph is negated")
        folded = fold(evidence)
        names = [
            n for n in _NAME.findall(claim)[0 if claim[:1].islower() else 1 :] if fold(n.rstrip("'’s")) not in folded
        ]
        found.extend(f"{name} is not in the paragraph" for name in names)
    return tuple(found)


def differs(claim: str, claimed: Quantity, evidence: str, there: Sequence[Quantity]) -> str:
    """What a wrong number or date says, and what the paragraph says in its place, if it has one of the same kind."""
    said = claim[claimed.start : claimed.end]
    kind = (claimed.unit, claimed.value is None)
    # The right number of something else says more than another number of the same: "14 acres" and "14 hectares".
    same = [evidence[q.start : q.end] for q in there if claimed.value is not None and q.value == claimed.value]
    alike = [evidence[q.start : q.end] for q in there if (q.unit, q.value is None) == kind and any(kind)]
    others = [other for other in (*same, *alike) if other != said]
    return f"says {said}; the paragraph says {others[0]}" if others else f"{said} is not in the paragraph"


def negations(text: str) -> list[str]:
    """The words of `text` that negate, in any of three languages."""
    return _NEGATION.findall(_NOT_NEGATION.sub(" ", text))
