"""What a language model would have to translate, article by article."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import rag.corpus as corpus
import rag.names as names
import rag.paragraphs as paragraphs
import rag.translating as translating
from rag.errors import ArticleError
from rag.types import Article


def plan_translations(paths: Sequence[str | Path], languages: Sequence[str]) -> list[translating.Job]:
    """One job for each article file and language that something is left to translate of.

    Raises ArticleError when a file cannot be read; nothing is sent anywhere yet.
    """
    sources: list[str | Path | Article] = list(paths)
    documents, skipped = corpus.read_documents(sources, {})
    if skipped and not documents:
        raise ArticleError(f"{skipped[0][0]}: {skipped[0][1]}")
    jobs: list[translating.Job] = []
    for document in documents:
        file = Path(document.origin)
        own = [p for p in paragraphs.split_document(document).paragraphs if p.sentences]
        known = names.load_names(file.parent)
        jobs += [translating.plan_translation(file, document.article.id, own, into, known) for into in languages]
    return [job for job in jobs if job.paragraphs]
