"""A question on its way: read, then with what was found for it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.api.composing import interleaved
from rag.questions import Intent
from rag.store import Store
from rag.types import Passage


@dataclass(frozen=True)
class Asked:
    """A question that was read: cleaned, its language known; later with what was found for it."""

    question: str  # as it reads on its own
    language: str  # of the answer
    spoken: str  # of the question
    started: float
    index: Store | None = None  # the generation all of the answer comes from
    parts: tuple[str, ...] = ()  # the questions it puts at once; itself when it is one
    intent: Intent | None = None  # what it wants of the collection itself
    passages: tuple[tuple[Passage, ...], ...] = ()  # found for each part
    embed: float = 0.0
    search: float = 0.0
    refusal: str = ""

    @property
    def merged(self) -> list[Passage]:
        """The passages of all parts, the best of every part first, each once."""
        return interleaved(self.passages)

    def stages(self, answering: float, ended: float) -> dict[str, float]:
        """Seconds by stage of an answer that ended at `ended`, as `time.perf_counter` counts."""
        return {"embed": self.embed, "search": self.search, "answer": answering, "total": ended - self.started}
