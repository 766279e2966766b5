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
from rag.api.verifying import IndexComparison, find_context
from rag.cancellation import CancellationToken
from rag.claims import Proposed, ReplyBuffer, without_markdown
from rag.errors import ModelError
from rag.messages import Message, add_markers, word_message
from rag.names import Names
from rag.prompts import CANNOT_ANSWER, recites_instructions
from rag.store import Store
from rag.types import HIDDEN, Answer, Claim, Embedder, Passage
from rag.types.reasons import InstructionsRepeated
from rag.verification import Reply, Verifier, shipped_checker

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
        buffer, written, end = ReplyBuffer(language, paragraphs.sentence_spans), "", Finished("cut")
        try:
            with closing(self.answerer.stream(question, language, given, (1 - _OURS) * deadline)) as events:
                token.register(events.close)
                # The model is thinking meanwhile.
                comparison = IndexComparison(self.index, self.embedder)
                verifier = Verifier(comparison, self.names, shipped_checker)
                reply = Reply(language, given, [find_context(passage, self.index) for passage in given], verifier)
                base = replace(
                    quoted(), claims=(), citations=(), notice=None, difference=None, mode="model",
                    model=self.answerer.name, text="",
                )  # fmt: skip
                for event in events:
                    if isinstance(event, Finished):
                        end = event
                        break
                    written += event
                    claiming, room = _claiming(buffer.add(event)), _MOST - len(reply.claims)
                    if any(claim.status == "supported" for claim in _check(reply, claiming[:room])):
                        yield _shown(base, reply)
                    if len(claiming) > room or time.perf_counter() > ends:
                        end = Finished("length")
                        break
                    if expected := buffer.expected():
                        comparison.prepare([(without_markdown(expected), language)])  # while the rest of it is written
                if events.closed:
                    return
        except ModelError as error:
            _LOG.warning("%s", error)  # for whoever runs it; a reader can do nothing about a key
            yield _quoted(quoted(), "model_unavailable")
            return
        if not _check_rest(reply, _claiming(buffer.end()), ends):
            end = replace(end, reason="length")
        yield self._ended(base, reply, end, written, language, quoted)

    def _ended(
        self, base: Answer, reply: Reply, end: Finished, written: str, language: str, quoted: Callable[[], Answer]
    ) -> Answer:
        cost = self.answerer.cost(end.tokens)
        if not any(claim.status == "supported" for claim in reply.claims):
            if CANNOT_ANSWER in written and not reply.claims:
                fallback = replace(_refusal(quoted(), language), mode="model", model=self.answerer.name)
            else:
                fallback = _quoted(quoted(), "model_unsupported")
            return replace(fallback, tokens=end.tokens, cost=cost, claims=(*fallback.claims, *reply.claims))
        whole = _shown(base, reply)
        notices = [whole.notice]
        if end.reason != "stop":
            notices.append(word_message("model_length" if end.reason == "length" else "model_cut", language))
        complete = end.reason == "stop" and not _count_withheld(reply)
        return replace(
            whole,
            status="answered" if complete else "partial",
            notice=" ".join(filter(None, notices)) or None,
            tokens=end.tokens,
            cost=cost,
        )


def _claiming(proposed: Sequence[Proposed]) -> list[Proposed]:
    """Sentences of the reply in plain words, those that claim something."""
    plain = (Proposed(without_markdown(each.text), each.numbers) for each in proposed)
    return [each for each in plain if not _idle(each.text, each.numbers)]


def _check(reply: Reply, claiming: Sequence[Proposed]) -> list[Claim]:
    """Check sentences of the reply, all at once. One that repeats the instructions is withheld, and its words are nowhere."""
    told = [each for each in claiming if recites_instructions(each.text)]
    reply.claims += [Claim(HIDDEN, (), "unsupported", (InstructionsRepeated(),))] * len(told)
    left = [(each.text, each.numbers) for each in claiming if each not in told]
    return reply.check(left) if left else []


def _check_rest(reply: Reply, claiming: Sequence[Proposed], ends: float) -> bool:
    """Check the last sentences of the reply, as many as have room and time; whether all have."""
    room = _MOST - len(reply.claims) if time.perf_counter() <= ends else 0
    _check(reply, claiming[:room])
    return len(claiming) <= room


def _idle(text: str, numbers: Sequence[int]) -> bool:
    """Whether it claims nothing: "Answer:", "Sure!", "来源：", the "2." of a list."""
    if not any(c.isalnum() for c in text) or re.fullmatch(r"\W*\d{1,2}\W*", text) or CANNOT_ANSWER in text:
        return True
    short = len(text.split()) <= 2 and len(text) <= 12 and not re.search(r"\d", text)
    return not numbers and (short or text.endswith((":", "：")))


def _count_withheld(reply: Reply) -> int:
    return sum(claim.status != "supported" for claim in reply.claims)


def _shown(base: Answer, reply: Reply) -> Answer:
    shown = [claim for claim in reply.claims if claim.status == "supported"]
    count = _count_withheld(reply)
    return replace(
        base,
        text=" ".join(add_markers(claim.text, claim.citations) for claim in shown),
        status="partial" if count else "answered",
        claims=tuple(reply.claims),
        citations=tuple(reply.citations),
        notice=word_message("withheld", base.language, count=count) if count else None,
    )


def _quoted(answer: Answer, why: Message) -> Answer:
    """The embedded answerer's answer, saying why it is not the model's."""
    return replace(answer, notice=" ".join(filter(None, (word_message(why, answer.language), answer.notice))))


def _refusal(answer: Answer, language: str) -> Answer:
    """The model's own refusal: of the quoted answer only what a refusal has is kept."""
    if answer.status == "not_found":
        return answer
    nothing = replace(answer, claims=(), citations=(), notice=None, difference=None)
    return replace(nothing, text=word_message("not_found", language), status="not_found")
