"""The look over a store: what is wrong with it, what would be lost, and the command that mends it. It changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import IndexMismatch, IndexMissing, IndexUnusable, RagError
from rag.store import generations, records, verify
from rag.store.chroma import VERSION
from rag.store.hints import tell_command
from rag.store.lost import read_lost
from rag.store.manifest import Manifest
from rag.store.probing import Generation, Tick, probe
from rag.types import Finding, StoreReport

_BROKEN = "manifest", "pointer", "file", "rows", "version"  # what making the index again mends


def examine(
    store: Path, embedder: str, rules: str, others: Sequence[Finding] = (), tick: Tick = lambda done, total: None
) -> StoreReport:
    """Everything that is wrong with a store, as somebody with this embedder and these rules would use it.

    others: what was found already of what is kept beside generations.
    tick: called with the number of rows that were asked for and of all; asking takes some 2 ms a row.
    """
    generation, findings = "", list(others)
    try:
        folder = generations.current(store)
        generation = folder.name
        findings += _look_at_generation(folder, embedder, rules, tick)
        findings += _look_beside(store, folder)
    except IndexMissing as error:
        findings.append(Finding("missing", error.message, False))
    except IndexUnusable as error:
        findings.append(Finding("pointer", error.message, False))
    except OSError as error:
        findings.append(Finding("unreadable", f"{error.filename or store}: {error.strerror}.", False))
    articles = records(store)
    lost = tuple(record.source.id for record in articles if not record.origin or not os.path.exists(record.origin))
    if lost:
        message = f"{len(lost)} of {len(articles)} articles came from no file, or from one that is gone."
        findings.append(Finding("articles", message, True))
    command = _choose_command(store, findings, bool(articles))
    return StoreReport(str(store), generation, len(articles), tuple(findings), lost, command)


def _look_at_generation(folder: Path, embedder: str, rules: str, tick: Tick) -> Iterator[Finding]:
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
        verify(folder)
        generation = Generation(str(folder), manifest.texts, manifest.dimensions, dict(manifest.rows), ready=True)
        noted = read_lost(folder)
        found = probe(generation, tick)
        if missing := sum(len(rows.keys() - noted.get(kind, {}).keys()) for kind, rows in found.items()):
            yield Finding("rows", f"{missing} of {sum(manifest.rows.values())} rows are not found.", False)
    except RagError as error:
        yield Finding("rows", error.message, False)


def _look_beside(store: Path, folder: Path) -> Iterator[Finding]:
    if process := generations.writing_process(store):
        yield Finding("locked", f"An ingestion is running (process {process}).", True)
    elif left := generations.leftovers(store):
        names = ", ".join(path.name for path in left)
        yield Finding("leftovers", f"Ingestions that did not end have left something: {names}.", True)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if (free := shutil.disk_usage(store).free) < size:
        message = f"The disk is nearly full: {free >> 20} MiB are free, and making the index again takes {size >> 20}."
        yield Finding("disk", message, True)


def _choose_command(store: Path, findings: Sequence[Finding], known: bool) -> str:
    """What mends the worst of it; "" when no command would. known: the articles that the index held are."""
    found = {finding.what for finding in findings}
    if "missing" in found or (found & {*_BROKEN} and not known):
        return tell_command(store, "PATH")
    return tell_command(store, "--repair") if found & {*_BROKEN, "leftovers", "cache"} else ""


def clean(store: Path) -> None:
    """Remove what ingestions that did not end have left. Raises IndexUnusable when there is no index or somebody writes to it."""
    with generations.writing(store):
        for path in generations.leftovers(store):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
