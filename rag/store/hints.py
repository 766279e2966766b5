"""What is said of a store that cannot be used: what happened, and the command that mends it, as it is to be typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexUnusable, RagError

_USUAL = Path(".store")  # what is meant when no store is named


def find_program(root: Path = Path(__file__).parents[2]) -> str:
    """The program that ingests: the script of a checkout, else the installed command. root: the folder that `rag` lies in."""
    return "python ingest.py" if (root / "ingest.py").is_file() else "kilnmark ingest"


def tell_command(store: Path, *arguments: str) -> str:
    """The command that ingests into `store`.

    >>> tell_command(Path("my index"), "--repair")
    "python ingest.py --store 'my index' --repair"
    """
    named = () if store == _USUAL else ("--store", shlex.quote(str(store)))
    return " ".join((find_program(), *named, *arguments))


def tell_rebuild(store: Path) -> str:
    """What to do about a store that cannot be used as it is. Without "--repair" other articles might come into it: those that are
    ingested where none are named."""
    return "Run: " + tell_command(store, "--repair")


def tell_ingest(store: Path) -> str:
    """What to do about a store in which nothing is."""
    return "Run: " + tell_command(store)


def is_full(error: BaseException) -> bool:
    """Whether what a library raised says that the disk is full.

    >>> is_full(OSError(28, "No space left on device")), is_full(ValueError("a full stop"))
    (True, False)
    """
    return any(words in str(error).lower() for words in ("no space left", "disk is full", "quota exceeded"))


@contextmanager
def telling_damage(store: Path) -> Iterator[None]:
    """Whatever is raised while files are opened is IndexDamaged, but for errors of ours.

    Chroma, SQLite and numpy raise many kinds for damaged files; all mean the same here. What Chroma's native code raises when it
    gives up is not an Exception.
    """
    try:
        yield
    except RagError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if is_full(error):
            raise IndexUnusable(f"The disk is full ({error}).", "Make room; the index is as it was.") from None
        message = f"The index in {store} cannot be opened ({type(error).__name__})."
        raise IndexDamaged(message, tell_rebuild(store)) from None


@contextmanager
def telling_place(store: Path, command: str) -> Iterator[None]:
    """What mends an index names where that is: `command`, where its files in `store` were only fetched from."""
    try:
        yield
    except (IndexDamaged, IndexMismatch) as error:
        error.hint = error.hint.replace(tell_command(store), command)
        raise
