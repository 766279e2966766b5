"""A generation's files on a Chroma server: cut into chunks, each a row of a collection, listed in the collection's metadata.

Chunks stand in metadata, since Chroma makes an index of every three letters of a document. The list is written last, so that a
collection without one is a generation that was not written to its end. What comes from the server is checked: it may have been
damaged or made by others, so names lead nowhere but into the folder, and a chunk grows no larger than one is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from rag.errors import IndexDamaged

if TYPE_CHECKING:
    from chromadb import Collection

LISTING = "files"
_CHUNK_BYTES = 256 << 10
_CHUNKS_AT_ONCE = 4  # a megabyte a request
_REBUILD = "Run ingest.py anew: the articles have everything."


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file: its path inside the generation's folder, and all of its bytes by number and BLAKE2 digest."""

    path: str
    size: int
    digest: str

    @property
    def rows(self) -> list[str]:
        """Ids of its chunks, in order."""
        return [f"{self.digest}-{n}" for n in range(-(-self.size // _CHUNK_BYTES))]


def list_artefacts(folder: Path) -> list[Artefact]:
    """All files of a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Artefact(path.relative_to(folder).as_posix(), *digest_file(path)) for path in found]


def digest_file(path: Path) -> tuple[int, str]:
    """Size and digest of a file, of every byte of it. Raises OSError."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16))
        return stream.tell(), digest.hexdigest()


def upload_files(collection: Collection, folder: Path) -> list[Artefact]:
    """Write all files of a folder into an empty collection, and read them again; what was written. Raises IndexDamaged when
    the server does not give back what it was given."""
    artefacts = list_artefacts(folder)
    done: set[str] = set()
    for artefact in artefacts:
        if artefact.digest in done:  # two equal files are kept once
            continue
        done.add(artefact.digest)
        _write(collection, artefact, folder / artefact.path)
    for artefact in artefacts:
        for _ in read_chunks(collection, artefact):
            pass
    return artefacts


def _write(collection: Collection, artefact: Artefact, path: Path) -> None:
    with path.open("rb") as stream:
        for at in range(0, len(artefact.rows), _CHUNKS_AT_ONCE):
            rows = artefact.rows[at : at + _CHUNKS_AT_ONCE]
            chunks = [base64.b85encode(zlib.compress(stream.read(_CHUNK_BYTES), 1)).decode() for _ in rows]
            # Every row has a vector, though none of these is looked for.
            vectors: Any = [[float(at + n), 1.0] for n in range(len(rows))]
            collection.add(ids=rows, embeddings=vectors, metadatas=[{"data": chunk} for chunk in chunks])


def write_listing(collection: Collection, artefacts: Iterable[Artefact]) -> None:
    """Say that the generation is whole, and which files it has."""
    listing = json.dumps([[a.path, a.size, a.digest] for a in artefacts])
    collection.modify(metadata={LISTING: listing})


def read_listing(collection: Collection) -> list[Artefact]:
    """The files of a generation; none when it was not written to its end. Raises IndexDamaged."""
    listing = (collection.metadata or {}).get(LISTING)
    if listing is None:
        return []
    try:
        found = [Artefact(str(path), int(size), str(digest)) for path, size, digest in json.loads(str(listing))]
    except (ValueError, TypeError):
        found = []
    limit = collection.count() * _CHUNK_BYTES
    if not found or not all(_lies_inside(a.path) and 0 <= a.size <= limit for a in found):
        raise IndexDamaged("The list of the index's files on the Chroma server is damaged.", _REBUILD)
    return found


def _lies_inside(path: str) -> bool:
    """Whether a path leads into the folder that it begins in.

    >>> _lies_inside("words/rows.bin"), _lies_inside("../x"), _lies_inside("/etc/x")
    (True, False, False)
    """
    parts = PurePosixPath(path).parts
    return bool(parts) and path.isprintable() and "\\" not in path and not {"..", "/"} & set(parts)


def read_chunks(collection: Collection, artefact: Artefact) -> Iterator[bytes]:
    """The bytes of a file. Raises IndexDamaged at its end when they are not what was written."""
    digest, size = hashlib.blake2b(digest_size=16), 0
    for at in range(0, len(artefact.rows), _CHUNKS_AT_ONCE):
        rows = artefact.rows[at : at + _CHUNKS_AT_ONCE]
        found = collection.get(ids=rows, include=["metadatas"])
        data = dict(zip(found["ids"], found["metadatas"] or [], strict=True))
        for row in rows:
            chunk = _decode((data.get(row) or {}).get("data"))
            digest.update(chunk)
            size += len(chunk)
            yield chunk
    if (size, digest.hexdigest()) != (artefact.size, artefact.digest):
        raise IndexDamaged(f"A file of the index on the Chroma server is not what was written: {artefact.path}.", _REBUILD)


def _decode(data: object) -> bytes:
    """A chunk; nothing when it is none, which the digest of the file then shows."""
    try:
        return zlib.decompressobj().decompress(base64.b85decode(str(data)), _CHUNK_BYTES)
    except (ValueError, zlib.error):
        return b""


def download_file(collection: Collection, artefact: Artefact, path: Path) -> None:
    """Fetch a file. Raises IndexDamaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        for chunk in read_chunks(collection, artefact):
            stream.write(chunk)
