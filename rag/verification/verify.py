"""One door: do these paragraphs carry this claim, which sentence does, and if none, why not?

1. A sentence of a paragraph, as it is written or translated there, is carried.
2. Exact vetoes, which no model overrules: every number, date, quoted word, address and name of the claim is in the paragraph; of
   its other words one is, where the paragraph can be read in its language.
3. What passes them is read by the trained checker, all claims and paragraphs in batches, translated ones in both languages.
   Where there is none, or one of the languages is not one it knows, likeness decides; where that cannot: "unchecked".

Each paragraph is judged by itself; only a claim that no one of several carries is read against all of them together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import rag.types.reasons as reasons
from rag.figures import read_figures
from rag.language import fold_text, tokens
from rag.names import Names
from rag.types import Paragraph, Place, Reason, Verdict, View
from rag.verification.checker import MIN_CHANCE, MIN_CHANCE_DENIED, Checker, Pair, average_chances
from rag.verification.likeness import (
    differ_in_negation,
    is_denied,
    is_near,
    judges_language,
    share_content,
    share_words,
)
from rag.verification.names import find_missing_names
from rag.verification.numbers import find_mismatches, find_supplements, write_alike
from rag.verification.quotes import find_missing_addresses, find_missing_quotes

MAX_CLAIM_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim, its language (ISO 639-1) and the paragraphs that it may rest on. contexts: of each, where known, what its pronouns
    may mean: the article's title and the paragraph before."""

    text: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    contexts: tuple[str, ...] = ()


# Of each statement and each of its paragraphs, the cosines of the claim's centred vector to the sentences, as they read in
# the claim's language where there is such a view.
Compare = Callable[[Sequence[Statement]], Sequence[Sequence[Sequence[float]]]]


@dataclass(slots=True)
class _Case:
    """A statement against one paragraph: the view it is read in, the sentence that is nearest, and what came of it."""

    statement: Statement
    index: int
    view: View
    sentence: int
    likeness: float
    reasons: tuple[Reason, ...]
    chance: float | None = None
    unchecked: bool = False

    @property
    def same_language(self) -> bool:
        return self.view.language == self.statement.language

    def list_pairs(self, known: frozenset[str]) -> list[Pair]:
        """What the checker reads: the view, and where that is a translation, the paragraph as it was written as well. Of claims
        by hand in another language than their article, the mean of both told true from false better (area 0.79) than the
        translation alone (0.74)."""
        text, written = self.statement.text, self.statement.paragraphs[self.index].original
        pairs = [Pair(self._write_alike(), self.view.text, self.same_language)]
        if written.language != self.view.language and written.language in known:
            pairs.append(Pair(text, written.text, same_language=False))
        return pairs

    def _write_alike(self) -> str:
        text, language = self.statement.text, self.statement.language
        if not self.same_language:
            return text
        return write_alike(text, read_figures(text, language), read_figures(self.view.text, language))

    @property
    def rank(self) -> tuple[bool, int, float, float]:
        return not self.reasons, -len(self.reasons), self.chance or 0.0, self.likeness


@dataclass
class Verifier:
    """Checks claims. compare gives likeness; names are those the articles' list knows; find_checker gives the trained checker, or
    None: it is called when a claim has to be read, which a quotation has not."""

    compare: Compare
    names: Names = field(default_factory=Names)
    find_checker: Callable[[], Checker | None] = lambda: None

    def verify_claims(self, statements: Sequence[Statement]) -> list[Verdict]:
        """The verdicts on several claims, in order; those of one reply are best put together."""
        verdicts = [_settle_at_once(statement) for statement in statements]
        left = [n for n, verdict in enumerate(verdicts) if verdict is None]
        asked = [statements[n] for n in left]
        cases = [
            [self._examine(statement, i, near) for i, near in enumerate(similar) if near]
            for statement, similar in zip(asked, self.compare(asked) if asked else (), strict=True)
        ]
        self._judge([case for own in cases for case in own if not case.reasons])
        for n, own in zip(left, cases, strict=True):
            verdicts[n] = self._decide(statements[n], own)
        return [verdict for verdict in verdicts if verdict is not None]

    def _examine(self, statement: Statement, index: int, similar: Sequence[float]) -> _Case:
        """The statement against one paragraph as far as the vetoes go."""
        view = statement.paragraphs[index].view_in(statement.language)
        text, language = statement.text, statement.language
        likeness = [near + share_words(text, language, view.sentence(i), view.language) for i, near in enumerate(similar)]
        best = max(range(len(likeness)), key=likeness.__getitem__)
        vetoes = tuple(dict.fromkeys(self._veto(statement, [index])))
        return _Case(statement, index, view, best, likeness[best], vetoes)

    def _veto(self, statement: Statement, indices: Sequence[int]) -> Iterator[Reason]:
        """What of the claim the paragraphs with these indices, taken together, do not have."""
        text, language = statement.text, statement.language
        views = [statement.paragraphs[i].view_in(language) for i in indices]
        views += [view for i in indices for view in statement.paragraphs[i].views if view not in views]
        written = "\n".join(view.text for view in views)
        claimed = read_figures(text, language)
        there = [figure for view in views for figure in read_figures(view.text, view.language)]
        for mismatch in find_mismatches(claimed, there, fold_text(written)):
            said, instead = mismatch.claimed.text, mismatch.instead.text if mismatch.instead else ""
            if mismatch.claimed.kind == "unread":
                yield reasons.NumberUnread(said)
            else:
                yield reasons.NumberDiffers(said, instead) if instead and instead != said else reasons.NumberMissing(said)
        dates = [(figure.start, figure.end) for figure in claimed if not figure.doubtful]
        context = " ".join(statement.contexts[i] for i in indices if i < len(statement.contexts))
        readings = [(view.text, view.language) for view in views]
        yield from map(reasons.NameMissing, find_missing_names(text, language, readings, context, self.names, dates))
        own = "\n".join(view.text for view in views if view.language == language)
        yield from map(reasons.QuoteMissing, find_missing_quotes(text, own) if own else ())
        yield from map(reasons.AddressMissing, find_missing_addresses(text, written))
        if len(tokens(text, language)) < 2 and not claimed:
            yield reasons.TooLittle()
        elif own and not share_content(text, own, language):
            yield reasons.NotSaid()

    def _judge(self, cases: Sequence[_Case]) -> None:
        """Give each case that no veto stopped its chance, or what likeness says."""
        checker = self.find_checker() if cases else None
        known = checker.languages if checker else frozenset[str]()
        read = [case for case in cases if {case.statement.language, case.view.language} <= known]
        if checker and read:
            pairs = [(case, pair) for case in read for pair in case.list_pairs(known)]
            chances: defaultdict[int, list[float]] = defaultdict(list)
            for (case, _), chance in zip(pairs, checker.check_pairs([pair for _, pair in pairs]), strict=True):
                chances[id(case)].append(chance)
            for case in read:
                case.chance = average_chances(chances[id(case)])
                case.reasons = _weigh(case, case.chance)
        for case in cases:
            if case.chance is None:
                self._judge_by_likeness(case)

    def _judge_by_likeness(self, case: _Case) -> None:
        text, language, sentence = case.statement.text, case.statement.language, case.view.sentence(case.sentence)
        share = share_words(text, language, sentence, case.view.language)
        if not is_near(case.likeness - share, share, case.same_language):
            case.reasons = (reasons.NotSaid(),)
        elif unknown := [code for code in (language, case.view.language) if not judges_language(code)]:
            case.reasons = (reasons.LanguageUnknown(unknown[0]),)
            case.unchecked = True
        elif differ_in_negation(text, sentence):
            case.reasons = (reasons.NegationDiffers(),)

    def _decide(self, statement: Statement, cases: Sequence[_Case]) -> Verdict:
        if not cases:
            return Verdict("unsupported", reasons=(reasons.NothingToCompare(),))
        if not (best := max(cases, key=lambda case: case.rank)).reasons:
            return _word(best, "supported", _find_more(best))
        if len(cases) > 1 and (together := self._join(statement, cases)):
            return together
        return _word(best, "unchecked" if best.unchecked or reasons.TooLittle() in best.reasons else "unsupported")

    def _join(self, statement: Statement, cases: Sequence[_Case]) -> Verdict | None:
        """The verdict where several paragraphs carry a claim together, which likeness cannot tell; None where they don't."""
        indices = [case.index for case in cases]
        languages = {statement.language, *(case.view.language for case in cases)}
        checker = self.find_checker()
        if checker is None or not languages <= checker.languages or any(self._veto(statement, indices)):
            return None
        pair = Pair(statement.text, "\n".join(case.view.text for case in cases), all(case.same_language for case in cases))
        (chance,) = checker.check_pairs([pair])
        if chance < MIN_CHANCE[pair.kind]:
            return None
        best, *others = sorted(cases, key=lambda case: case.likeness, reverse=True)
        best.chance, best.reasons = chance, ()
        return _word(best, "supported", tuple(_place(case, case.sentence) for case in others))


def _weigh(case: _Case, chance: float) -> tuple[Reason, ...]:
    """Why a chance is too low, if it is; one that denies what the paragraph says, or says what it denies, needs a higher one."""
    if chance < MIN_CHANCE["same" if case.same_language else "cross"]:
        return (reasons.NotSaid(),)
    if chance >= MIN_CHANCE_DENIED or not case.same_language:
        return ()
    sentences = [case.view.sentence(i) for i in range(len(case.view.sentences))]
    denied = is_denied(case.statement.text, case.statement.language, sentences)
    return (reasons.NegationDiffers(),) if denied else ()


def _settle_at_once(statement: Statement) -> Verdict | None:
    """The verdict where nothing has to be compared: no words, too many, or those of a sentence that stands there."""
    if not statement.paragraphs:
        return Verdict("unsupported", reasons=(reasons.NothingCited(),))
    if not statement.text.strip() or not any(paragraph.sentences for paragraph in statement.paragraphs):
        return Verdict("unsupported", reasons=(reasons.NothingToCompare(),))
    for index, paragraph in enumerate(statement.paragraphs):
        for view in paragraph.views:
            for i, (start, end) in enumerate(paragraph.sentences):
                if view.sentence(i).split() == statement.text.split():
                    return Verdict("supported", paragraph.text[start:end], index, start, end, chance=1.0)
    if len(statement.text) > MAX_CLAIM_CHARS:
        return Verdict("unchecked", reasons=(reasons.ClaimTooLong(MAX_CLAIM_CHARS),))
    return None


def _find_more(case: _Case) -> tuple[Place, ...]:
    """Sentences of the paragraph, beside the nearest one, that state numbers of the claim which that one lacks."""
    views = case.statement.paragraphs[case.index].views
    sentences = [[(view.sentence(i), view.language) for view in views] for i in range(len(case.view.sentences))]
    claimed = read_figures(case.statement.text, case.statement.language)
    return tuple(_place(case, i) for i in find_supplements(claimed, sentences, case.sentence))


def _place(case: _Case, sentence: int) -> Place:
    start, end = case.statement.paragraphs[case.index].sentences[sentence]
    return Place(case.index, start, end)


def _word(case: _Case, status: str, more: tuple[Place, ...] = ()) -> Verdict:
    place = _place(case, case.sentence)
    quote = case.statement.paragraphs[case.index].text[place.start : place.end]
    return Verdict(status, quote, *place, reasons=case.reasons, chance=case.chance, more=more)  # type: ignore[arg-type]
