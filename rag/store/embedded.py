"""Generations in folders of this machine, and Chroma's files in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import rag.store.generations as generations
from rag.store.backend import Check
from rag.store.chroma import open_client
from rag.store.hints import tell_command

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


class EmbeddedBackend:
    """Generations in folders of one folder, which is on a disk of this machine. longest_answer: seconds that one may take."""

    def __init__(self, store: Path, longest_answer: float = 0.0) -> None:
        self.folder, self.longest_answer = store, longest_answer

    def is_reachable(self) -> bool:
        """Always: what is open of a folder stays so."""
        return True

    def find_current(self, fresh: bool = False) -> str:
        """Name of the folder that the pointer names, which takes microseconds."""
        return generations.find_current(self.folder).name

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
        with generations.lock_writer(self.folder):
            yield lambda: None

    def restore_current(self) -> str:
        """Point readers to the newest whole generation when the pointer names none."""
        return generations.restore_pointer(self.folder)

    def begin(self) -> Path:
        """A new folder."""
        return generations.make_folder(self.folder)

    def publish(self, folder: Path) -> None:
        """Replace the pointer. Nobody else can have published while the lock was held."""
        generations.point_to(self.folder, folder.name)

    def retire(self) -> None:
        """Remove their folders."""
        generations.remove_replaced(self.folder, self.longest_answer)

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
        return open_client(self._folder)

    def full_name(self, collection: str) -> str:
        """Its own name, since a folder holds one generation."""
        return collection
