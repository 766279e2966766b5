"""ONNX Runtime runs sets of transformer layers over the word rows of one weight file: the only door to that library.

1. `Engine.embed` makes the first states of token ids: word, position and type rows, normalised. They are computed here, so
   that the 54 MB of word rows stay in the mapped file.
2. `LayerStack.run` sends them through the layers, in batches of texts of like length.

What computes is chosen from the instruction set of the processor: the kernel here, the rest by ONNX Runtime;
`describe_machine` says which. Between machines vectors differ by rounding (cosine above 0.999), between batches not at all.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.encoder.graph import Kernel, build_graph
from rag.encoder.layers import Layer, read_layers
from rag.encoder.tokenizer import TokenizedText, Tokenizer
from rag.encoder.weights import Floats, Sizes, WeightFile, open_weights
from rag.errors import EncoderError
from rag.memory import return_memory

ENGINE_VERSION = 2  # raised when the same text gets another vector; part of the embedder's identity
MAX_BATCH_TOKENS = 512  # padding included; the states of more do not fit the cache of a core, and cost a fifth more
_KEPT_TEXTS, _MAX_KEPT_CHARS = 2000, 2000  # some 8 MB of tokens when all are paragraphs
_DOT_PRODUCT_SETS = ("avx512_vnni", "avx_vnni")
_INSTRUCTION_SETS = (*_DOT_PRODUCT_SETS, "avx512f", "avx2", "asimddp", "asimd")

Ints = NDArray[np.int32]


def count_cores() -> int:
    """Processor cores this process may use, 1 or more."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@cache
def find_instruction_set() -> str:
    """The best of the instruction sets that decide the speed of 8-bit products; the machine's name where it cannot tell."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return platform.machine()
    return next((name for name in _INSTRUCTION_SETS if name in words), platform.machine())


def choose_kernel(instruction_set: str) -> Kernel:
    """The fastest kernel for a processor."""
    return Kernel.ROWS_8_BIT if instruction_set in _DOT_PRODUCT_SETS else Kernel.BLOCKS_4_BIT


class LayerStack:
    """A set of layers in an ONNX Runtime session; safe to use from several threads.

    Raises EncoderError when ONNX Runtime is missing or does not take the graph.
    """

    def __init__(self, layers: Iterable[Layer], sizes: Sizes, threads: int, kernel: Kernel) -> None:
        try:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.enable_cpu_mem_arena = False  # batches are small; an arena never gives back what one long text took
            options.log_severity_level = 3  # errors alone
            # Threads that spin while they wait take the cores from whoever works beside us.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            model = build_graph(layers, sizes, kernel)
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its own errors have no common class, and an import can fail in any way
            hint = "Install it again: pip install --force-reinstall onnxruntime"
            raise EncoderError(f"ONNX Runtime does not work here: {type(error).__name__}: {error}.", hint) from error
        del model
        return_memory()  # of the weights, that were copied on their way
        self._output = self._session.get_outputs()[0].name
        self.kernel = kernel
        self.runtime_version = str(onnxruntime.__version__)

    def run(self, embedded: Floats, lengths: Sequence[int]) -> Floats:
        """States after the last layer, shape (texts, tokens, hidden); rows from lengths[i] on mean nothing."""
        mask = (np.arange(embedded.shape[1]) < np.asarray(lengths)[:, None]).astype(np.int32)
        return np.asarray(self._session.run([self._output], {"embedded": embedded, "mask": mask})[0])


class Engine:
    """The word rows, the tokenizer and e5's own layers of a weight file, each made when first used.

    threads: that compute one batch; all cores when None. kernel: the one that suits the processor when None.
    """

    def __init__(
        self, weights: WeightFile | None = None, threads: int | None = None, kernel: Kernel | None = None
    ) -> None:
        self.weights = weights or open_weights()
        self.threads = threads or count_cores()
        self.kernel = kernel or choose_kernel(find_instruction_set())

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The vocabulary of the weight file, ready to cut texts."""
        return Tokenizer(self.weights.vocabulary)

    def tokenize(self, text: str) -> TokenizedText:
        """A text cut into tokens; kept, since the same paragraphs are read for many questions. Treat it as read-only."""
        return self._tokenize_kept(text) if len(text) <= _MAX_KEPT_CHARS else self.tokenizer.encode(text)

    @cached_property
    def _tokenize_kept(self) -> Callable[[str], TokenizedText]:
        return lru_cache(_KEPT_TEXTS)(self.tokenizer.encode)

    @cached_property
    def own_layers(self) -> LayerStack:
        """E5's layers. Raises EncoderError where ONNX Runtime does not work."""
        return self.load_layers(read_layers(self.weights))

    def load_layers(self, layers: Iterable[Layer]) -> LayerStack:
        """Any twelve layers of the same sizes. Raises EncoderError where ONNX Runtime does not work."""
        return LayerStack(layers, self.weights.sizes, self.threads, self.kernel)

    @cached_property
    def _position_rows(self) -> Floats:
        return self.weights.read_position_rows()

    def embed(self, texts: Sequence[Ints]) -> Floats:
        """First states of texts of at most 512 tokens, padded to the longest: shape (len(texts), tokens, hidden)."""
        ids = np.full((len(texts), max(map(len, texts))), self.weights.vocabulary.padding_id, np.int32)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = text
        states = self.weights.read_word_rows(ids)
        states += self._position_rows[: ids.shape[1]]
        states -= states.mean(axis=-1, keepdims=True)
        states /= np.sqrt(np.mean(states * states, axis=-1, keepdims=True) + self.weights.sizes.epsilon)
        states *= self.weights.read_floats("emb.ln.w")
        states += self.weights.read_floats("emb.ln.b")
        return states


@cache
def shared_engine() -> Engine:
    """One engine a process."""
    return Engine()


def split_into_batches(lengths: Sequence[int], max_tokens: int = MAX_BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices of texts, shortest first, in batches of at most `max_tokens` with padding; a longer text goes alone."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[index] > max_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def describe_machine(stack: LayerStack) -> str:
    """What computes, such as "ONNX Runtime 1.32.0, 8-bit rows, avx512_vnni"."""
    return f"ONNX Runtime {stack.runtime_version}, {stack.kernel}, {find_instruction_set()}"
