"""Scores a checkpoint on articles it was never trained on: right sentence, answer, and what is not said.

Questions are put to the gold paragraph in the same and in another language. "Not said" is told from "said" by the score of
the best span, start + end - 2 nothing, and given as the area under the ROC curve: against neighbour paragraphs of the same
article, against near misses made of the same questions, and against unanswerable questions that people wrote.
"""

from __future__ import annotations

import random
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rag.answer.reader import make_lead
from rag.encoder.engine import shared_engine
from training.batches import DeviceData, split_by_tokens
from training.examples import tokenize
from training.mixture import LANGUAGES, VALIDATION_ARTICLES, drop_validation, read_parallel
from training.model import JointReader
from training.near_misses import NearMissMaker, split_sentences
from training.rows import WITHOUT_SPACES, ClaimRow, Row, Span, read_lines
from training.train import choose_dtype, load_model

CROSS_PAIRS = (("en", "zh"), ("zh", "en"), ("tr", "en"), ("en", "tr"))
MAX_WINDOW_TOKENS = 440
MAX_ANSWER_TOKENS = 30
MAX_BATCH_TOKENS = 6000


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found in a context: the best span, its score, and the best score of each sentence."""

    score: float
    span: Span
    sentence_scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _RowScores:
    start: NDArray[np.float32]
    end: NDArray[np.float32]
    nothing: float
    carried: float


class Scorer:
    """A checkpoint or a file that ships, ready to read and to check."""

    def __init__(self, start: Path) -> None:
        self.start = start
        self._model: JointReader | None = None

    def read(self, rows: Sequence[Row]) -> list[Reading]:
        """Readings of questions, in order."""
        tokenizer = shared_engine().tokenizer
        readings = []
        for row, scores in zip(rows, self._score([replace(row, answer=None) for row in rows]), strict=True):
            lead = make_lead(row.title)
            context = tokenizer.encode(lead + row.context)
            offsets = np.column_stack([context.starts, context.ends])[: len(scores.start)] - len(lead)
            sentences = split_sentences(row.context)
            readings.append(read_spans(scores.start, scores.end, scores.nothing, offsets, sentences))
        return readings

    def check(self, rows: Sequence[ClaimRow]) -> list[float]:
        """Scores of claims, in order: the higher, the surer that the context carries the claim."""
        return [scores.carried for scores in self._score([replace(row, span=None, carried=True) for row in rows])]

    def _score(self, rows: Sequence[Row | ClaimRow]) -> list[_RowScores]:
        device = torch.device("cpu")
        data = DeviceData(tokenize(rows), device, choose_dtype(device))
        if self._model is None:
            self._model = load_model(self.start, data, dropout=0.0).eval()
        scored: dict[int, _RowScores] = {}
        lengths = data.lengths(MAX_WINDOW_TOKENS)
        for part in split_by_tokens(np.argsort(lengths, kind="stable"), lengths, MAX_BATCH_TOKENS):
            batch = data.cut(part, MAX_WINDOW_TOKENS)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=data.dtype == torch.bfloat16):
                scores = self._model(batch)
            for r, i in enumerate(part.tolist()):
                side = slice(int(data.first_lengths[i]), int(batch.mask[r].sum()))
                start, end = (x[r, side].numpy().copy() for x in (scores.start, scores.end))
                scored[i] = _RowScores(start, end, float(scores.nothing[r]), float(scores.carried[r]))
        return [scored[i] for i in range(len(rows))]


def read_spans(
    start: NDArray[np.float32],
    end: NDArray[np.float32],
    nothing: float,
    offsets: NDArray[np.int64],
    sentences: Sequence[Span],
) -> Reading:
    """The best span of a context from the scores of its tokens."""
    n = len(start)
    i, j = np.indices((n, n), sparse=True)
    spans = np.where((j >= i) & (j < i + MAX_ANSWER_TOKENS), start[:, None] + end[None, :] - 2 * nothing, -np.inf)
    first, last = divmod(int(spans.argmax()), n)
    best = []
    for a, b in sentences:
        inside = np.nonzero((offsets[:, 0] >= a) & (offsets[:, 0] < b) & (offsets[:, 1] > offsets[:, 0]))[0]
        best.append(
            float(spans[inside[0] : inside[-1] + 1, inside[0] : inside[-1] + 1].max()) if len(inside) else -np.inf
        )
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
    """Print the figures of a checkpoint on the validation articles, of at most `limit` questions a line."""
    rng = random.Random(7)
    for question_language, context_language in [*((lang, lang) for lang in LANGUAGES), *CROSS_PAIRS]:
        rows = validation_rows(data, question_language, context_language)
        rows = rng.sample(rows, min(limit, len(rows)))
        readings = scorer.read(rows)
        line = f"{question_language}->{context_language} n={len(rows)} {describe_answers(rows, readings)}"
        if question_language == context_language:
            line += describe_refusals(scorer, rows, [reading.score for reading in readings], rng)
        print(line, flush=True)  # noqa: T201
    written = written_near_misses(data)
    said, not_said = (
        [x.score for x in scorer.read(rng.sample(own, min(limit, len(own))))]
        for own in ([row for row in written if row.answer], [row for row in written if not row.answer])
    )
    line = f"written near misses, en: n={len(said)}+{len(not_said)} AUROC {roc_area(said, not_said):.3f}"
    print(f"{line} equal error {equal_error(said, not_said):.3f}")  # noqa: T201


def describe_answers(rows: Sequence[Row], readings: Sequence[Reading]) -> str:
    """Shares of right sentences and exact answers, and the mean F1 of the answers."""
    right, exact, f1 = [], [], []
    for row, reading in zip(rows, readings, strict=True):
        gold, language = row.answer_text, row.context_language
        found = row.context[slice(*reading.span)]
        right.append(int(np.argmax(reading.sentence_scores)) == find_answering_sentence(row))
        exact.append(normalize_answer(found, language) == normalize_answer(gold, language))
        f1.append(token_f1(found, gold, language))
    return f"sentence {np.mean(right):.3f} exact {np.mean(exact):.3f} F1 {np.mean(f1):.3f}"


def describe_refusals(scorer: Scorer, rows: Sequence[Row], said: Sequence[float], rng: random.Random) -> str:
    """How well the score tells answerable questions from the same ones put to another paragraph, and from near misses."""
    contexts = sorted({row.context for row in rows})
    wrong = []
    for row in rows:
        others = [c for c in contexts if c != row.context and row.answer_text not in c]
        wrong.append(replace(row, context=rng.choice(others), answer=None))
    line = f" | AUROC other paragraph {roc_area(said, [x.score for x in scorer.read(wrong)]):.3f}"
    near = made_near_misses(rows, rows[0].context_language, seed=3)
    for kind in ("removed", "swapped"):
        scores = [x.score for x in scorer.read([row for row in near if row.kind == kind])]
        line += f" {kind} {roc_area(said, scores):.3f} (n={len(scores)}, equal error {equal_error(said, scores):.2f})"
    return line


def find_answering_sentence(row: Row) -> int:
    """Index of the sentence that holds the answer; -1 when there is none."""
    sentences = split_sentences(row.context)
    return next((n for n, (a, b) in enumerate(sentences) if row.answer and a <= row.answer[0] < b), -1)


def print_claims(scorer: Scorer, claims: Sequence[ClaimRow], limit: int) -> None:
    """Print how well the score of "carried" tells carried claims from each kind of other, in one language and across.

    For each kind: the area under the ROC curve against all carried claims of the same sort, and the share that is stopped where
    95 of 100 carried ones pass. At most 3 * limit claims of a language pair's sort.
    """
    rng = random.Random(7)
    for name, across in (("same language", False), ("across languages", True)):
        own = [claim for claim in claims if (claim.claim_language != claim.context_language) == across]
        own = rng.sample(own, min(len(own), 12 * limit))
        scored = list(zip(own, scorer.check(own), strict=True))
        carried = [score for claim, score in scored if claim.carried]
        bound = float(np.quantile(carried, 0.05))
        not_carried = [score for claim, score in scored if not claim.carried]
        print(f"claims, {name}: n={len(carried)}+{len(not_carried)} AUROC {roc_area(carried, not_carried):.3f}")  # noqa: T201
        for kind in sorted({claim.kind for claim in own}):
            scores = [score for claim, score in scored if claim.kind == kind]
            said = next(claim.carried for claim in own if claim.kind == kind)
            share = float(np.mean([(score >= bound) == said for score in scores]))
            print(f"  {kind:16} n={len(scores):4} {'passed' if said else 'stopped'} {share:.3f}")  # noqa: T201


def print_written(scorer: Scorer, rows: Sequence[Row], claims: Sequence[ClaimRow]) -> None:
    """Print how well a checkpoint tells written near misses from answered questions, and true claims from false, by languages."""
    said: defaultdict[tuple[str, str, bool], list[float]] = defaultdict(list)
    for row, reading in zip(rows, scorer.read(rows), strict=True):
        said[("question", pair_name(row.question_language, row.context_language), bool(row.answer))].append(reading.score)
    for claim, score in zip(claims, scorer.check(claims), strict=True):
        said[("claim", pair_name(claim.claim_language, claim.context_language), claim.carried)].append(score)
    for what, pair in sorted({key[:2] for key in said}):
        right, wrong = said[what, pair, True], said[what, pair, False]
        if right and wrong:
            print(f"written {what}, {pair}: n={len(right)}+{len(wrong)} AUROC {roc_area(right, wrong):.3f}")  # noqa: T201


def print_articles(scorer: Scorer, rows: Sequence[Row]) -> None:
    """Print how often a checkpoint puts the right sentence of an excerpt first, and how well it tells answered questions from
    near misses and from excerpts that do not answer, by languages."""
    said: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for row, reading in zip(rows, scorer.read(rows), strict=True):
        pair = "same language" if row.question_language == row.context_language else "other language"
        said[pair, row.kind].append(reading.score)
        if row.answer:
            right[pair].append(int(np.argmax(reading.sentence_scores)) == find_answering_sentence(row))
    for pair, own in sorted(right.items()):
        line = f"{pair}: right sentence {np.mean(own):.3f} (n={len(own)})"
        for kind in ("near miss", "same article"):
            line += f", AUROC to {kind} {roc_area(said[pair, 'answered'], said[pair, kind]):.3f} (n={len(said[pair, kind])})"
        print(line, flush=True)  # noqa: T201


def pair_name(first: str, second: str) -> str:
    """How a pair of languages is told in a table: "zh" for one, "across" for two."""
    return first if first == second else "across"
