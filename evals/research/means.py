"""`python -m evals means FILE…`: the mean vector of each language's questions and passages, from SQuAD-format files.

Writes `rag/data/language_means.npz`: `languages` (codes, the last one "other": the mean of the means), `question` and
`passage` (one row of 896 float32 numbers a language), `identity`. A passage mean is halfway between that of paragraphs
and that of sentences, since both are stored.
"""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from evals.research.squad import load_files
from rag.encoder.embeddings import CentredEmbedder
from rag.paragraphs import sentence_spans

TARGET = Path(__file__).parents[2] / "rag" / "data" / "language_means.npz"


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `main`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="named by their language, like en.json")


def main(chosen: Namespace, console: Console) -> None:
    """Embed everything, about two minutes a language on two cores, and write the file."""
    embedder = CentredEmbedder()
    codes: list[str] = []
    question: list[np.ndarray] = []
    passage: list[np.ndarray] = []
    for path in track(sorted(chosen.files), description="languages"):
        articles, questions = load_files([path])
        language = questions[0].language
        paragraphs = [text for a in articles for text in a.paragraphs or ()]
        sentences = [text[a:b] for text in paragraphs for a, b in sentence_spans(text, language)]
        means = [embedder.embed_raw(texts).astype(np.float64).mean(axis=0) for texts in (paragraphs, sentences)]
        codes.append(language)
        question.append(embedder.embed_raw([q.text for q in questions], query=True).astype(np.float64).mean(axis=0))
        passage.append((means[0] + means[1]) / 2)
    questions_, passages = (np.asarray([*own, np.mean(own, axis=0)], dtype=np.float32) for own in (question, passage))
    digest = hashlib.blake2b(questions_.tobytes() + passages.tobytes(), digest_size=4).hexdigest()
    languages, identity = np.array([*codes, "other"]), np.array(f"means-{digest}")
    np.savez_compressed(TARGET, languages=languages, question=questions_, passage=passages, identity=identity)
