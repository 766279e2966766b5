"""Articles -> a new generation of the index. Only what changed is embedded; what is indexed stays unless its file is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import rag.corpus as corpus
import rag.names as names
import rag.paragraphs as paragraphs
import rag.store as store
import rag.translations as translations
from rag.config import Settings
from rag.encoder.embeddings import CentredEmbedder
from rag.errors import ArticleError, IndexMissing, IndexUnusable
from rag.types import Article, ArticleReport, Document, IngestReport, Name, Paragraph, Vectors, View

Progress = Callable[[str, int, int], None]
Skipped = tuple[str, str]
_Entry = tuple[store.ArticleRecord, Sequence[Paragraph]]


def ingest(
    sources: Iterable[str | Path | Article], settings: Settings | None = None, progress: Progress | None = None
) -> IngestReport:
    """Read, cut, embed and index articles; returns what happened and what is searchable now.

    sources: files, folders (searched for .txt, .md, .html) or Article objects. Articles indexed before stay, unless
    they came from a file under one of the given folders that is there no more. Unchanged articles are not embedded again;
    when nothing changed, the generation stays as it is. A source that cannot be used is listed in `report.skipped`.
    progress: called with a stage ("read", "embed", "store"), the number of things done and of all.

    Raises IndexBusy when another ingestion runs, SettingsError when the store's folder cannot be used.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    given = list(sources)
    with store.writing(settings.store):
        run = _Ingestion(settings.store, CentredEmbedder(), progress or (lambda stage, done, total: None))
        try:
            return run.report(*run.update(given), started)
        finally:
            run.close()


@dataclass
class _Ingestion:
    """One run, under the lock."""

    folder: Path
    embedder: CentredEmbedder
    progress: Progress
    embedded: int = 0
    reused: int = 0
    embedding_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.skipped: list[Skipped] = []
        self.previous: store.Store | None = None
        self.notice = ""
        self.lost: tuple[store.ArticleRecord, ...] = ()
        self.translations: dict[str, list[translations.Translation]] = {}
        self.names: dict[Path, list[Name]] = {}
        try:
            self.previous = store.Store.open(self.folder, self.embedder.identity, corpus.RULES)
        except IndexMissing:
            pass
        except IndexUnusable as error:
            # The index is a cache of the articles: what cannot be read is made again from its sources.
            self.notice = f"The old index was not used: {error.message}"
            self.lost = store.records(self.folder)

    def close(self) -> None:
        if self.previous:
            self.previous.close()

    def update(self, given: list[str | Path | Article]) -> tuple[str, list[_Entry], dict[str, str], tuple[str, ...]]:
        """Bring the index up to date; the generation, its articles, how each changed, and those dropped."""
        before = {a.source.id: a for a in self.previous.manifest.articles} if self.previous else {}
        known = {a.origin: identity for identity, a in before.items() if a.origin}
        documents, skipped = corpus.read(given, known)
        self.skipped.extend(skipped)
        documents += self._read_again({d.origin or d.article.id for d in documents})
        self.translations = {d.article.id: self._translations(d) for d in documents}
        self.progress("read", len(documents), len(documents))
        entries: dict[str, _Entry] = {}
        changes: dict[str, str] = {}
        for document in documents:
            identity = document.article.id
            if identity in changes:
                self.skipped.append((document.origin or identity, f"the id {identity} was given twice"))
                continue
            old = before.get(identity)
            if old and old.fingerprint == self._fingerprint(document):
                changes[identity] = "same"
            elif entry := self._laid_out(document):
                entries[identity], changes[identity] = entry, "changed" if old else "new"
        dropped = tuple(i for i, a in before.items() if i not in changes and _gone(a, given))
        for identity in before:
            changes.setdefault(identity, "kept")
        kept = [i for i in before if i not in dropped and i not in entries]
        if not entries and not dropped:
            return self._unchanged(before, changes, dropped)
        complete = [*((before[i], self._stored(i)) for i in kept), *entries.values()]
        return self._written(complete), complete, changes, dropped

    def _read_again(self, given: set[str]) -> list[Document]:
        """What an index that could not be used held beside what is given now, as far as its files are still there."""
        known = {r.origin: r.source.id for r in self.lost}
        wanted = [r for r in self.lost if (r.origin or r.source.id) not in given]
        there = [Path(r.origin) for r in wanted if r.origin and Path(r.origin).exists()]
        documents, skipped = corpus.read(there, known)
        self.skipped += [
            *skipped,
            *((r.source.id, "was in the old index; ingest it again") for r in wanted if not r.origin),
        ]
        return documents

    def _translations(self, document: Document) -> list[translations.Translation]:
        """What lies beside the article's file; a translation that cannot be read is skipped by name."""
        if not document.origin:
            return []
        try:
            return translations.load(Path(document.origin), document.article.id)
        except ArticleError as error:
            self.skipped.append((f"translation of {document.article.id}", error.message))
            return []

    def _names(self, document: Document) -> list[Name]:
        """The names kept beside the article's file; read once for all articles of a folder."""
        if not document.origin:
            return []
        folder = Path(document.origin).parent
        if folder not in self.names:
            try:
                self.names[folder] = names.load(folder)
            except ArticleError as error:
                self.names[folder] = []
                self.skipped.append((names.FILE, error.message))
        return self.names[folder]

    def _all_names(self) -> list[Name]:
        """The names read now, and those of the index that they do not replace."""
        known = {name.id: name for name in (self.previous.names if self.previous else ())}
        return list((known | {name.id: name for own in self.names.values() for name in own}).values())

    def _fingerprint(self, document: Document) -> str:
        """Changes with the article, its translations and the names beside it."""
        parts = [document.fingerprint, *(t.digest for t in self.translations[document.article.id])]
        return "+".join(filter(None, [*parts, names.digest(self._names(document))]))

    def _laid_out(self, document: Document) -> _Entry | None:
        layout = paragraphs.split(document)
        found = self.translations[document.article.id]
        filled, problems = translations.attach(
            [p for p in layout.paragraphs if p.sentences], found, self._names(document)
        )
        self.skipped += [("translation", problem) for problem in problems]
        if not filled:
            self.skipped.append((document.origin or document.article.id, "no paragraph in it"))
            return None
        views = [view for p in filled for view in p.translations]
        record = store.ArticleRecord(
            corpus.source_of(document), self._fingerprint(document), len(filled), sum(len(p.sentences) for p in filled),
            document.origin, document.root, layout.removed, document.repairs,
            tuple(sorted({view.language for view in views})), len(views), sum(len(view.sentences) for view in views),
            {code: tuple(asked) for code, asked in document.article.questions.items()},
        )  # fmt: skip
        return record, filled

    def _stored(self, identity: str) -> Sequence[Paragraph]:
        return self.previous.article(identity) if self.previous else ()

    def _unchanged(
        self, before: dict[str, store.ArticleRecord], changes: dict[str, str], dropped: tuple[str, ...]
    ) -> tuple[str, list[_Entry], dict[str, str], tuple[str, ...]]:
        manifest = self.previous.manifest if self.previous else None
        self.reused = manifest.views + manifest.sentences if manifest else 0
        entries: list[_Entry] = [(record, ()) for record in before.values()]
        return self.previous.generation if self.previous else "", entries, changes, dropped

    def _written(self, entries: list[_Entry]) -> str:
        folder = store.write(
            self.folder, entries, self._vectors(entries), self.embedder.identity, self.embedder.dimensions, corpus.RULES,
            self._all_names(),
        )  # fmt: skip
        store.publish(self.folder, folder)
        return folder.name

    def _vectors(self, entries: list[_Entry]) -> store.EmbedTexts:
        """Embed every text that is new, once, in one pass with one progress count; look vectors up from then on."""
        paragraphs_ = [p for _, own in entries for p in own]
        views = [view for p in paragraphs_ for view in p.views]
        wanted = {(store.digest(text), view.language): text for view in views for text in _texts(view)}
        vectors = {k: v for k, v in (self.previous.known_vectors() if self.previous else {}).items() if k in wanted}
        new = [key for key in wanted if key not in vectors]
        self.reused, self.embedded = len(wanted) - len(new), len(new)
        started = time.perf_counter()
        made = self.embedder.passages(
            [wanted[key] for key in new], [key[1] for key in new], lambda done: self.progress("embed", done, len(new))
        )
        self.embedding_seconds = time.perf_counter() - started
        vectors.update(zip(new, made, strict=True))
        self.progress("store", 0, len(views))

        def look_up(texts: Sequence[str], languages: Sequence[str]) -> Vectors:
            rows = [vectors[store.digest(text), language] for text, language in zip(texts, languages, strict=True)]
            return np.stack(rows) if rows else np.empty((0, self.embedder.dimensions), dtype=np.float32)

        return look_up

    def report(
        self, generation: str, entries: list[_Entry], changes: dict[str, str], dropped: tuple[str, ...], started: float
    ) -> IngestReport:
        """The report of a run that `update` has ended; started: of the run, by `time.perf_counter`."""
        rows = tuple(
            ArticleReport(
                r.source.id, r.source.language, r.paragraphs, r.sentences,
                sum(removed.reason not in ("white space", "separator") for removed in r.removed), len(r.repairs),
                changes[r.source.id], r.translations,
            )
            for r, _ in entries
        )  # fmt: skip
        return IngestReport(
            articles=len(rows),
            paragraphs=sum(row.paragraphs for row in rows),
            sentences=sum(row.sentences for row in rows),
            skipped=tuple(self.skipped),
            generation=generation,
            seconds=time.perf_counter() - started,
            embedded=self.embedded,
            reused=self.reused,
            embedding_seconds=self.embedding_seconds,
            dropped=dropped,
            notice=self.notice,
            rows=rows,
        )


def _texts(view: View) -> list[str]:
    return [view.text, *(view.text[a:b] for a, b in view.sentences)]


def _gone(record: store.ArticleRecord, given: list[str | Path | Article]) -> bool:
    """Whether an article came from a file under one of the given folders and the file is not there any more."""
    folders = {str(Path(item).resolve()) for item in given if not isinstance(item, Article)}
    return bool(record.root) and record.root in folders and not Path(record.origin).exists()
