"""Looking a store over and mending it: what `python ingest.py --check` and `--repair` do."""

from __future__ import annotations

from pathlib import Path

import rag.corpus as corpus
import rag.store as store
from rag.api.embedding import choose_embedder
from rag.api.generation import Progress
from rag.api.ingesting import ingest
from rag.api.opened import choose_backend
from rag.config import Settings
from rag.encoder import cache
from rag.store import doctor
from rag.types import Finding, IngestReport, StoreReport


def check_store(settings: Settings, progress: Progress = lambda stage, done, total: None) -> StoreReport:
    """What is wrong with the store of these settings, and what mends it. Changes nothing.

    progress: called with "check", the number of rows asked for and of all.
    """
    backend, others = choose_backend(settings, writing=True), list[Finding]()
    if damage := cache.find_damage(backend.folder):
        message = f"The cache of vectors is damaged ({damage}); the texts are embedded again when they are needed."
        others.append(Finding("cache", message, True))
    identity = choose_embedder(settings).identity

    def tick(done: int, total: int) -> None:
        progress("check", done, total)

    return doctor.examine_index(backend, identity, corpus.RULES, others, tick, settings.index)


def repair_store(
    settings: Settings, found: StoreReport, progress: Progress = lambda stage, done, total: None, *, shrink: bool = False
) -> IngestReport | None:
    """Mend what `check` has found: make the index again from what it held, as far as the files are there. None when that was
    not needed, or nothing is known of what it held. Raises what `ingest` raises.

    shrink: fewer than half of the articles may be left.
    """
    backend = choose_backend(settings, writing=True)
    what = {finding.what for finding in found.findings}
    if "cache" in what:
        with backend.writing():
            cache.remove_cache(backend.folder)
    report = None
    if found.articles and not found.serves:
        report = ingest(_folders(backend, what), settings, progress, shrink=shrink, rebuild=True)
    if "leftovers" in what:
        doctor.clean_store(settings.store, settings.deadline)
    return report


def _folders(backend: store.Backend, what: set[str]) -> list[Path]:
    """The folders to look through again: where the list of articles is lost, that of the generation before may lack some."""
    roots = {record.root for record in store.list_records(backend)} if "manifest" in what else set()
    return [Path(root) for root in sorted(roots) if root and Path(root).is_dir()]
