"""Scores a checkpoint on articles it was never trained on: right sentence, answer, and what is not said.

Questions are put to the gold paragraph in the same and in another language. "Not said" is told from "said" by the score of
the best span, start + end - 2 nothing, and given as the area under the ROC curve: against neighbour paragraphs of the same
article, against near misses made of the same questions, and against unanswerable questions that people wrote.
"""

from __future__ import annotations

import random
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.e5 import Embed, File, Tok
from training.examples import MAX_QUESTION_TOKENS, Item
from training.mixture import LANGUAGES, VALIDATION_ARTICLES, drop_validation, read_parallel
from training.model import JointReader, collate
from training.near_misses import NearMissMaker, split_sentences
from training.rows import WITHOUT_SPACES, Row, Span, read_lines

CROSS_PAIRS = (("en", "zh"), ("zh", "en"), ("tr", "en"), ("en", "tr"))
MAX_CONTEXT_TOKENS = 440
MAX_ANSWER_TOKENS = 30
MAX_BATCH_TOKENS = 6000


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found in a context: the best span, its score, and the best score of each sentence."""

    score: float
    span: Span
    sentence_scores: tuple[float, ...]


class Scorer:
    """A checkpoint, ready to read."""

    def __init__(self, checkpoint: Path) -> None:
        self.file = File()
        self.tokenizer = Tok(self.file)
        self.embed = Embed(self.file)
        self.model = JointReader(self.file, 0.0)
        self.model.load_state_dict(torch.load(checkpoint)["model"])
        self.model.eval()

    def read(self, rows: Sequence[Row]) -> list[Reading]:
        """Readings of rows, in order."""
        items, offsets = [], []
        for row in rows:
            question, _ = self.tokenizer.encode(row.question, "")
            ids, spans = self.tokenizer.encode(row.context, "")
            spans_ = np.array(spans[:MAX_CONTEXT_TOKENS])
            context = np.array([self.file.eos, *ids[1:MAX_CONTEXT_TOKENS]], np.int32)
            items.append(Item(np.array(question[:MAX_QUESTION_TOKENS], np.int32), context, spans_[:, 1] > spans_[:, 0], None))
            offsets.append(spans_)
        order = sorted(range(len(items)), key=lambda i: len(items[i].question) + len(items[i].context))
        readings: dict[int, Reading] = {}
        at = 0
        while at < len(order):
            end = at + 1
            while end < len(order) and (end + 1 - at) * (len(items[order[end]].question) + len(items[order[end]].context)) <= MAX_BATCH_TOKENS:
                end += 1
            part = order[at:end]
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                scores = self.model(collate(self.embed, [items[i] for i in part], self.file.pad))
            for r, i in enumerate(part):
                a = len(items[i].question)
                b = a + len(items[i].context)
                start, finish = scores.start[r, a:b].numpy(), scores.end[r, a:b].numpy()
                readings[i] = read_spans(start, finish, float(scores.nothing[r]), offsets[i], split_sentences(rows[i].context))
            at = end
        return [readings[i] for i in range(len(rows))]


def read_spans(
    start: NDArray[np.float32], end: NDArray[np.float32], nothing: float, offsets: NDArray[np.int64], sentences: Sequence[Span]
) -> Reading:
    """The best span of a context from the scores of its tokens."""
    n = len(start)
    i, j = np.indices((n, n), sparse=True)
    spans = np.where((j >= i) & (j < i + MAX_ANSWER_TOKENS), start[:, None] + end[None, :] - 2 * nothing, -np.inf)
    first, last = divmod(int(spans.argmax()), n)
    best = []
    for a, b in sentences:
        inside = np.nonzero((offsets[:, 0] >= a) & (offsets[:, 0] < b) & (offsets[:, 1] > offsets[:, 0]))[0]
        best.append(float(spans[inside[0] : inside[-1] + 1, inside[0] : inside[-1] + 1].max()) if len(inside) else -np.inf)
    return Reading(float(spans[first, last]), (int(offsets[first, 0]), int(offsets[last, 1])), tuple(best))


def normalize_answer(text: str, language: str) -> list[str]:
    """Words of an answer, or characters where words are not spaced, without case, punctuation and English articles."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(" " if c in string.punctuation or unicodedata.category(c).startswith("P") else c for c in plain)
    if language in WITHOUT_SPACES:
        return list("".join(plain.split()))
    return [word for word in plain.split() if language != "en" or word not in ("a", "an", "the")]


def token_f1(found: str, gold: str, language: str) -> float:
    """F1 of the words of two answers (Rajpurkar et al., EMNLP 2016)."""
    a, b = normalize_answer(found, language), normalize_answer(gold, language)
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if common else 0.0


def roc_area(said: Sequence[float], not_said: Sequence[float]) -> float:
    """Chance that a score of `said` lies above one of `not_said`."""
    scores = np.concatenate([said, not_said])
    ranks = np.empty(len(scores))
    ranks[scores.argsort(kind="stable")] = np.arange(1, len(scores) + 1)
    n = len(said)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(not_said)))


def equal_error(said: Sequence[float], not_said: Sequence[float]) -> float:
    """Share of false answers where it equals the share of false refusals."""
    yes, no = np.asarray(said), np.asarray(not_said)
    rates = [((yes < t).mean(), (no >= t).mean()) for t in np.sort(np.concatenate([yes, no]))]
    return float(min((abs(a - b), (a + b) / 2) for a, b in rates)[1])


def validation_rows(data: Path, question_language: str, context_language: str) -> list[Row]:
    """Rows of the validation articles with the question in one language and the context in another."""
    parallel = read_parallel(data / "xquad-dev")
    asked, read = parallel[question_language], parallel[context_language]
    return [
        replace(row, question=q.question, question_language=question_language)
        for (article, _, q), (_, _, row) in zip(asked, read, strict=True)
        if article in VALIDATION_ARTICLES
    ]


def written_near_misses(data: Path) -> list[Row]:
    """Unanswerable questions that people wrote about other paragraphs of the validation articles, in English."""
    parallel = read_parallel(data / "xquad-dev")
    rows = [row for row in read_lines(data / "reading" / "en.jsonl.gz") if row.source == "squad2-dev-xdev"]
    trained = {id(row) for row in drop_validation(rows, parallel)}
    return [row for row in rows if id(row) not in trained]


def made_near_misses(rows: Sequence[Row], language: str, seed: int) -> list[Row]:
    """Near misses of answerable rows, at most one of each kind a row."""
    maker = NearMissMaker(rows, language, random.Random(seed))
    made = [near for row in rows for near in (maker.remove_answer(row), maker.swap(row, "")) if near]
    return made


def print_table(scorer: Scorer, data: Path, limit: int) -> None:
    """Print the figures of a checkpoint on the validation articles."""
    rng = random.Random(7)
    for question_language, context_language in [*((lang, lang) for lang in LANGUAGES), *CROSS_PAIRS]:
        rows = validation_rows(data, question_language, context_language)
        rows = rng.sample(rows, min(limit, len(rows)))
        readings = scorer.read(rows)
        right, exact, f1 = [], [], []
        for row, reading in zip(rows, readings, strict=True):
            assert row.answer
            gold = next((n for n, (a, b) in enumerate(split_sentences(row.context)) if a <= row.answer[0] < b), -1)
            right.append(int(np.argmax(reading.sentence_scores)) == gold)
            found = row.context[slice(*reading.span)]
            exact.append(normalize_answer(found, context_language) == normalize_answer(row.answer_text, context_language))
            f1.append(token_f1(found, row.answer_text, context_language))
        line = f"{question_language}->{context_language} n={len(rows)} sentence {np.mean(right):.3f} exact {np.mean(exact):.3f} F1 {np.mean(f1):.3f}"
        if question_language == context_language:
            said = [reading.score for reading in readings]
            contexts = sorted({row.context for row in rows})
            wrong = [replace(r, context=rng.choice([c for c in contexts if c != r.context and r.answer_text not in c]), answer=None) for r in rows]
            near = made_near_misses(rows, context_language, 3)
            line += f" | AUROC other paragraph {roc_area(said, [x.score for x in scorer.read(wrong)]):.3f}"
            for kind in ("removed", "swapped"):
                own = [r for r in near if r.kind == kind]
                scores = [x.score for x in scorer.read(own)]
                line += f" {kind} {roc_area(said, scores):.3f} (n={len(own)}, equal error {equal_error(said, scores):.2f})"
        print(line, flush=True)  # noqa: T201
    written = written_near_misses(data)
    scores = {}
    for answered in (True, False):
        own = [row for row in written if bool(row.answer) == answered]
        scores[answered] = [x.score for x in scorer.read(rng.sample(own, min(limit, len(own))))]
    said, not_said = scores[True], scores[False]
    line = f"written near misses, en: n={len(said)}+{len(not_said)} AUROC {roc_area(said, not_said):.3f}"
    print(f"{line} equal error {equal_error(said, not_said):.3f}")  # noqa: T201
