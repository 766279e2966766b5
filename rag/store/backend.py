"""Where generations are kept: what the readers and the one writer need of it, whatever keeps them.

Two things keep them: a folder of this machine (`EmbeddedBackend`), and a Chroma server that any number of machines share
(`rag.store.server.ServerBackend`). A generation is the same in both: a folder of files, fetched from the server when need be,
and collections of vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.store import generations
from rag.store.hints import tell_command

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

Check = Callable[[], None]


class Place(Protocol):
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

    def place(self, generation: str) -> Place:
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

    def discard(self, folder: Path) -> None:
        """Remove a generation that was begun and is not to be published."""
        ...


class EmbeddedBackend:
    """Generations in folders of one folder, which is on a disk of this machine. longest_answer: seconds that one may take."""

    def __init__(self, store: Path, longest_answer: float = 0.0) -> None:
        self.folder, self.longest_answer = store, longest_answer

    def is_reachable(self) -> bool:
        """Always: what is open of a folder stays so."""
        return True

    def find_current(self, fresh: bool = False) -> str:
        """Name of the folder that the pointer names, which takes microseconds."""
        return generations.current(self.folder).name

    def fetch(self, generation: str) -> Path:
        """Its folder, where it is."""
        return self.folder / generation

    def place(self, generation: str) -> FolderPlace:
        """In the same folder."""
        return FolderPlace(self.folder / generation)

    def list_whole(self) -> list[str]:
        """Those in the folder."""
        return [path.name for path in generations.whole_ones(self.folder)]

    def tell_command(self, *arguments: str) -> str:
        """With the folder, unless it is the usual one."""
        return tell_command(self.folder, *arguments)

    @contextmanager
    def writing(self) -> Iterator[Check]:
        """The lock of the folder, which the system frees when its process ends, and not before."""
        with generations.writing(self.folder):
            yield lambda: None

    def restore_current(self) -> str:
        """Point readers to the newest whole generation when the pointer names none."""
        return generations.restore_pointer(self.folder)

    def begin(self) -> Path:
        """A new folder."""
        return generations.fresh(self.folder)

    def publish(self, folder: Path) -> None:
        """Replace the pointer. Nobody else can have published while the lock was held."""
        generations.publish(self.folder, folder, self.longest_answer)

    def discard(self, folder: Path) -> None:
        """Remove the folder."""
        shutil.rmtree(folder, ignore_errors=True)


class FolderPlace:
    """Collections in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder."""
        return self._folder

    def connect(self) -> ClientAPI:
        """A client of this process's own Chroma, over the folder."""
        from rag.store.chroma import open_client

        return open_client(self._folder)

    def full_name(self, collection: str) -> str:
        """Its own name, since a folder holds one generation."""
        return collection
