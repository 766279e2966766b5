"""What a Chroma server has of an index: its generations by name, which of them is current, and what took the place of which.

kilnmark-meta                    its metadata name the generation that readers use
kilnmark-g000012-files           the files of a generation in chunks; their list, written last, says that they are whole
kilnmark-g000012-paragraphs ...  its vectors
kilnmark-g000012-replaced        made when another generation takes its place, and names that
"""

from __future__ import annotations

import re
from contextlib import suppress

from chromadb import Collection
from chromadb.errors import ChromaError, NotFoundError

from rag.errors import IndexDamaged
from rag.store.artefacts import read_listing
from rag.store.server_client import ServerClient

REPLACED, FILES = "replaced", "files"
_NAME = re.compile(r"g(\d{6,})")
_MAX_CHAIN = 1000  # of generations, each in the place of the one before; a damaged chain could be a ring


def number_of(generation: str) -> int:
    """Generations are numbered in the order in which they were begun.

    >>> number_of("g000012")
    12
    """
    return int(generation[1:])


class Catalogue:
    """The collections of one index among all of a server: those whose names begin with its own."""

    def __init__(self, client: ServerClient, prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def full_name(self, generation: str, *part: str) -> str:
        """What a collection of a generation is called; without a part, what all of them begin with."""
        return "-".join((self._prefix, generation, *part))

    def get(self, generation: str, part: str) -> Collection:
        """A collection of a generation. Raises NotFoundError."""
        return self._client.get_collection(self.full_name(generation, part))

    def read_current(self) -> str:
        """The name of the current generation, "" when none is named."""
        try:
            name = str((self._client.get_collection(f"{self._prefix}-meta").metadata or {}).get("current"))
        except NotFoundError:
            return ""
        return name if _NAME.fullmatch(name) else ""

    def point_to(self, generation: str) -> None:
        """Make a generation the current one."""
        name = f"{self._prefix}-meta"
        with suppress(ChromaError):  # where it is there already
            self._client.create_collection(name, embedding_function=None)
        self._client.get_collection(name).modify(metadata={"current": generation})

    def list_generations(self) -> dict[str, list[str]]:
        """The parts of each generation that there is something of, by its name, the oldest first."""
        own = re.compile(rf"{re.escape(self._prefix)}-(g\d{{6,}})-(.+)")
        found: dict[str, list[str]] = {}
        for name in self._client.list_names():
            if match := own.fullmatch(name):
                found.setdefault(match[1], []).append(match[2])
        return dict(sorted(found.items(), key=lambda item: number_of(item[0])))

    def list_whole(self) -> list[str]:
        """Generations that were written to their end, the oldest first."""
        whole: list[str] = []
        for name, parts in self.list_generations().items():
            with suppress(NotFoundError, IndexDamaged):
                if FILES in parts and read_listing(self.get(name, FILES)):
                    whole.append(name)
        return whole

    def reserve(self, generation: str) -> bool:
        """Make the collection for the files of a generation; False when somebody else has."""
        try:
            self._client.create_collection(self.full_name(generation, FILES), embedding_function=None)
        except ChromaError:
            return False
        return True

    def mark_replaced(self, generation: str, by: str) -> bool:
        """Note which generation takes the place of this one; False when another does."""
        noted: dict[str, str | int | float | bool | None] = {"by": by, "at": self._client.read_clock()}
        try:
            self._client.create_collection(
                self.full_name(generation, REPLACED), embedding_function=None, metadata=noted
            )
        except ChromaError:
            return False
        return True

    def remove_dangling_mark(self, generation: str) -> None:
        """Let another generation take the place of this one, if that which did is not there."""
        try:
            by = str((self.get(generation, REPLACED).metadata or {}).get("by"))
        except NotFoundError:
            return
        try:
            self.get(by, FILES)
        except NotFoundError:
            self.unmark_replaced(generation)

    def unmark_replaced(self, generation: str) -> None:
        """Take back what `mark_replaced` noted."""
        with suppress(NotFoundError):
            self._client.delete_collection(self.full_name(generation, REPLACED))

    def follow_replaced(self, generation: str) -> str:
        """The generation that took the place of this one, or of that, and so on."""
        for _ in range(_MAX_CHAIN):
            try:
                by = str((self.get(generation, REPLACED).metadata or {}).get("by"))
                self.get(by, FILES)
            except NotFoundError:
                break
            generation = by
        return generation

    def read_age(self, generation: str) -> float:
        """Seconds since a generation was replaced, endless when it was not or nobody can tell."""
        at = (self.get(generation, REPLACED).metadata or {}).get("at")
        return self._client.read_clock() - at if isinstance(at, int | float) else float("inf")

    def remove(self, generation: str) -> None:
        """Remove all of a generation: the list of files first, so that the rest is not taken for whole."""
        parts = self.list_generations().get(generation, [])
        for part in sorted(parts, key=lambda part: (part != FILES, part == REPLACED)):
            with suppress(NotFoundError):
                self._client.delete_collection(self.full_name(generation, part))
