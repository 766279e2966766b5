"""An answer by a language model, growing sentence by sentence, each shown once it is verified."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import rag.paragraphs as paragraphs
from rag.answering import Finished, ModelAnswerer
from rag.cancellation import CancellationToken
from rag.claims import Proposed, Reply, without_markdown
from rag.errors import ModelError
from rag.messages import Message, marked, say
from rag.names import Names
from rag.prompts import CANNOT_ANSWER
from rag.store import Store
from rag.types import Answer, Embedder, Passage, Vectors, View
from rag.verification import Revision, repeated

PARAGRAPHS = 6  # that a model reads at most
_MOST = 12  # sentences of a reply that are checked, three times as many as it is asked for
_OURS = 0.1  # of the deadline, kept for checking what came last and for quoting where nothing came
_LOG = logging.getLogger("rag")


@dataclass
class Modelled:
    """What an answer by a model needs: who writes it, and how what it writes is checked."""

    answerer: ModelAnswerer
    embedder: Embedder
    index: Store
    names: Names

    def answers(
        self,
        question: str,
        language: str,
        passages: Sequence[Passage],
        deadline: float,
        quoted: Callable[[], Answer],
        token: CancellationToken,
    ) -> Iterator[Answer]:
        """The answer as it grows; the last item is the whole. Never raises ModelError: where the model fails, or nothing it
        writes is carried, the answer is the embedded answerer's, with a notice.

        deadline: seconds left. quoted: the embedded answerer's answer to the same question.
        token: ends the request, and with it the answer where it has come to, when it is cancelled.
        """
        ends = time.perf_counter() + deadline
        given = passages[:PARAGRAPHS]
        reply, written, end = Reply(language, paragraphs.sentence_spans), "", Finished("cut")
        try:
            with closing(self.answerer.stream(question, language, given, (1 - _OURS) * deadline)) as events:
                token.register(events.close)
                # The model is thinking meanwhile.
                checks = revision(question, language, given, self.index, self.embedder.passages, self.names)
                base = replace(
                    quoted(), claims=(), citations=(), notice=None, mode="model", model=self.answerer.name, text="",
                )  # fmt: skip
                for event in events:
                    if isinstance(event, Finished):
                        end = event
                        break
                    written += event
                    claiming, room = _claiming(reply.add(event)), _MOST - len(checks.claims)
                    for _ in filter(None, _checked(checks, claiming[:room])):
                        yield _shown(base, checks)
                    if len(claiming) > room or time.perf_counter() > ends:
                        end = Finished("length")
                        break
                    if expected := reply.expected():
                        checks.prepare([without_markdown(expected)])  # while the rest of it is written
                if events.closed:
                    return
        except ModelError as error:
            _LOG.warning("%s", error)  # for whoever runs it; a reader can do nothing about a key
            yield _quoted(quoted(), "model_unavailable")
            return
        if not _check_rest(checks, _claiming(reply.end()), ends):
            end = replace(end, reason="length")
        yield self._ended(base, checks, end, written, language, quoted)

    def _ended(
        self, base: Answer, revision: Revision, end: Finished, written: str, language: str, quoted: Callable[[], Answer]
    ) -> Answer:
        cost = self.answerer.cost(end.tokens)
        if not any(claim.status == "supported" for claim in revision.claims):
            if CANNOT_ANSWER in written and not revision.claims:
                fallback = replace(_refusal(quoted(), language), mode="model", model=self.answerer.name)
            else:
                fallback = _quoted(quoted(), "model_unsupported")
            return replace(fallback, tokens=end.tokens, cost=cost, claims=(*fallback.claims, *revision.claims))
        whole = _shown(base, revision)
        notices = [whole.notice]
        if end.reason != "stop":
            notices.append(say("model_length" if end.reason == "length" else "model_cut", language))
        complete = end.reason == "stop" and not _withheld(revision)
        return replace(
            whole,
            status="answered" if complete else "partial",
            notice=" ".join(filter(None, notices)) or None,
            tokens=end.tokens,
            cost=cost,
        )


def revision(
    question: str,
    language: str,
    given: Sequence[Passage],
    index: Store,
    vectors_of: Callable[[Sequence[str], Sequence[str]], Vectors],
    names: Names,
) -> Revision:
    """What checks the claims of one answer against the passages it was given.

    vectors_of: of texts and their languages.
    """
    ids = [passage.paragraph_id for passage in given]

    def embed(texts: Sequence[str]) -> list[Vectors]:
        # A claim made of the words of one sentence is as near to others as that one is, and need not wait for the embedder.
        found = {text: index.sentence_vector(*row) for text in texts if (row := repeated(text, language, given))}
        if others := [text for text in texts if text not in found]:
            found.update(zip(others, vectors_of(others, [language] * len(others)), strict=True))
        return [found[text] for text in texts]

    def compare(vector: Vectors) -> list[list[tuple[View, float, list[float]]]]:
        return [views for _, views in index.compare(vector, ids)]

    contexts = [_context(passage, index) for passage in given]
    return Revision(question, language, given, contexts, embed, compare, index.lexical.weight, names)


def _context(passage: Passage, index: Store) -> str:
    """What pronouns of a paragraph may stand for: its article's title, and the paragraph before it."""
    article, mark, number = passage.paragraph_id.rpartition("#p")
    before = f"{article}{mark}{int(number) - 1}" if number.isdigit() else ""
    found = index.paragraphs([before])
    earlier = (view.text for p in found.values() for view in p.views)
    return " ".join([passage.source.title, *earlier])


def _claiming(proposed: Sequence[Proposed]) -> list[Proposed]:
    """Sentences of the reply in plain words, those that claim something."""
    plain = (Proposed(without_markdown(each.text), each.numbers) for each in proposed)
    return [each for each in plain if not _idle(each.text, each.numbers)]


def _checked(revision: Revision, claiming: Sequence[Proposed]) -> Iterator[bool]:
    """Check sentences of the reply; of each, whether it is shown."""
    revision.prepare([each.text for each in claiming])
    for each in claiming:
        yield revision.check(each.text, each.numbers).status == "supported"


def _check_rest(revision: Revision, claiming: Sequence[Proposed], ends: float) -> bool:
    """Check the last sentences of the reply, as many as have room and time; whether all have."""
    room = _MOST - len(revision.claims) if time.perf_counter() <= ends else 0
    for _ in _checked(revision, claiming[:room]):
        pass
    return len(claiming) <= room


def _idle(text: str, numbers: Sequence[int]) -> bool:
    """Whether it claims nothing: "Answer:", "Sure!", "来源：", the "2." of a list."""
    if not any(c.isalnum() for c in text) or re.fullmatch(r"\W*\d{1,2}\W*", text) or CANNOT_ANSWER in text:
        return True
    short = len(text.split()) <= 2 and len(text) <= 12 and not re.search(r"\d", text)
    return not numbers and (short or text.endswith((":", "：")))


def _withheld(revision: Revision) -> int:
    return sum(claim.status != "supported" for claim in revision.claims)


def _shown(base: Answer, revision: Revision) -> Answer:
    shown = [claim for claim in revision.claims if claim.status == "supported"]
    count = _withheld(revision)
    return replace(
        base,
        text=" ".join(marked(claim.text, claim.citations) for claim in shown),
        status="partial" if count else "answered",
        claims=tuple(revision.claims),
        citations=tuple(revision.citations),
        notice=say("withheld", base.language, count=count) if count else None,
    )


def _quoted(answer: Answer, why: Message) -> Answer:
    """The embedded answerer's answer, saying why it is not the model's."""
    return replace(answer, notice=" ".join(filter(None, (say(why, answer.language), answer.notice))))


def _refusal(answer: Answer, language: str) -> Answer:
    """The model's own refusal: of the quoted answer only what a refusal has is kept."""
    if answer.status == "not_found":
        return answer
    return replace(answer, text=say("not_found", language), status="not_found", claims=(), citations=(), notice=None)


def seconds_left(started: float, deadline: float) -> float:
    """Of the deadline of a question that was asked at `started`, as `time.perf_counter` counts."""
    return max(0.1, deadline - (time.perf_counter() - started))
