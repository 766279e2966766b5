"""Sentences of a language model -> claims that are shown: each rests on what it cites, on another paragraph that carries it where
its marker is wrong, or is withheld with the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.types import HIDDEN, Citation, Claim, Evidence, Passage, Place, Verdict
from rag.types.reasons import AddressHidden, MarkerUnknown, MarkerWrong, NothingCited, Reason
from rag.verification.citing import add_citation
from rag.verification.quotes import holds_contact
from rag.verification.verify import Statement, Verifier

Proposal = tuple[str, Sequence[int]]  # a sentence, and the numbers of the paragraphs it cites, from 1


@dataclass
class Reply:
    """The sentences of one reply, checked as they come.

    passages: the paragraphs that were given, in the order of their numbers from 1. contexts: of each, what its pronouns may mean.
    """

    language: str
    passages: Sequence[Passage]
    contexts: Sequence[str]
    verifier: Verifier
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def check(self, proposals: Sequence[Proposal]) -> list[Claim]:
        """The verdicts on sentences, in order; they join `claims`, and what they rest on `citations`."""
        every = range(1, len(self.passages) + 1)
        given = [[n for n in dict.fromkeys(numbers) if n in every] for _, numbers in proposals]
        own = self._verify([(text, numbers) for (text, _), numbers in zip(proposals, given, strict=True)])
        # Wrong marker or none: some other paragraph may carry it.
        lost = [n for n, verdict in enumerate(own) if verdict.status != "supported"]
        others = self._verify([(proposals[n][0], [k for k in every if k not in given[n]]) for n in lost])
        elsewhere = dict(zip(lost, others, strict=True))
        return [
            self._conclude(proposal, given[n], own[n], elsewhere.get(n))
            for n, proposal in enumerate(proposals)
        ]  # fmt: skip

    def _verify(self, proposals: Sequence[Proposal]) -> list[Verdict]:
        """Verdicts on sentences against paragraphs; places are told by the paragraphs' indices among all."""
        statements = [
            Statement(
                text, self.language,
                tuple(self.passages[n - 1].paragraph for n in numbers), tuple(self.contexts[n - 1] for n in numbers),
            )
            for text, numbers in proposals
        ]  # fmt: skip
        verdicts = self.verifier.verify_claims(statements)
        return [_renumber(verdict, [n - 1 for n in numbers]) for verdict, (_, numbers) in zip(verdicts, proposals, strict=True)]

    def _conclude(self, proposal: Proposal, given: Sequence[int], own: Verdict, other: Verdict | None) -> Claim:
        text, numbers = proposal
        notes: list[Reason] = [MarkerUnknown(n) for n in dict.fromkeys(numbers) if n not in given]
        found = own
        if other and other.status == "supported":
            found = other
            notes += [MarkerWrong("".join(f"[{n}]" for n in given))] if given else []
        elif other and not given:
            found = other
        if found.status == "supported" and found.paragraph_index is not None:
            places = (Place(found.paragraph_index, found.start or 0, found.end or 0), *found.more)
            evidence = [Evidence(self.passages[place.paragraph_index], place.start, place.end) for place in places]
            cited = tuple(dict.fromkeys(add_citation(each, self.citations, self.language) for each in evidence))
            claim = Claim(text, cited, "supported", tuple(notes), found.chance)
        else:
            reasons = (*notes, *(found.reasons or (NothingCited(),)))
            status = found.status if given or found.status == "unchecked" else "uncited"
            if holds_contact(text):
                text, reasons = HIDDEN, (AddressHidden(),)
            claim = Claim(text, (), status, reasons, found.chance)
        self.claims.append(claim)
        return claim


def _renumber(verdict: Verdict, indices: Sequence[int]) -> Verdict:
    if verdict.paragraph_index is None:
        return verdict
    more = tuple(place._replace(paragraph_index=indices[place.paragraph_index]) for place in verdict.more)
    return replace(verdict, paragraph_index=indices[verdict.paragraph_index], more=more)
