"""A question on its way: read, then with what was found for it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from rag.answer.ranking import Ranking
from rag.api.composing import interleave_passages
from rag.question.collection import Intent
from rag.question.small_talk import SmallTalk
from rag.store import Store
from rag.types import Passage


@dataclass(frozen=True)
class Found:
    """What was found for a question as it was read. `ranking` is None where its passages are not read yet."""

    question: str
    passages: tuple[Passage, ...]
    compared: tuple[Passage, ...] = ()  # the passages, and what stands beside them
    ranking: Ranking | None = None
    embed: float = 0.0
    search: float = 0.0
    read: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A question that was read: cleaned, its language known; later with what was found for it."""

    question: str  # as it was understood
    language: str  # of the answer
    spoken: str  # of the question
    started: float  # as `time.perf_counter` counts
    ends: float = math.inf  # when the answer has to be there
    index: Store | None = None  # the generation all of the answer comes from
    before: str = ""  # the question that it was put after
    parts: tuple[str, ...] = ()  # the questions it puts at once; itself when it is one
    typed: tuple[str, ...] = ()  # the same before they were read in the light of the conversation
    chosen: frozenset[str] | None = None  # ids of the articles it is put to; None for all
    intent: Intent | None = None  # what it wants of the collection itself
    small_talk: SmallTalk | None = None
    passages: tuple[tuple[Passage, ...], ...] = ()  # found for each part
    rankings: tuple[Ranking | None, ...] = ()  # of each part, where its passages were read to understand it
    embed: float = 0.0
    search: float = 0.0
    read: float = 0.0
    refusal: str = ""
    notices: tuple[str, ...] = ()  # what a reader should know of how it was read
    complete: bool = True  # whether all of it was read

    @property
    def late(self) -> bool:
        """Whether there is no time left."""
        return time.perf_counter() > self.ends

    @property
    def merged(self) -> list[Passage]:
        """The passages of all parts, the best of every part first, each once."""
        return interleave_passages(self.passages)

    def stages(self, answering: float, ended: float) -> dict[str, float]:
        """Seconds by stage of an answer that ended at `ended`, as `time.perf_counter` counts."""
        stages = {"embed": self.embed, "search": self.search, "read": self.read, "answer": answering}
        return stages | {"total": ended - self.started}
