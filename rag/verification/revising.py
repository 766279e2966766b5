"""Claims of a language model -> claims that are shown: each is checked against the paragraphs it cites, given to another one
that carries it where its marker is wrong, or withheld with the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.names import Names
from rag.types import Citation, Claim, Evidence, Passage, Vectors, View
from rag.verification.compared import Sentence
from rag.verification.quoting import cite
from rag.verification.support import Support, support

# Of a paragraph: each view with its own similarity to a claim, and those of its sentences.
Compared = Sequence[tuple[View, float, Sequence[float]]]


@dataclass
class Revision:
    """The claims of one answer, checked one after the other.

    passages: the paragraphs that were given, in the order of their numbers from 1. contexts: of each, what pronouns in it stand
    for. compare: the similarities of a claim's vector to the views of each passage. embed: the centred vectors of claims.
    """

    question: str
    language: str
    passages: Sequence[Passage]
    contexts: Sequence[str]
    embed: Callable[[Sequence[str]], Sequence[Vectors]]
    compare: Callable[[Vectors], Sequence[Compared]]
    weight: Callable[[str], float] = lambda _: 1.0
    names: Names = field(default_factory=Names)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _vectors: dict[str, Vectors] = field(default_factory=dict)

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed sentences that are about to be checked, all in one call."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors.update(zip(new, self.embed(new), strict=True))

    def verdict(self, text: str, numbers: Sequence[int]) -> Support:
        """What of the paragraphs with these numbers carries a sentence, and if nothing, why not."""
        sentences = self._sentences(text)
        own = [s for s in sentences if s.paragraph + 1 in numbers]
        return self._support(text, own, [s for s in sentences if s.paragraph + 1 not in numbers])

    def check(self, text: str, numbers: Sequence[int]) -> Claim:
        """The verdict on a sentence that cites these numbers; it joins `claims`, and what it rests on `citations`."""
        given = [n for n in dict.fromkeys(numbers) if 1 <= n <= len(self.passages)]
        notes = [f"[{n}] was not given" for n in dict.fromkeys(numbers) if n not in given]
        sentences = self._sentences(text)
        own = [s for s in sentences if s.paragraph + 1 in given]
        rest = [s for s in sentences if s.paragraph + 1 not in given]
        found = self._support(text, own, rest) if given else Support((), ())
        if not given or not found.carried:
            # Wrong marker or none: some other paragraph may carry it, by itself.
            others = [self._support(text, [s for s in rest if s.paragraph == n], [s for s in sentences if s.paragraph != n])
                      for n in dict.fromkeys(s.paragraph for s in rest)]  # fmt: skip
            better = next((other for other in others if other.carried), None)
            if better:
                if given:
                    notes.append(f"cited {''.join(f'[{n}]' for n in given)}, which does not say it")
                found = better
            elif not given:
                nearest = min(others, key=lambda other: len(other.reasons), default=Support((), ("nothing is cited",)))
                return self._keep(Claim(text, (), "uncited", (*notes, *nearest.reasons)))
        if not found.carried:
            return self._keep(Claim(text, (), "unsupported", (*notes, *found.reasons)))
        cited = tuple(dict.fromkeys(cite(self._evidence(s), self.citations, self.language) for s in found.sentences))
        return self._keep(Claim(text, cited, "supported", tuple(notes)))

    def _support(self, text: str, own: Sequence[Sentence], rest: Sequence[Sentence]) -> Support:
        return support(text, self.language, own, self.question, self.weight, self.names, rest)

    def _keep(self, claim: Claim) -> Claim:
        self.claims.append(claim)
        return claim

    def _evidence(self, sentence: Sentence) -> Evidence:
        return Evidence(self.passages[sentence.paragraph], *sentence.span)

    def _sentences(self, text: str) -> list[Sentence]:
        """Every sentence that was given, as it reads in the answer's language and as it was written."""
        found: list[Sentence] = []
        self.prepare([text])
        for number, views in enumerate(self.compare(self._vectors[text])):
            paragraph = self.passages[number].paragraph
            by_language = {view.language: (view, similar) for view, _, similar in views}
            reading = self.language if self.language in by_language else paragraph.language
            view, similar = by_language[reading]
            for index, span in enumerate(paragraph.sentences):
                written = paragraph.text[span[0] : span[1]], paragraph.language
                readings = (written,) if reading == paragraph.language else ((view.sentence(index), reading), written)
                found.append(Sentence(number, index, span, readings, similar[index], self.contexts[number]))
        return found
