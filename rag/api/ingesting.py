"""Articles -> a new generation of the index. Only what changed is embedded; what is indexed stays unless its file is gone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import rag.corpus as corpus
import rag.paragraphs as paragraphs
import rag.store as store
import rag.translations as translations
from rag.api.beside import Beside
from rag.api.embedding import choose_embedder, use_languages
from rag.api.generation import NewGeneration, Progress
from rag.api.observing import observed_ingestion
from rag.api.opened import choose_backend
from rag.config import Settings
from rag.corpus import stamps
from rag.corpus.reporting import cannot_use
from rag.errors import ArticlesGone, IndexMissing, IndexUnreachable, IndexUnusable
from rag.parsing import Parser
from rag.types import Article, ArticleReport, Document, Embedder, IngestReport


@observed_ingestion
def ingest(
    sources: Iterable[str | Path | Article], settings: Settings | None = None, progress: Progress | None = None, *,
    shrink: bool = False, rebuild: bool = False,
) -> IngestReport:  # fmt: skip
    """Read, cut, embed and index articles; returns what happened and what is searchable now.

    sources: files, folders (searched for .txt, .md, .html, .pdf, .docx) or Article objects. Articles indexed before stay, unless
    they came from a file under one of the given folders that is there no more. Texts that were embedded before are not embedded
    again; when nothing changed, the generation stays as it is. A source that cannot be used is listed in `report.skipped`.
    progress: called with a stage ("read", "embed", "store", "check"), the number of things done and of all.
    shrink: fewer than half of the articles that were indexed may be left. Else that is an error: a folder may be empty because
    its disk is not mounted.
    rebuild: the index is made again also when nothing changed.

    Raises ArticlesGone when fewer than half would be left, IndexBusy when another ingestion runs or has published meanwhile,
    SettingsError when the store's folder cannot be used, EmbeddingsError when the server or object that embeds cannot,
    IndexUnreachable when the Chroma server does not answer, IndexUnusable when the index cannot be written; the old index is as
    it was then.
    """
    settings = settings or Settings()
    use_languages(settings)
    started = time.perf_counter()
    given = list(sources)
    backend = choose_backend(settings, writing=True)
    with backend.writing() as check:

        def report_progress(stage: str, done: int, total: int) -> None:
            check()
            if progress:
                progress(stage, done, total)

        run = _Ingestion(backend, choose_embedder(settings), report_progress)
        try:
            report = run.report(*run.update(given, shrink, rebuild), started)
        finally:
            run.close()
        backend.retire()
    return report


class _Ingestion:
    """One run, under the lock."""

    def __init__(self, backend: store.Backend, embedder: Embedder, progress: Progress) -> None:
        self.folder, self.progress = backend.folder, progress
        self.log, self.parser = corpus.FileLog(), Parser()
        self.skipped = self.log.skipped
        self.beside = Beside(self.skipped)
        self.notices: list[str] = []
        self.previous: store.Store | None = None
        self.lost: tuple[store.ArticleRecord, ...] = ()
        if restored := backend.restore_current():
            self.notices.append(f"What names the current index was damaged; {restored} is used again.")
        try:
            self.previous = store.Store.open(backend, embedder.identity, corpus.RULES)
        except IndexMissing:
            pass
        except IndexUnreachable:
            raise
        except IndexUnusable as error:
            # The index is a cache of the articles: what cannot be read is made again from its sources.
            self.notices.append(f"The old index was not used: {error.message}")
            self.lost = store.list_records(backend)
        self.before = {a.source.id: a for a in self.previous.manifest.articles} if self.previous else {}
        self.known = {a.origin: identity for identity, a in self.before.items() if a.origin}
        self.stamps = stamps.load_stamps(self.folder)
        self.new = NewGeneration(backend, embedder, self.previous, progress)
        self.records: dict[str, store.ArticleRecord] = {}
        self.changes: dict[str, str] = {}

    def close(self) -> None:
        self.parser.close()
        self.new.close()
        if self.previous:
            self.previous.close()

    def update(
        self, given: list[str | Path | Article], shrink: bool, rebuild: bool
    ) -> tuple[str, list[store.ArticleRecord], tuple[str, ...]]:
        """Bring the index up to date; the generation, its articles, and those dropped. Raises ArticlesGone."""
        self._read_again(self._read_all(given))
        dropped = tuple(i for i, a in self.before.items() if i not in self.changes and _gone(a, given))
        kept = {i: a for i, a in self.before.items() if i not in dropped and i not in self.records}
        for identity in self.before:
            self.changes.setdefault(identity, "kept")
        complete = [*kept.values(), *self.records.values()]
        # An index that cannot be used is made again from files too: as many of them may be gone.
        before = len(self.before) + sum(bool(record.origin) for record in self.lost)
        if not shrink and 2 * len(complete) < before:
            raise ArticlesGone(
                f"The files of {before - len(complete)} of {before} indexed articles are gone.",
                "The index is as it was. If they are to be removed, run it again with --yes.",
            )
        if self.records or dropped or (rebuild and complete):
            generation = self.new.finish(list(kept), complete, self.beside.all_names())
        else:
            generation = self.previous.generation if self.previous else ""
            there = self.previous.manifest if self.previous else None
            self.new.reused = there.views + there.sentences if there else 0
        stamps.save_stamps(self.folder, self.stamps)
        return generation, complete, dropped

    def _read_all(self, given: list[str | Path | Article]) -> set[str]:
        """Read what is new or changed of the given sources; the file or id of all that was given."""
        reader = corpus.FileReader(self.known, self.log, self.parser)
        everything = corpus.find_files(given, self.log)
        origins: set[str] = set()
        for n, found in enumerate(everything, 1):
            if not isinstance(found, Article) and (stamp := self._find_stamp(found[0])):
                reader.pass_over(found[0], stamp.text_digest)
                self._note(self.known[str(found[0])], str(found[0]), "same")
            else:
                began, problems = time.time_ns(), len(self.skipped)
                if document := reader.read(found):
                    origins.add(document.origin or document.article.id)
                    self._take(document)
                    if document.origin and len(self.skipped) == problems:
                        self._stamp(document, began)
            self.progress("read", n, len(everything))
        return origins

    def _find_stamp(self, path: Path) -> stamps.Stamp | None:
        """The stamp of a file that is indexed and need not be read again."""
        stamp, identity = self.stamps.get(str(path)), self.known.get(str(path))
        if stamp is None or identity is None or stamp.fingerprint != self.before[identity].fingerprint:
            return None
        seen = stamps.look_at(self.beside.list_files(path, identity), time.time_ns())
        return stamp if seen and seen == stamp.seen else None

    def _stamp(self, document: Document, read_at_ns: int) -> None:
        files = self.beside.list_files(Path(document.origin), document.article.id)
        if seen := stamps.look_at(files, read_at_ns):
            stamp = stamps.Stamp(seen, self._fingerprint(document), document.text_digest)
            self.stamps[document.origin] = stamp

    def _read_again(self, given: set[str]) -> None:
        """Read what an index that could not be used held beside what is given now, as far as its files are still there."""
        wanted = [r for r in self.lost if (r.origin or r.source.id) not in given]
        there = [(Path(r.origin), r.root) for r in wanted if r.origin and Path(r.origin).exists()]
        reader = corpus.FileReader({r.origin: r.source.id for r in self.lost}, self.log, self.parser)
        for found in there:
            if document := reader.read(found):
                self._take(document)
        self.skipped += [(r.source.id, "was in the old index; ingest it again") for r in wanted if not r.origin]

    def _note(self, identity: str, origin: str, change: str) -> bool:
        """Whether an article is given for the first time; if so, how it changed is noted."""
        if identity in self.changes:
            self.log.note_skipped(origin or identity, cannot_use("same_id", identity))
            return False
        self.changes[identity] = change
        return True

    def _take(self, document: Document) -> None:
        """Add a document to the new generation, unless it is indexed as it is."""
        identity = document.article.id
        old = self.before.get(identity)
        change = "new" if old is None else "same" if old.fingerprint == self._fingerprint(document) else "changed"
        if not self._note(identity, document.origin, change) or change == "same":
            return
        if record := self._lay_out(document):
            self.records[identity] = record
        else:
            del self.changes[identity]

    def _fingerprint(self, document: Document) -> str:
        """Changes with the article, its translations and the names beside it."""
        found = self.beside.load_translations(document.origin, document.article.id)
        _, names = self.beside.load_names(document.origin)
        return "+".join(filter(None, [document.fingerprint, *(t.digest for t in found), names]))

    def _lay_out(self, document: Document) -> store.ArticleRecord | None:
        layout = paragraphs.split_document(document)
        found = self.beside.load_translations(document.origin, document.article.id)
        names, _ = self.beside.load_names(document.origin)
        filled, problems = translations.attach_translations([p for p in layout.paragraphs if p.sentences], found, names)
        self.skipped += [("translation", problem) for problem in problems]
        if not filled:
            self.log.note_skipped(document.origin or document.article.id, cannot_use("no_paragraph"))
            return None
        self.new.add(filled)
        views = [view for p in filled for view in p.translations]
        return store.ArticleRecord(
            corpus.source_of(document), self._fingerprint(document), len(filled), sum(len(p.sentences) for p in filled),
            document.origin, document.root, layout.removed, document.repairs,
            tuple(sorted({view.language for view in views})), len(views), sum(len(view.sentences) for view in views),
            {code: tuple(asked) for code, asked in document.article.questions.items()},
        )  # fmt: skip

    def report(
        self, generation: str, records: list[store.ArticleRecord], dropped: tuple[str, ...], started: float
    ) -> IngestReport:
        """The report of a run that `update` has ended; started: of the run, by `time.perf_counter`."""
        rows = tuple(
            ArticleReport(
                r.source.id, r.source.language, r.paragraphs, r.sentences,
                sum(removed.reason not in ("white space", "separator") for removed in r.removed), len(r.repairs),
                self.changes[r.source.id], r.translations, r.origin,
            )
            for r in records
        )  # fmt: skip
        return IngestReport(
            articles=len(rows),
            paragraphs=sum(row.paragraphs for row in rows),
            sentences=sum(row.sentences for row in rows),
            skipped=tuple(self.skipped),
            generation=generation,
            seconds=time.perf_counter() - started,
            embedded=self.new.embedded,
            reused=self.new.reused,
            embedding_seconds=self.new.embedding_seconds,
            dropped=dropped,
            notice=" ".join(filter(None, [*self.notices, self.new.notice])),
            rows=rows,
            files=tuple(self.log.files.values()),
        )


def _gone(record: store.ArticleRecord, given: list[str | Path | Article]) -> bool:
    """Whether an article came from a file under one of the given folders and the file is not there any more."""
    folders = {str(Path(item).resolve()) for item in given if not isinstance(item, Article)}
    return bool(record.root) and record.root in folders and not Path(record.origin).exists()
