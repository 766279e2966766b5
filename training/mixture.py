"""Data by path -> the rows a reader is trained on: given ones, hard negatives, near misses, cross-lingual pairs.

Shares are of the answerable rows of a language; they were set once, before training, and are printed with the counts.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from training.follow_ups import make_follow_ups
from training.near_misses import NearMissMaker, name_kind
from training.neighbours import nearest_contexts
from training.rows import Row, read_lines, read_squad

LANGUAGES = ("en", "zh", "tr")
VALIDATION_ARTICLES = frozenset({5, 11, 17, 23})  # of the parallel SQuAD files; never trained on
# At most this many given rows of a set; other sets are taken whole. Single sentences, reviews and one domain teach less.
MAX_ROWS = {
    "qamr-dev": 4000, "qamr-test": 4000, "squadshifts-reddit": 9673, "squadshifts-amazon": 6000, "thquad-ottoman": 6200,
    "jaquad-train": 12000, "jaquad-dev": 2000, "jsquad-valid": 4000, "pquad-validation": 4000, "pquad-test": 4000,
    "squad-it-test-xdev": 1500, "squad2-pt-dev-xdev": 2600, "squad1-pt-train-sample": 1000, "tydiqa-goldp-train": 4000,
}  # fmt: skip
SHARES = {"neighbour": 0.30, "removed": 0.22, "swapped": 0.40, "inverted": 0.10, "renamed": 0.10, "renamed_both": 0.12}
COPIES_OF_UNANSWERED = 3  # of questions that people wrote so that their context does not answer them: there are few
MAX_FOLLOW_UPS = 3500  # a language
PARALLEL_LANGUAGES = ("en", "zh", "tr", "de", "ru", "ar", "es", "el", "hi", "ro", "th", "vi")
_TURKISH_PLAIN = str.maketrans("ıİşŞğĞüÜöÖçÇ", "iIsSgGuUoOcC")


@cache
def _simplifier() -> Any:  # noqa: ANN401 - opencc has no types
    import opencc

    return opencc.OpenCC("t2s")


def simplify(row: Row) -> Row:
    """A Chinese row in simplified characters, one for one."""
    question, context = _simplifier().convert(row.question), _simplifier().convert(row.context)
    same = len(context) == len(row.context)
    return replace(row, question=question, context=context) if same else row


def type_carelessly(question: str, language: str, rng: random.Random) -> str:
    """The question as people type it: now and then without capitals, question mark or Turkish dots, or with a slip."""
    dice = rng.random()
    if dice < 0.10:
        question = question.rstrip(" ?？.。")
    elif dice < 0.18:
        question = (
            question.casefold().rstrip(" ?？") if language != "tr" else question.translate(_TURKISH_PLAIN).lower()
        )
    elif dice < 0.23 and len(question) > 12 and language not in ("zh", "ja"):
        at = rng.randrange(3, len(question) - 3)
        question = rng.choice(
            [question[:at] + question[at + 1 :], question[:at] + question[at + 1] + question[at] + question[at + 2 :]]
        )
    return question


def read_parallel(folder: Path) -> dict[str, list[tuple[int, int, Row]]]:
    """Parallel SQuAD files by language; the same index is the same question in each."""
    return {lang: read_squad(folder / f"{lang}.json", lang) for lang in PARALLEL_LANGUAGES}


def cross_rows(parallel: dict[str, list[tuple[int, int, Row]]], rng: random.Random) -> list[Row]:
    """Question in one language, context in another: every pair of our three, and two more pairs drawn for each question."""
    rows = []
    for n, (article, _, _) in enumerate(parallel["en"]):
        if article in VALIDATION_ARTICLES:
            continue
        pairs = [(q, c) for q in LANGUAGES for c in LANGUAGES]
        others = [lang for lang in PARALLEL_LANGUAGES if lang not in LANGUAGES]
        pairs += [(rng.choice(others), rng.choice(LANGUAGES)), (rng.choice(LANGUAGES), rng.choice(others))]
        for question_language, context_language in pairs:
            asked, row = parallel[question_language][n][2], parallel[context_language][n][2]
            rows.append(replace(row, question=asked.question, question_language=question_language, source="parallel"))
    return rows


def same_question_rows(by_language: dict[str, list[Row]], rng: random.Random, count: int) -> list[Row]:
    """Questions of translated SQuAD files put to the context of another translation, matched by the question's id."""
    by_id: defaultdict[str, list[Row]] = defaultdict(list)
    for rows in by_language.values():
        for row in rows:
            if row.source.endswith("-xdev"):
                by_id[row.id].append(row)
    made = []
    for own in by_id.values():
        pairs = [
            (a, b)
            for a in own
            for b in own
            if a.context_language != b.context_language and bool(a.answer) == bool(b.answer)
        ]
        if pairs:
            asked, read = rng.choice(pairs)
            made.append(replace(read, question=asked.question, question_language=asked.question_language))
    rng.shuffle(made)
    return made[:count]


def drop_validation(rows: Sequence[Row], parallel: dict[str, list[tuple[int, int, Row]]]) -> list[Row]:
    """Rows without those whose context belongs to an article of the validation set: the nearest of the parallel
    paragraphs in its language (Spanish for Portuguese and Italian) tells which article a context is from."""
    kept = [row for row in rows if not row.source.endswith("-xdev")]
    suspect: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.source.endswith("-xdev"):
            suspect[row.context_language].append(row)
    for language, own in suspect.items():
        known = parallel[language if language in parallel else "es"]
        contexts = sorted({row.context for row in own})
        texts = [row.context for _, _, row in known]
        nearest = nearest_contexts(contexts, texts, language, 5)
        article = {
            c: Counter(known[i][0] for i in best).most_common(1)[0][0]
            for c, best in zip(contexts, nearest, strict=True)
        }
        kept += [row for row in own if article[row.context] not in VALIDATION_ARTICLES]
    return kept


def answer_kind(row: Row) -> str:
    """What a row's answer is: "year", "number", the kind of name it is (`name_kind`), or "other"."""
    text = row.answer_text
    if any(c.isdigit() for c in text):
        return "year" if len(text) < 20 and any(part.isdigit() and len(part) == 4 for part in text.split()) else "number"
    return name_kind(row.question, text.strip(), row.question_language) or "other"


def add_negatives(rows: Sequence[Row], language: str, rng: random.Random) -> list[Row]:
    """Negatives and near misses of the rows of one language, made from its answerable ones."""
    answerable = [row for row in rows if row.answer]
    contexts = sorted({row.context for row in rows})
    nearest = nearest_contexts([row.question for row in answerable], contexts, language, 8)
    maker = NearMissMaker(answerable, language, rng)
    kinds_in: defaultdict[str, set[str]] = defaultdict(set)
    for row in answerable:
        kinds_in[row.context].add(answer_kind(row))
    made: list[Row] = []
    for row, best in zip(answerable, nearest, strict=True):
        answer = row.answer_text.strip().casefold()
        others = [contexts[i] for i in best if contexts[i] != row.context and answer not in contexts[i].casefold()]
        # A context with another answer of the kind asked for is harder to refuse than one without.
        alike = [context for context in others if answer_kind(row) in kinds_in[context]] or others
        beside = rng.choice(alike[:4]) if others else ""
        if others and rng.random() < SHARES["neighbour"]:
            made.append(replace(row, context=beside, answer=None, kind="neighbour"))
        drawn = {kind: rng.random() < share for kind, share in SHARES.items()}
        candidates = [
            maker.remove_answer(row) if drawn["removed"] else None,
            maker.swap(row, beside) if drawn["swapped"] and row.question_language == row.context_language else None,
            maker.invert(row) if drawn["inverted"] else None,
            maker.rename(row) if drawn["renamed"] else None,
            maker.rename_both(row) if drawn["renamed_both"] else None,
        ]
        made += [near for near in candidates if near]
    return made


def read_rows(data: Path, rng: random.Random) -> tuple[list[Row], dict[str, list[tuple[int, int, Row]]]]:
    """All training rows under a folder that holds `reading/` and `xquad-dev/`, shuffled; and the parallel files."""
    parallel = read_parallel(data / "xquad-dev")
    barred = {row.context.strip() for own in parallel.values() for a, _, row in own if a in VALIDATION_ARTICLES}
    by_language: dict[str, list[Row]] = {}
    for path in sorted((data / "reading").glob("*.jsonl.gz")):
        language = path.name.partition(".")[0]
        if path.name != f"{language}.jsonl.gz":
            continue
        by_set: defaultdict[str, list[Row]] = defaultdict(list)
        for row in read_lines(path):
            if row.context.strip() not in barred:
                by_set[row.source].append(row)
        for name, own in by_set.items():
            rng.shuffle(own)
            del own[MAX_ROWS.get(name, len(own)) :]
        by_language[language] = drop_validation([row for own in by_set.values() for row in own], parallel)
    by_language["zh"] = [
        simplify(r) if r.source.startswith("drcd") and rng.random() < 0.7 else r for r in by_language["zh"]
    ]
    crossed = same_question_rows(by_language, rng, 2500)
    groups = {**by_language, "parallel": [*cross_rows(parallel, rng), *crossed]}
    rows: list[Row] = []
    for own in groups.values():
        for context_language in sorted({row.context_language for row in own}):
            part = [row for row in own if row.context_language == context_language]
            unanswered = [row for row in part if not row.answer]
            rows += [*part, *unanswered * (COPIES_OF_UNANSWERED - 1), *add_negatives(part, context_language, rng)]
    for language in LANGUAGES:
        rows += make_follow_ups(groups["parallel"] + by_language[language], language, rng, MAX_FOLLOW_UPS)
    rows = [replace(row, question=type_carelessly(row.question, row.question_language, rng)) for row in rows]
    rng.shuffle(rows)
    return rows, parallel


def describe(rows: Sequence[Row]) -> str:
    """Counts by context language and kind, a line each."""
    counts = Counter(
        (row.context_language, "answered" if row.answer else row.kind if row.kind != "given" else "unanswered")
        for row in rows
    )
    return "\n".join(f"{language:4} {kind:12} {n:7}" for (language, kind), n in sorted(counts.items()))
