"""The look over a store: what is wrong with it, what would be lost, and the command that mends it. It changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import IndexMismatch, IndexMissing, IndexUnreachable, IndexUnusable, RagError
from rag.store import generations, list_records, verify_generation
from rag.store.backend import Backend, CollectionsPlace
from rag.store.chroma import VERSION
from rag.store.embedded import EmbeddedBackend
from rag.store.lost import read_lost
from rag.store.manifest import Manifest
from rag.store.probing import Generation, Tick, probe_rows
from rag.types import Finding, StoreReport

_BROKEN = "manifest", "pointer", "file", "rows", "version"  # what making the index again mends


def examine_index(
    backend: Backend, embedder: str, rules: str, others: Sequence[Finding] = (), tick: Tick = lambda done, total: None,
    shown: str = "",
) -> StoreReport:
    """Everything that is wrong with an index, as somebody with this embedder and these rules would use it. On a Chroma server it
    is asked the same; what ingestions left there, and its disk, is for the server to tell.

    others: what was found already of what is kept beside generations.
    tick: called with the number of rows that were asked for and of all; asking takes some 2 ms a row.
    shown: what the index is called; its folder when "".
    """
    generation, findings = "", list(others)
    try:
        generation = backend.find_current(fresh=True)
        folder = backend.fetch(generation)
        findings += _look_at_generation(folder, backend.place(generation), embedder, rules, tick)
        if isinstance(backend, EmbeddedBackend):
            findings += _look_beside(backend, folder)
    except IndexMissing as error:
        findings.append(Finding("missing", error.message, False))
    except IndexUnreachable as error:
        findings.append(Finding("unreadable", error.message, False))
    except IndexUnusable as error:
        findings.append(Finding("pointer", error.message, False))
    except OSError as error:
        findings.append(Finding("unreadable", f"{error.filename or backend.folder}: {error.strerror}.", False))
    articles = list_records(backend)
    lost = tuple(record.source.id for record in articles if not record.origin or not os.path.exists(record.origin))
    if lost:
        message = f"{len(lost)} of {len(articles)} articles came from no file, or from one that is gone."
        findings.append(Finding("articles", message, True))
    command = _choose_command(backend, findings, bool(articles))
    return StoreReport(shown or str(backend.folder), generation, len(articles), tuple(findings), lost, command)


def _look_at_generation(folder: Path, place: CollectionsPlace, embedder: str, rules: str, tick: Tick) -> Iterator[Finding]:
    try:
        manifest = Manifest.read(folder)
    except IndexMismatch as error:
        yield Finding("version", error.message, False)
        return
    except RagError as error:
        yield Finding("manifest", error.message, False)
        return
    changed = list(manifest.find_changed(folder))
    yield from (Finding("file", f"{name} was changed or is missing.", False) for name in changed)
    try:
        manifest.check(folder, embedder, rules, VERSION)
    except IndexMismatch as error:
        yield Finding("version", error.message, False)
    except RagError:
        return
    if changed:
        return
    try:
        verify_generation(folder, place)
        generation = Generation(str(folder), manifest.texts, manifest.dimensions, dict(manifest.rows), ready=True)
        noted = read_lost(folder)
        found = probe_rows(generation, place, tick)
        if missing := sum(len(rows.keys() - noted.get(kind, {}).keys()) for kind, rows in found.items()):
            yield Finding("rows", f"{missing} of {sum(manifest.rows.values())} rows are not found.", False)
    except RagError as error:
        yield Finding("rows", error.message, False)


def _look_beside(backend: EmbeddedBackend, folder: Path) -> Iterator[Finding]:
    store = backend.folder
    if process := generations.writing_process(store):
        yield Finding("locked", f"An ingestion is running (process {process}).", True)
    elif left := generations.find_leftovers(store, backend.longest_answer):
        names = ", ".join(path.name for path in left)
        yield Finding("leftovers", f"Ingestions that did not end have left something: {names}.", True)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if (free := shutil.disk_usage(store).free) < size:
        message = f"The disk is nearly full: {free >> 20} MiB are free, and making the index again takes {size >> 20}."
        yield Finding("disk", message, True)


def _choose_command(backend: Backend, findings: Sequence[Finding], known: bool) -> str:
    """What mends the worst of it; "" when no command would. known: the articles that the index held are."""
    found = {finding.what for finding in findings}
    if "missing" in found or (found & {*_BROKEN} and not known):
        return backend.tell_command("PATH")
    return backend.tell_command("--repair") if found & {*_BROKEN, "leftovers", "cache"} else ""


def clean_store(store: Path, longest_answer: float) -> None:
    """Remove what ingestions that did not end have left, and what no answer needs any more.

    Raises IndexUnusable when there is no index or somebody writes to it."""
    with generations.lock_writer(store):
        for path in generations.find_leftovers(store, longest_answer):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
