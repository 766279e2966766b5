"""Where generations are kept: what the readers and the one writer need of it, whatever keeps them.

Two things keep them: a folder of this machine (`rag.store.embedded.EmbeddedBackend`), and a Chroma server that any number of
machines share (`rag.store.server.ServerBackend`). A generation is the same in both: a folder of files, fetched from the server
when need be, and collections of vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

Check = Callable[[], None]


class CollectionsPlace(Protocol):
    """Where the collections of one generation are."""

    @property
    def folder(self) -> Path | None:
        """The folder of Chroma's own files; None where a server has them."""
        ...

    def connect(self) -> ClientAPI:
        """A client of Chroma's, to be closed by whoever asked for it."""
        ...

    def full_name(self, collection: str) -> str:
        """What a collection of the generation, such as "paragraphs", is called there."""
        ...


class Backend(Protocol):
    """Keeps generations. Readers use `find_current`, `fetch` and `place`; one writer at a time uses the rest."""

    @property
    def folder(self) -> Path:
        """What only this machine keeps: vectors of texts that were embedded before, and stamps of files."""
        ...

    def is_reachable(self) -> bool:
        """Whether what keeps the generations answers, found out in a few seconds at most; of a moment ago."""
        ...

    def find_current(self, fresh: bool = False) -> str:
        """Name of the generation that readers use; of a moment ago, unless it is to be `fresh`.

        Raises IndexMissing where none was ever published, IndexDamaged where none is named, IndexUnreachable.
        """
        ...

    def fetch(self, generation: str) -> Path:
        """The folder of a generation's files. Raises IndexDamaged, IndexUnreachable."""
        ...

    def place(self, generation: str) -> CollectionsPlace:
        """Where its collections are."""
        ...

    def list_whole(self) -> list[str]:
        """Names of the generations that were written to their end, the newest first. Raises IndexUnreachable."""
        ...

    def tell_command(self, *arguments: str) -> str:
        """The command that ingests there, as it is to be typed."""
        ...

    def writing(self) -> AbstractContextManager[Check]:
        """The writer's lock, held inside; what it gives raises IndexBusy once the lock was lost. Raises IndexBusy when another
        ingestion holds it."""
        ...

    def restore_current(self) -> str:
        """Name a generation for readers when none is named though there are some; "" when nothing was to be done."""
        ...

    def begin(self) -> Path:
        """A new empty folder for the files of the next generation, which has its name."""
        ...

    def publish(self, folder: Path) -> None:
        """Make a generation that was written and verified the one that readers use. Raises IndexBusy when another was published
        since `begin`."""
        ...

    def retire(self) -> None:
        """Remove generations that no question can be reading any more, as far as they can be removed. One that was killed after
        it published has not done so, and the next ingestion may have nothing to publish."""
        ...

    def discard(self, folder: Path) -> None:
        """Remove a generation that was begun and is not to be published."""
        ...
