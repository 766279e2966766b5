"""An index on a Chroma server, which any number of machines ask while one ingests.

Publishing marks the generation before as replaced, which the server lets one writer do: whoever began from a generation that was
replaced meanwhile is refused, whatever became of its lock. A publication that was cut off after that is completed by the next
ingestion. A generation that was replaced is kept for a while, for those who still read it; one that nobody was ever shown is
removed by the next that is published, and not before, since nobody can publish over it then.
"""

from __future__ import annotations

import shlex
import shutil
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chromadb.errors import ChromaError, NotFoundError

from rag.errors import IndexBusy, IndexDamaged, IndexMissing, IndexUnreachable, IndexUnusable, SettingsError
from rag.store import artefacts, fetched
from rag.store.backend import Check
from rag.store.catalogue import FILES, REPLACED, Catalogue, number_of
from rag.store.generations import extend_grace
from rag.store.hints import find_program
from rag.store.lease import Lease
from rag.store.server_client import Server, ServerClient

LOOK_SECONDS = 1.0  # between two looks for a new generation
GRACE_SECONDS = 600.0  # for which a generation is kept that was replaced, or longer where answers may take longer than usual
BEAT_SECONDS = 2.0  # for which it is taken as known whether the server answers
_MAX_BEAT_SECONDS = 3.0  # that it has to answer
_FIRST = "g000000"  # what the first generation replaces
_MAX_NAMES = 100  # tried for a new generation


@dataclass(frozen=True)
class ServerPlace:
    """Where the collections of a generation are: on a server, under names that begin with its own."""

    server: Server
    prefix: str
    folder: None = None  # the server has Chroma's files

    def connect(self) -> ServerClient:
        """A client of its own."""
        return self.server.connect()

    def full_name(self, collection: str) -> str:
        """Its name among all that the server has."""
        return f"{self.prefix}-{collection}"


class ServerBackend:
    """Generations on a Chroma server. `folder` keeps what this machine has fetched of them; nothing of it is shared."""

    def __init__(self, server: Server, name: str, folder: Path, longest_answer: float = 0.0) -> None:
        self.folder, self._longest_answer = folder, longest_answer
        self._server = server
        self._client = client = server.connect()
        weakref.finalize(self, client.close).atexit = False
        self._catalogue = Catalogue(client, name)
        self._lease = Lease(client, f"{name}-lease")
        self._looking = threading.Lock()
        self._looked, self._seen = float("-inf"), ""
        self._heard, self._answers = float("-inf"), False
        self._base, self._committed = _FIRST, ""
        self._command = f"Run: {self.tell_command()}"

    def is_reachable(self) -> bool:
        """Whether the server answers; it is asked every other second at most."""
        if time.monotonic() - self._heard >= BEAT_SECONDS:
            self._answers = self._client.is_answered(_MAX_BEAT_SECONDS)
            self._heard = time.monotonic()
        return self._answers

    def find_current(self, fresh: bool = False) -> str:
        """Name of the current generation: asked of the server once a second at most, by one thread while others go on."""
        if fresh or not self._seen:
            with self._looking:
                return self._look()
        if time.monotonic() - self._looked >= LOOK_SECONDS and self._looking.acquire(blocking=False):
            try:
                return self._look()
            finally:
                self._looking.release()
        return self._seen

    def _look(self) -> str:
        self._looked = time.monotonic()
        if name := self._catalogue.read_current():
            self._seen = name
            return name
        if self._catalogue.list_whole():
            message = f"The index on {self._server.url} does not say which generation is current."
            raise IndexDamaged(message, self._command)
        raise IndexMissing(f"There is no index on {self._server.url}.", self._command)

    def fetch(self, generation: str) -> Path:
        """The folder of its files, of which those are fetched that are not here yet. Raises SettingsError when they have no place
        here, which does not mean that anything is wrong with the index."""
        try:
            collection = self._catalogue.get(generation, FILES)
            if listing := artefacts.read_listing(collection):
                return fetched.fetch_generation(collection, listing, self.folder, generation)
        except NotFoundError:
            pass
        except OSError as error:
            message = f"{self.folder} cannot keep the files of the index ({error.strerror})."
            raise SettingsError(message, "Check the space on the disk, or name another folder as RAG_STORE.") from None
        message = f"The index on {self._server.url} does not hold the files of its generation {generation}."
        raise IndexDamaged(message, self._command)

    def place(self, generation: str) -> ServerPlace:
        """On the server, under its name."""
        return ServerPlace(self._server, self._catalogue.full_name(generation))

    def list_whole(self) -> list[str]:
        """Those that the server has a list of files of."""
        return self._catalogue.list_whole()[::-1]

    def tell_command(self, *arguments: str) -> str:
        """With the server's address."""
        return " ".join((find_program(), "--chroma-url", shlex.quote(self._server.url), *arguments))

    @contextmanager
    def writing(self) -> Iterator[Check]:
        """The lease, prolonged until the end. What is current now must still be when a generation is published."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{self.folder} cannot be used ({error.strerror})."
            raise SettingsError(message, "Name another folder as RAG_STORE.") from None
        self._lease.acquire()
        try:
            self._base = self._catalogue.read_current() or _FIRST
            yield self._lease.check
        finally:
            self._lease.release()
            shutil.rmtree(self.folder / fetched.WRITING, ignore_errors=True)

    def restore_current(self) -> str:
        """Complete a publication that was cut off, or name the newest whole generation where none is named."""
        restored = ""
        if not self._catalogue.read_current():
            if not (whole := self._catalogue.list_whole()):
                return ""
            restored = whole[-1]
            self._catalogue.point_to(restored)
        self._base = self._settle()
        self._catalogue.remove_dangling_mark(self._base)
        return restored

    def begin(self) -> Path:
        """An empty folder, with a name that nobody else has."""
        number = max(map(number_of, (self._base, *self._catalogue.list_generations())))
        for following in range(number + 1, number + _MAX_NAMES):
            name = f"g{following:06d}"
            if self._catalogue.reserve(name):
                shutil.rmtree(self.folder / fetched.WRITING, ignore_errors=True)
                folder = self.folder / fetched.WRITING / name
                folder.mkdir(parents=True)
                return folder
        raise IndexUnusable("The Chroma server makes no collection for the index.", "Look at its log.")

    def publish(self, folder: Path) -> None:
        """Send the files, make sure that they are there, and name the generation unless another took the place of its base."""
        self._lease.renew()
        try:
            files = self._catalogue.get(folder.name, FILES)
            artefacts.write_listing(files, artefacts.upload_files(files, folder))
            self._lease.renew()
            self._replace_base(folder.name)
        except ChromaError as error:
            if not self._is_base_current():  # whoever published then has removed this one
                raise _tell_published() from None
            message = f"The Chroma server refused the index ({type(error).__name__})."
            raise IndexUnusable(message, "The index is as it was; look at the server's log.") from None
        # It is published; what is left to do helps, and can be done by the next ingestion.
        with suppress(ChromaError, IndexUnusable, SettingsError):
            self._settle()
            self.fetch(folder.name)  # which for this machine is a link

    def _replace_base(self, name: str) -> None:
        """Point readers from the base to `name`. Raises IndexBusy when another generation has replaced the base."""
        if not self._is_base_current():
            raise _tell_published()
        # From here on it may be published, also when the answer of the server does not come.
        self._committed = name
        if not self._catalogue.mark_replaced(self._base, name):
            self._committed = ""
            raise _tell_published()
        if not self._is_base_current():  # its mark had been removed together with it, long ago
            self._catalogue.unmark_replaced(self._base)
            self._committed = ""
            raise _tell_published()
        self._catalogue.point_to(name)

    def _is_base_current(self) -> bool:
        return (self._catalogue.read_current() or _FIRST) == self._base

    def discard(self, folder: Path) -> None:
        """Remove the folder, and what the server has of the generation, unless it may be published."""
        shutil.rmtree(folder, ignore_errors=True)
        if folder.name == self._committed:
            return
        with suppress(ChromaError, IndexUnreachable):
            self._catalogue.remove(folder.name)

    def _settle(self) -> str:
        """Make the newest of what was published over the current generation the current one; its name."""
        current = self._catalogue.read_current()
        newest = self._catalogue.follow_replaced(current)
        if newest != current:
            self._catalogue.point_to(newest)
        return newest

    def retire(self) -> None:
        """Remove generations before the current one: at once what nobody was ever shown, the others after their grace."""
        with suppress(ChromaError, IndexUnusable, SettingsError):
            current = number_of(self._catalogue.read_current() or _FIRST)
            for name, parts in self._catalogue.list_generations().items():
                if name == _FIRST or number_of(name) >= current:
                    continue
                if REPLACED not in parts or self._catalogue.read_age(name) >= extend_grace(GRACE_SECONDS, self._longest_answer):
                    self._catalogue.remove(name)


def _tell_published() -> IndexBusy:
    return IndexBusy("Another ingestion published an index while this one ran.", "Run it again.")
