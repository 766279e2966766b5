"""Does a sentence of the evidence carry a claim that is worded otherwise? Where, and if not, why not.

A claim rests on the sentence that is nearest to it in words and in meaning, and on the ones beside it in the same paragraph.
It is carried when

- every number and date in it is stated there, each of the thing it is said of, and quoted words stand there;
- every name in it is named in that paragraph, in whatever script, and no person's office or deed is told of another;
- it is negated just when the sentence is, and nothing planned is told as done;
- its words and its meaning are near enough to the sentence: the floors were chosen on half of `evals/claims/`;
- no part of it says what another sentence says and this one does not (two true sentences stitched into a false one).

A sentence can be read in several languages: in the claim's own where the paragraph is written in it or translated into it,
and always as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.language import agrees, fold, quantities, tokens
from rag.language.places import abroad
from rag.names import Names
from rag.verification.compared import Claimed, Sentence, share
from rag.verification.counting import said, states, unstated_in
from rag.verification.differences import contrary, names_in, opposed, stronger
from rag.verification.roles import misattributed
from rag.verification.tenses import fulfilled

# The least cosine of centred vectors, and the least sum of it and the share of words, weighted by rarity: for a sentence read in
# the claim's language, and for one that is only there in another.
_FLOORS = ((0.30, 0.75), (0.27, 0.27))
_COUNTED = 0.15  # what a short claim is let off when all its numbers are the sentence's
# A part of a claim that strayed from elsewhere: its least share of the claim's words, by weight; the most of it that the sentence
# the claim rests on has; the least of it that another sentence has.
_STRAYED = ((0.3, 0.25, 0.7), (0.12, 0.1, 0.85))
_PART = 3  # and its content words at least
_HALF = 0.5  # share of a clause's words that the sentence it rests on has
_CLAUSE = re.compile(r"(?<=[;；])\s*|(?<=[,，])(?!\d)\s*|\s+(?=(?:and|while|ve|ise)\s)")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{2,80})[”\"」』]")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]+|[a-z0-9_.+-]*@?\b[a-z0-9_-]{2,}(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\b(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
# Where a clause, or what is put between commas, begins: each has to be told of, not only the sentence as a whole.
_PIECE = re.compile(
    r"[;；、–—]|[,，](?!\d)|\s-{1,2}\s|\b(?:and|but|while|which|who|ve|ama|fakat|ise)\b|而且|并且|但是|(?<=[\u4e00-\u9fff])而",
    re.IGNORECASE,
)
_BEGIN = 5  # letters of a word that are enough to know it by: endings differ
_TOLD = 0.05  # the share of its words, by weight, that a clause has to have in the paragraph


@dataclass(frozen=True, slots=True)
class Support:
    """What a claim rests on, the nearest sentence first, and the reasons against it; none when it is carried."""

    sentences: tuple[Sentence, ...]
    reasons: tuple[str, ...]

    @property
    def carried(self) -> bool:
        return not self.reasons


def support(
    text: str, language: str, sentences: Sequence[Sentence], question: str = "",
    weight: Callable[[str], float] = lambda _: 1.0, names: Names | None = None, elsewhere: Sequence[Sentence] = (),
) -> Support:  # fmt: skip
    """What of `sentences`, those of the paragraphs cited, carries the claim `text`.

    question: its numbers may be repeated, but not its dates, and nothing else that only it says, or a false premise would come
    back as a cited fact. weight: how much sharing a word says. elsewhere: sentences of other
    paragraphs that were read, which a part of the claim may have strayed from.
    """
    if not sentences:
        return Support((), ("nothing is cited",))
    claim = Claimed.of(text, language, weight)
    ranked = sorted(sentences, key=lambda s: (-s.similarity - claim.held([s]), s.paragraph, s.index))
    best = ranked[0]
    if len(claim.words) < 2 and not claim.quantities:
        return Support((best,), ("says too little to be checked",))
    whole = _carried(claim, best, sentences, question, names or Names(), elsewhere)
    if whole.carried:
        return whole
    # Two sentences of different paragraphs may be told in one, clause by clause; each clause then needs its own.
    parts = [part for part in _CLAUSE.split(text) if part.strip()]
    if len(parts) > 1 and len({s.paragraph for s in sentences}) > 1:
        found = [_clause(part, language, sentences, question, weight, names or Names()) for part in parts]
        if all(own.carried for own in found):
            return Support(tuple(dict.fromkeys(s for own in found for s in own.sentences)), ())
    return whole


def _clause(
    text: str, language: str, sentences: Sequence[Sentence], question: str, weight: Callable[[str], float], names: Names
) -> Support:
    """A clause of a claim by its words alone, since only the whole claim has a vector: most of them in one sentence."""
    claim = Claimed.of(text, language, weight)
    best = max(sentences, key=lambda s: claim.held([s]))
    reasons = _differences(claim, best, sentences, question, names)
    if claim.held([best]) < _HALF:
        reasons.append("no sentence says this")
    return Support((best,), tuple(reasons))


def _carried(
    claim: Claimed,
    best: Sentence,
    sentences: Sequence[Sentence],
    question: str,
    names: Names,
    elsewhere: Sequence[Sentence],
) -> Support:
    beside = [s for s in sentences if s.paragraph == best.paragraph and abs(s.index - best.index) == 1]
    reasons = _differences(claim, best, sentences, question, names)
    near, both = _FLOORS[best.language != claim.language]
    held = claim.held([best])
    if claim.quantities and all(states(claim, q, text, of) for q in claim.quantities for text, of in best.readings[:1]):
        both -= _COUNTED
    if held < 1 and (best.similarity < near or best.similarity + held < both):
        reasons.append("no sentence says this")
    reasons += _untold(claim, best, sentences)
    others = [s for s in (*sentences, *elsewhere) if s != best and s not in beside]
    if best.language == claim.language and (part := _strayed(claim, [best, *beside], others)):
        reasons.append(f"“{part}” is said of something else")
    used = [best, *(s for s in beside if _adds(claim, best, s))]
    return Support(tuple(used), tuple(dict.fromkeys(reasons)))


def _untold(claim: Claimed, best: Sentence, sentences: Sequence[Sentence]) -> list[str]:
    """Clauses of the claim of which the paragraph has not a word, as far as it can be read in the claim's language."""
    if best.language != claim.language:
        return []
    told = [s for s in sentences if s.paragraph == best.paragraph]
    keys = {t.key for s in told for text, of in s.readings for t in tokens(text, of)}
    keys |= {t.key for t in tokens(best.context, claim.language)}
    begins = {key[:_BEGIN] for key in keys if len(key) >= _BEGIN}
    words = list(zip(tokens(claim.text, claim.language), claim.words, strict=True))
    found = []
    for start, end in pairwise([0, *(m.start() for m in _PIECE.finditer(claim.text)), len(claim.text)]):
        own = [(key, w, key in keys or key[:_BEGIN] in begins) for t, (key, w) in words if start <= t.start < end]
        if own and sum(w for _, w, there in own if there) <= _TOLD * sum(w for _, w, _ in own):
            found.append(f"“{claim.text[start:end].strip(' ,;，；、–—-')}” is not in the paragraph")
    return found


def _adds(claim: Claimed, best: Sentence, other: Sentence) -> bool:
    """Whether the sentence beside states a quantity of the claim that the best one lacks, or many of its words."""
    there = [q for text, of in best.readings for q in quantities(text, of)]
    own = [q for text, of in other.readings for q in quantities(text, of)]
    lacking = any(not agrees(q, there) and agrees(q, own) for q in claim.quantities)
    return lacking or claim.held([best, other]) - claim.held([best]) > 0.3


def _strayed(claim: Claimed, rest: Sequence[Sentence], others: Sequence[Sentence]) -> str:
    """A first or last part of the claim that another sentence has and those it rests on have not; "" when there is none. A
    large part need not be told as closely as a smaller one."""
    found, whole = tokens(claim.text, claim.language), sum(w for _, w in claim.words)
    for at in range(_PART, len(found) - _PART + 1):
        for part, span in ((claim.words[:at], (0, found[at - 1].end)), (claim.words[at:], (found[at].start, None))):
            much = sum(w for _, w in part) / whole
            for least, bare, held in _STRAYED:
                if much >= least and share(part, rest) <= bare and any(share(part, [o]) >= held for o in others):
                    return claim.text[span[0] : span[1]].strip()
    return ""


def _differences(
    claim: Claimed, best: Sentence, sentences: Sequence[Sentence], question: str, names: Names
) -> list[str]:
    """What the claim says otherwise than the sentence, as far as quantities, names, negation and strong words tell."""
    paragraph = [s for s in sentences if s.paragraph == best.paragraph]
    reasons = [said(claim, q, best) for q in unstated_in(claim, best, paragraph, question)]
    words = frozenset(key for key, _ in claim.words)
    if all(opposed(claim.text, text, words, of) for text, of in best.readings):
        reasons.append("one of claim and paragraph is negated")
    text = " ".join(text for s in paragraph for text, _ in s.readings)
    reasons += [f"“{word}” is the opposite of what it says" for word in contrary(claim.text, best.text)]
    reasons += [f"“{word}” is more than the paragraph says" for word in stronger(claim.text, text)]
    if done := fulfilled(claim.text, claim.language, *best.readings[0]):
        reasons.append(f"“{done}”: the paragraph only plans it")
    reasons += _unnamed(claim, best, text, names)
    reasons += misattributed(claim, best, " ".join(s.text for s in paragraph if s.index == best.index - 1), names)
    plain = "".join(fold(text).split())
    own = any(of == claim.language for _, of in best.readings)
    for found in (*(_QUOTED.findall(claim.text) if own else ()), *_ADDRESS.findall(claim.text)):
        if "".join(fold(found.strip(" .,。，")).split()) not in plain:
            reasons.append(f"“{found}” does not stand in the paragraph")
    return reasons


def _unnamed(claim: Claimed, best: Sentence, paragraph: str, names: Names) -> list[str]:
    """The names of the claim that the paragraph does not name. Where the sentence has a pronoun or "the city" instead of a name
    of that kind, a name that the article is about will do: `context`."""
    known = names.ids(paragraph)
    here = {names.known[identity].kind for text, _ in best.readings for identity in names.ids(text)}
    reasons: list[str] = []
    spans = names.spans(claim.text)
    for identity, (start, end) in spans:
        stands = identity in known or any(_within(names, identity, other) for other in known)
        meant = names.known[identity].kind not in here and identity in names.ids(best.context)
        if not (stands or meant):
            reasons.append(f"{claim.text[start:end]} is not in the paragraph")
    folded = fold(f"{paragraph} {best.context}")
    taken = [span for _, span in spans] + [(q.start, q.end) for q in claim.quantities]
    for name, start in names_in(claim.text, claim.language):
        plain = fold(name)
        # Turkish makes other words of names: Avrupa, Avrupalı; English at least their plural: Ottoman, Ottomans.
        stem = plain[: max(5, len(plain) - 3)] if claim.language == "tr" else plain.removesuffix("s")
        if stem not in folded and not any(a <= start and start + len(name) <= b for a, b in taken):
            reasons.append(f"{name} is not in the paragraph")
    for name, start in abroad(claim.text, claim.language, f"{paragraph} {best.context}"):
        if not any(a < start + len(name) and start < b for a, b in taken):
            reasons.append(f"{name} is not in the paragraph")
    return reasons


def _within(names: Names, identity: str, other: str) -> bool:
    """Whether one name is part of the other: "Istanbul store" and "Istanbul"."""
    forms = {fold(f) for own in names.known[identity].forms.values() for f in own}
    others = {fold(f) for own in names.known[other].forms.values() for f in own}
    return any(a in b for a in forms for b in others)
