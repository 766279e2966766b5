"""What is measured of the assistant, each in a fresh process: embedding, ingesting, answering, many at once, serving."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from evals.research.bench import house
from evals.research.bench.memory import read_memory
from evals.research.bench.pages import read_pages
from evals.research.bench.protocol import Result, Tell, send_note
from evals.research.bench.synthetic import SyntheticEmbeddings
from evals.research.bench.texts import split_texts
from rag import Answer, Assistant, IngestReport, Settings, ingest

_WARM_UP = 3  # questions before the clock runs
_ANCHOR_PARAGRAPHS = 100


def open_embedder(options: dict[str, Any]) -> dict[str, Any]:
    """The house's embedder: "run" makes vectors as ingestion does, "vectors" those of its e5 alone."""
    embedder = house.load_embedder()
    return {"run": embedder.embed_passages, "vectors": embedder.encode_e5}


def open_assistant(options: dict[str, Any]) -> dict[str, Any]:
    """The assistant over a store: "run" asks a question and returns the seconds that its passages were read."""
    assistant = Assistant(_settings(options))
    return {"run": lambda piece: assistant.ask(piece[0]).timings["read"]}


def ingest_pages(options: dict[str, Any], tell: Tell) -> Result:
    """Ingest the pages of a size, into a store of its own when `fresh`, else into the one that is there."""
    pages = read_pages(Path(options["folder"]), options["size"])
    settings = _settings(options)
    if options["fresh"]:
        shutil.rmtree(options["store"], ignore_errors=True)
    articles = house.make_articles(pages)
    begun = time.process_time()
    report = ingest(articles, settings, tell)
    return _counts(report, time.process_time() - begun) | read_memory()


def ingest_articles(options: dict[str, Any], tell: Tell) -> Result:
    """Ingest the project's own three articles."""
    shutil.rmtree(options["store"], ignore_errors=True)
    begun = time.process_time()
    report = ingest([options["articles"]], _settings(options), tell)
    return _counts(report, time.process_time() - begun) | read_memory()


def _counts(report: IngestReport, processor_seconds: float) -> Result:
    return {
        "seconds": report.seconds,
        "embedding_seconds": report.embedding_seconds,
        "paragraphs": report.paragraphs,
        "sentences": report.sentences,
        "embedded": report.embedded,
        "reused": report.reused,
        "processor_seconds_per_paragraph": processor_seconds / max(1, report.paragraphs),
        "seconds_per_paragraph": report.seconds / max(1, report.paragraphs),
        "other_seconds_per_paragraph": (report.seconds - report.embedding_seconds) / max(1, report.paragraphs),
    }


def _settings(options: dict[str, Any]) -> Settings:
    return house.make_settings(options["store"], _synthetic(options) if options.get("synthetic") else None)


def _synthetic(options: dict[str, Any]) -> SyntheticEmbeddings:
    """The embeddings of a synthetic size; the anchors are embedded once and kept."""
    folder = Path(options["folder"])
    texts = split_texts(read_pages(folder, _ANCHOR_PARAGRAPHS))
    embedder = house.load_embedder()
    name = "".join(c if c.isalnum() else "-" for c in embedder.identity)[:100]
    file = folder / f"anchors-{name}.npy"
    if not file.exists():
        np.save(file, embedder.embed_passages(texts))
    return SyntheticEmbeddings(dict(zip(texts, np.load(file), strict=True)), embedder)


def answer(options: dict[str, Any], tell: Tell) -> Result:
    """Ask questions one by one; medians of a whole answer and of finding passages alone, and the memory after that."""
    assistant = Assistant(_settings(options))
    for question in options["questions"][:_WARM_UP]:
        assistant.ask(question)
    asked = [_time_answer(assistant, question) for question in options["questions"]]
    seconds = [taken for taken, _ in asked]
    found: list[float] = []
    for question in options["questions"]:
        begun = time.perf_counter()
        assistant.retrieve(question, 4)
        found.append(time.perf_counter() - begun)
    return {
        "seconds": statistics.median(seconds),
        "p95_seconds": _percentile_95(seconds),
        "retrieve_seconds": statistics.median(found),
        "embed_seconds": statistics.median(a.timings["embed"] for _, a in asked),
        "search_seconds": statistics.median(a.timings["search"] for _, a in asked),
        "model_seconds": statistics.mean(a.timings["embed"] + a.timings["read"] for _, a in asked),
        "answered": sum(a.status != "not_found" for _, a in asked) / len(asked),
        "questions": len(asked),
    } | read_memory()


def _time_answer(assistant: Assistant, question: str) -> tuple[float, Answer]:
    begun = time.perf_counter()
    answer = assistant.ask(question)
    return time.perf_counter() - begun, answer


def _percentile_95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def answer_many(options: dict[str, Any], tell: Tell) -> Result:
    """Many threads ask different questions at once, each the next one as soon as it has its answer."""
    assistant = Assistant(_settings(options))
    questions = options["questions"]
    for question in questions[:_WARM_UP]:
        assistant.ask(question)

    def ask(question: str) -> float | None:
        try:
            return _time_answer(assistant, question)[0]
        except Exception as error:
            send_note(f"{question!r}: {type(error).__name__}: {error}")
            return None

    with ThreadPoolExecutor(options["askers"]) as pool:
        begun = time.perf_counter()
        taken = list(pool.map(ask, questions))
        seconds = time.perf_counter() - begun
    right = [one for one in taken if one is not None]
    return {
        "per_second": len(right) / seconds,
        "p95_seconds": _percentile_95(right) if right else 0.0,
        "errors": len(taken) - len(right),
        "questions": len(questions),
    } | read_memory()
