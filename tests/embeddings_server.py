"""A real embedding server: SmolLM2-135M behind llama.cpp's `/v1/embeddings`. `python -m tests.embeddings_server` serves it."""

from __future__ import annotations

import os
import sys

from tests.smollm import weights


def serve() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.n_ctx, params.n_parallel, params.n_ubatch, params.n_batch = 512, 2, 256, 256  # 256 tokens a text
    params.cpuparams.n_threads = 1  # two that wait for each other on a busy machine take five times as long
    params.warmup = False
    params.hostnames, params.port = ["127.0.0.1"], 0
    server = xllamacpp.Server(params)
    print(server.listening_address + "/v1", flush=True)  # noqa: T201
    sys.stdin.read()  # ends with the process that started this one
    os._exit(0)


if __name__ == "__main__":
    serve()
