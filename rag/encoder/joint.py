"""A trained set of layers reads two texts together: where in the second is the answer to the first, or is it nowhere?

The pair is one sequence, `<s> first </s> </s> second </s>`, with a learned vector added to every token of each side. All
layers see both texts. Heads on top give each token of the second text a score for starting and for ending the span, and the
first token one for "nothing" and, where the set was trained to check claims, one for "carried".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.encoder.engine import Engine, Ints, LayerStack, shared_engine, split_into_batches
from rag.encoder.joint_file import Head, JointWeights, read_joint_file
from rag.encoder.tokenizer import TokenizedText
from rag.encoder.weights import Floats
from rag.errors import EncoderError

MAX_FIRST_TOKENS = 128  # <s> and </s> included; a longer first text is cut
MAX_PAIR_TOKENS = 512


@dataclass(frozen=True)
class PairScores:
    """Logits of one pair.

    start, end: one for each token of the second text, in its own numbering (0 is its <s>); -inf where no span can start or
    end: on <s>, </s>, a space of its own and what was cut off. nothing: of the answer not being there. carried: of the second
    text carrying the first; None when the set has no such head.
    """

    start: Floats
    end: Floats
    nothing: float
    carried: float | None


@dataclass(frozen=True)
class _Pair:
    ids: Ints
    first: int  # tokens of the first text
    second: int  # tokens of the second text that are in `ids`


class JointModel:
    """A trained set of layers over the engine's word rows; safe to use from several threads."""

    def __init__(self, weights: JointWeights, engine: Engine) -> None:
        sizes = engine.weights.sizes
        if (len(weights.segment[0]), len(weights.layers)) != (sizes.hidden, sizes.layers):
            raise EncoderError(f"The trained weights are not of {sizes.layers} layers of {sizes.hidden}.")
        self.meta = weights.meta
        self._engine = engine
        self._segment = weights.segment
        self._heads = weights.heads
        self._stack: LayerStack = engine.load_layers(weights.layers)

    @classmethod
    def load(cls, path: Path, engine: Engine | None = None) -> JointModel:
        """The set in a file; about 0.2 s. Raises EncoderError when it cannot be read or ONNX Runtime does not work."""
        return cls(read_joint_file(path), engine or shared_engine())

    def tokenize(self, text: str) -> TokenizedText:
        """A text as `score` takes it."""
        return self._engine.tokenize(text)

    @property
    def checks(self) -> bool:
        """Whether the set was trained to check claims."""
        return "carried" in self._heads and len(self._segment) == 4

    def score(
        self, pairs: Sequence[tuple[TokenizedText, TokenizedText]], claims: bool = False
    ) -> list[PairScores]:
        """Scores of pairs, in order. What goes beyond 512 tokens is cut from the end of the second text.

        claims: the first text of each pair is a claim, and what is asked is whether the second carries it."""
        sides = self._segment[2:] if claims and self.checks else self._segment[:2]
        joined = [self._join(first, second) for first, second in pairs]
        scores: list[PairScores | None] = [None] * len(pairs)
        for batch in split_into_batches([len(pair.ids) for pair in joined]):
            parts = [joined[i] for i in batch]
            embedded = self._engine.embed([pair.ids for pair in parts])
            for row, pair in zip(embedded, parts, strict=True):
                row[: pair.first] += sides[0]
                row[pair.first :] += sides[1]
            states = self._stack.run(embedded, [len(pair.ids) for pair in parts])
            for i, pair, rows in zip(batch, parts, states, strict=True):
                scores[i] = self._read_heads(rows, pair, pairs[i][1])
        return [one for one in scores if one is not None]

    def _join(self, first: TokenizedText, second: TokenizedText) -> _Pair:
        end = self._engine.weights.vocabulary.end_id
        head = first.ids[:MAX_FIRST_TOKENS]
        tail = second.ids[: MAX_PAIR_TOKENS - len(head)].copy()
        tail[0] = end
        return _Pair(np.concatenate([head, tail]), len(head), len(tail))

    def _read_heads(self, states: Floats, pair: _Pair, second: TokenizedText) -> PairScores:
        spans = _apply(self._heads["span"], states[pair.first : pair.first + pair.second])
        both = np.full((len(second), 2), -np.inf, np.float32)
        both[: pair.second] = spans
        both[second.ends <= second.starts] = -np.inf
        carried = self._heads.get("carried")
        return PairScores(
            both[:, 0],
            both[:, 1],
            float(_apply(self._heads["nothing"], states[0])[0]),
            float(_apply(carried, states[0])[0]) if carried else None,
        )


def _apply(head: Head, states: Floats) -> Floats:
    return np.asarray(states @ head.weight.T + head.bias, np.float32)
