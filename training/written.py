"""Questions and claims written for this, on paragraphs of the data sets -> rows to train on.

Chinese and Turkish sets have no question that was written so that its paragraph does not answer it, and no set has claims that
are false in words of their own across languages. `training/written/*.txt` holds such lines, beside answerable questions and true
claims on the same paragraphs, so that nothing but reading tells them apart. A line `@KEY` names a paragraph of the data by the
digest of its text; paragraphs that were composed for this stand in lines `= LANGUAGE TEXT`, the same in several languages, and
the titles of the articles that they could be from in lines `h LANGUAGE TEXT` after them.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training.misplaced import ask_elsewhere, ask_same_article, put_elsewhere, repeat_sentences, stitch_claims
from training.mixture import (
    LANGUAGES,
    VALIDATION_ARTICLES,
    add_negatives,
    drop_validation,
    read_parallel,
    read_rows,
    simplify,
    type_carelessly,
)
from training.near_misses import split_sentences
from training.reworded import SHARE_OPENED, open_claim
from training.rows import ClaimRow, Row, Span, read_lines

FOLDER = Path(__file__).parent / "written"
KEY_DIGITS = 12  # hexadecimal ones of a paragraph's SHA-256
HELD_OUT_IN = 10  # one paragraph in so many is for validation and calibration
SHARE_ELSEWHERE, SHARE_STITCHED = 0.35, 0.35  # of the true written claims
SHARE_REPEATED = 0.5  # of the false written claims
SHARE_ASKED_ELSEWHERE = 0.8  # of the answered written questions
SHARE_SAME_ARTICLE = 0.8  # of those whose article has other paragraphs
SHARE_HALVED, SHARE_OTHER_HALF = 0.5, 0.5  # of the written questions, and of those whose answer stands in one part
SHARE_UNTITLED, SHARE_FOREIGN_TITLE = 0.3, 0.25  # of the rows that have a title: those without it, and with it in any language
MAX_POOL = 3000  # paragraphs of a language among which a near one is looked for
QUESTIONS, CLAIMS = {"n": "near miss", "a": "answered"}, {"t": "true", "f": "false"}


@dataclass(frozen=True, slots=True)
class Line:
    """A question, a claim, or a paragraph composed for this.

    kind: "n" for a near miss, "a" for an answerable question, "t" or "f" for a claim, "=" for a paragraph, "h" for its title.
    answers: of an answerable question, as the paragraph has it, and as it has it in each other language of a composed one.
    """

    key: str
    kind: str
    language: str
    text: str
    answers: tuple[str, ...] = ()


def make_key(context: str) -> str:
    """The key of a paragraph: the beginning of the SHA-256 of its text, white space aside."""
    return hashlib.sha256(" ".join(context.split()).encode()).hexdigest()[:KEY_DIGITS]


def is_held_out(key: str) -> bool:
    """Whether the lines on a paragraph are kept for validation."""
    return int(key, 16) % HELD_OUT_IN == 0


def parse_lines(path: Path) -> Iterator[Line]:
    """Lines of a file. Raises ValueError that names file and line when one is of another form."""
    key = before = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        kind, _, rest = line.strip().partition(" ")
        language, _, text = rest.partition(" ")
        if kind.startswith("@"):
            key = kind[1:]
        elif kind:
            text, *answers = (part.strip() for part in text.split(" | ")) if kind == "a" else (text.strip(),)
            known = kind in {*QUESTIONS, *CLAIMS, "=", "h"} and language in LANGUAGES
            if not known or not text or (kind == "a") != any(answers):
                raise ValueError(f"{path}:{number}: not a question, claim, paragraph or title: {line!r}")
            if kind == "=" != before:
                key = make_key(text)
            yield Line(key, kind, language, text, tuple(answers))
        before = kind


def read_contexts(data: Path) -> dict[str, list[Row]]:
    """A row for each context of the data that may be trained on, by its key; of a parallel paragraph, one in each language."""
    parallel = read_parallel(data / "xquad-dev")
    barred = {row.context.strip() for own in parallel.values() for a, _, row in own if a in VALIDATION_ARTICLES}
    found: dict[str, list[Row]] = {}
    for language in LANGUAGES:
        rows = {row.context: row for row in read_lines(data / "reading" / f"{language}.jsonl.gz")}
        kept = drop_validation([row for row in rows.values() if row.context.strip() not in barred], parallel)
        for row in kept:
            found[make_key(row.context)] = [simplify(row) if row.source.startswith("drcd") else row]
    for n, (article, _, _) in enumerate(parallel["en"]):
        if article not in VALIDATION_ARTICLES:
            views = [parallel[language][n][2] for language in LANGUAGES]
            for own in views:
                found[make_key(own.context)] = [own, *(view for view in views if view is not own)]
    return found


def make_rows(lines: Sequence[Line], contexts: Mapping[str, Sequence[Row]]) -> tuple[list[Row], list[ClaimRow]]:
    """Questions and claims put to their paragraphs, and to the same paragraphs in other languages.

    A line whose paragraph is not in the data, or whose answer is not in its paragraph, is left out.
    """
    rows: list[Row] = []
    contexts = {**contexts, **read_composed(lines)}
    claims: list[ClaimRow] = []
    for line in lines:
        for number, given in enumerate(contexts.get(line.key, ())):
            languages, context = (line.language, given.context_language), given.context
            if line.kind in CLAIMS:
                kind = f"written {CLAIMS[line.kind]}"
                claims.append(ClaimRow(line.text, languages[0], context, languages[1], line.kind == "t", kind))
            elif line.kind == "n":
                rows.append(Row("written", line.key, *languages, line.text, context, None, QUESTIONS["n"], given.title))
            elif number < len(line.answers) and (span := find_answer(line.answers[number], given)):
                rows.append(Row("written", line.key, *languages, line.text, context, span, QUESTIONS["a"], given.title))
    return rows, claims


def read_titles(lines: Sequence[Line]) -> dict[tuple[str, str], str]:
    """The titles of paragraphs, by the paragraph's key and the title's language."""
    return {(line.key, line.language): line.text for line in lines if line.kind == "h"}


def read_composed(lines: Sequence[Line]) -> dict[str, list[Row]]:
    """A row for each language of each paragraph that was composed, by its key, with its title where it has one."""
    titles = read_titles(lines)
    composed: dict[str, list[Row]] = {}
    for line in lines:
        if line.kind == "=":
            title = titles.get((line.key, line.language), "")
            row = Row("composed", line.key, line.language, line.language, "", line.text, None, title=title)
            composed.setdefault(line.key, []).append(row)
    return composed


def read_views(folder: Path = FOLDER) -> Iterator[dict[str, str]]:
    """Each paragraph that was composed, by language."""
    for path in sorted(folder.glob("composed-*.txt")):
        views: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for line in parse_lines(path):
            if line.kind == "=":
                views[line.key][line.language] = line.text
        yield from views.values()


def find_answer(answer: str, given: Row) -> Span | None:
    """Where an answer stands in its paragraph, which may have been simplified since."""
    if given.source.startswith("drcd"):
        answer = simplify(replace(given, context=answer)).context
    at = given.context.find(answer)
    return (at, at + len(answer)) if at >= 0 else None


def read_written(data: Path, held_out: bool, folder: Path = FOLDER) -> tuple[list[Row], list[ClaimRow]]:
    """The questions and the claims on paragraphs that are held out, or on all others. data: holds `reading/` and `xquad-dev/`."""
    lines = [line for path in sorted(folder.glob("*.txt")) for line in parse_lines(path) if is_held_out(line.key) == held_out]
    return make_rows(lines, read_contexts(data))


def pair_composed(lines: Sequence[Line]) -> dict[str, list[tuple[int, int, Row]]]:
    """The paragraphs composed in all three languages, each as an article of its own: as `read_parallel` gives parallel files."""
    views = [{row.context_language: row for row in own} for own in read_composed(lines).values()]
    whole = [own for own in views if set(own) == set(LANGUAGES)]
    return {language: [(n, 0, own[language]) for n, own in enumerate(whole)] for language in LANGUAGES}


def make_near_misses(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Near misses that code makes of the answered questions: the sentence that answers cut out, names changed or swapped."""
    made = []
    for language in LANGUAGES:
        own = [row for row in rows if row.context_language == language]
        made += [row for row in add_negatives(own, language, rng) if row.kind != "neighbour"] if own else []
    return made


def halve_contexts(rows: Sequence[Row], share: float, rng: random.Random) -> Iterator[Row]:
    """A share of the rows whose paragraph has four sentences or more, with a part of it in its place: the part that answers, and
    half of the time the other part too, which does not. News have paragraphs of one to three sentences. Where there is no title,
    the first sentence stands for one before the second part."""
    for row in rows:
        sentences = split_sentences(row.context)
        if len(sentences) < 4 or rng.random() >= share:
            continue
        cut = sentences[rng.randint(2, len(sentences) - 2)][0]
        title = row.title or row.context[slice(*sentences[0])].strip().rstrip(".。")
        first, second = replace(row, context=row.context[:cut].rstrip()), replace(row, context=row.context[cut:], title=title)
        if not row.answer:
            yield rng.choice((first, second))
            continue
        start, end = row.answer
        if start < cut < end:
            continue
        own, other = (first, second) if end <= cut else (replace(second, answer=(start - cut, end - cut)), first)
        yield own
        if rng.random() < SHARE_OTHER_HALF and row.answer_text.casefold() not in other.context.casefold():
            yield replace(other, answer=None, kind="removed")


def vary_titles(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """The rows, a part of them without their title, and a part with the same title in another language: an article's title is not
    translated where its paragraphs are."""
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        titles[row.id].add(row.title)
    varied = []
    for row in rows:
        dice = rng.random()
        if dice < SHARE_UNTITLED:
            title = ""
        elif dice < SHARE_UNTITLED + SHARE_FOREIGN_TITLE and row.title:
            title = rng.choice(sorted(titles[row.id]))
        else:
            title = row.title
        varied.append(replace(row, title=title))
    return varied


def mix_written(data: Path, copies: int, others: int, rng: random.Random) -> list[Row]:
    """Rows for a later run of the reader: each written question so many times, near misses made of the answered ones, and as many
    others, mostly in our languages."""
    written, _ = read_written(data, held_out=False)
    others_of = [*ask_elsewhere(written, SHARE_ASKED_ELSEWHERE, rng), *make_near_misses(written, rng)]
    others_of += ask_same_article(written, SHARE_SAME_ARTICLE, rng)
    others_of += halve_contexts(written, SHARE_HALVED, rng)
    written = written * copies + others_of
    written = vary_titles(written, rng)
    made = [replace(row, question=type_carelessly(row.question, row.question_language, rng)) for row in written]
    rows, _ = read_rows(data, rng)
    ours = [row for row in rows if {row.question_language, row.context_language} <= set(LANGUAGES)]
    made += [*ours[: others * 4 // 5], *rows[: others // 5]]
    rng.shuffle(made)
    return made


def mix_claims(
    written: Sequence[ClaimRow], copies: int, made: Sequence[ClaimRow], others: int, rng: random.Random
) -> list[ClaimRow]:
    """Claims for the last run of the checker, shuffled: each written false one so many times and each true one twice as many,
    written ones in false places and stitched together, the sentences that half of the false ones are like, and as many others as
    asked, half of them true, of all kinds alike. A tenth of the written ones come after words such as "According to the article".
    """
    pools: dict[str, dict[str, None]] = {language: {} for language in LANGUAGES}  # sets that keep their order
    for claim in [*written, *made]:
        pool = pools.get(claim.context_language)
        if pool is not None and len(pool) < MAX_POOL:
            pool[claim.context] = None
    mixed = [*balance_kinds([row for row in made if row.carried], others // 2)]
    mixed += balance_kinds([row for row in made if not row.carried], others // 2)
    mixed += put_elsewhere(written, pools, SHARE_ELSEWHERE, rng)
    mixed += stitch_claims(written, SHARE_STITCHED, rng)
    mixed += repeat_sentences(written, SHARE_REPEATED, rng)
    for row in [*written, *(row for row in written if row.carried)] * copies:
        opened = open_claim(row.claim, row.claim_language, rng) if rng.random() < SHARE_OPENED else row.claim
        mixed.append(replace(row, claim=opened))
    rng.shuffle(mixed)
    return mixed


def balance_kinds(rows: Sequence[ClaimRow], count: int) -> list[ClaimRow]:
    """At most `count` rows, the first of each kind in turn, those across languages being kinds of their own."""
    kinds: dict[tuple[str, bool], list[ClaimRow]] = {}
    for row in rows:
        kinds.setdefault((row.kind, row.claim_language == row.context_language), []).append(row)
    turns = itertools.zip_longest(*kinds.values())
    return list(itertools.islice((row for turn in turns for row in turn if row), count))


def write_squad(lines: Sequence[Line], folder: Path, parallel: Path) -> range:
    """Write the composed paragraphs that are held out into SQuAD 2.0 files, one a language, after the articles of the parallel
    ones; returns their places, from 1. Each is an article; its questions are the answered ones and the near misses."""
    before = {language: json.loads((parallel / f"{language}.json").read_text(encoding="utf-8"))["data"] for language in LANGUAGES}
    composed: dict[str, list[Line]] = {}
    asked: dict[str, list[Line]] = {}
    titles = read_titles(lines)
    for line in lines:
        if is_held_out(line.key):
            (composed if line.kind == "=" else asked).setdefault(line.key, []).append(line)
    for language in LANGUAGES:
        articles = before[language]
        for key, views in composed.items():
            place = next(n for n, view in enumerate(views) if view.language == language)
            text, qas = views[place].text, []
            for number, line in enumerate(line for line in asked.get(key, ()) if line.kind in QUESTIONS):
                row = {"id": f"{key}-{number}", "question": line.text, "is_impossible": line.kind == "n", "answers": []}
                if line.answers:
                    answer = line.answers[place]
                    row["answers"] = [{"text": answer, "answer_start": text.index(answer)}]
                qas.append(row)
            title = titles.get((key, language), key)
            articles.append({"title": title, "paragraphs": [{"context": text, "qas": qas}]})
        (folder / f"{language}.json").write_text(json.dumps({"data": articles}, ensure_ascii=False), encoding="utf-8")
    return range(len(before["en"]) - len(composed) + 1, len(before["en"]) + 1)
