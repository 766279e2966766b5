"""Questions about articles of several paragraphs -> rows for a later run of the reader.

The next reader is to read excerpts: paragraphs that follow one another in an article, so that "he" and "the project" are told
by what stands before. So each question is put to an excerpt around its own paragraph, which answers it, and to one of other
paragraphs of the article, which does not; near misses to excerpts around the paragraph that they are about. A part of the other
rows, whose paragraphs stand alone, are put among paragraphs of other rows, so that an excerpt is nothing new there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag.answer.excerpts import BETWEEN_PARAGRAPHS, MAX_EXCERPT_TOKENS, estimate_tokens
from training.mixture import LANGUAGES, VALIDATION_ARTICLES, read_parallel
from training.rows import Row
from training.written import FOLDER, Line, is_held_out, make_rows, mix_written, parse_lines, vary_titles

NAME = "composed-articles*.txt"
MAX_PARAGRAPHS = 6  # of an excerpt; how many it has is drawn
SHARE_AMONG_OTHERS, MAX_OTHERS = 0.4, 3  # of the rows whose paragraph stands alone; paragraphs put beside it

Article = Mapping[str, Sequence[Row]]
"""The paragraphs of an article in order, a row for each, by language."""


def read_articles(held_out: bool, folder: Path = FOLDER) -> list[tuple[Article, list[Row]]]:
    """Articles that are held out, or all others, each with its questions put to their paragraph in every language."""
    lines = [line for path in sorted(folder.glob(NAME)) for line in parse_lines(path)]
    return [(article, rows) for article, rows, own in _group(lines) if own == held_out]


def _group(lines: Sequence[Line]) -> Iterator[tuple[Article, list[Row], bool]]:
    """Each article with its questions, and whether it is held out: as its first paragraph is."""
    titles = {line.key: line.text for line in reversed(lines) if line.kind == "h"}
    asked: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        asked[titles[line.key]].append(line)
    for own in asked.values():
        article: defaultdict[str, list[Row]] = defaultdict(list)
        for key in dict.fromkeys(line.key for line in own):
            for row in _read_paragraph([line for line in own if line.key == key]):
                article[row.context_language].append(row)
        yield article, make_rows(own, {})[0], is_held_out(own[0].key)


def _read_paragraph(lines: Sequence[Line]) -> Iterator[Row]:
    titles = {line.language: line.text for line in lines if line.kind == "h"}
    for line in lines:
        if line.kind == "=":
            title = titles.get(line.language, "")
            yield Row("composed", line.key, line.language, line.language, "", line.text, None, title=title)


def mix_articles(data: Path, drawings: int, others: int, rng: random.Random) -> list[Row]:
    """Rows for the run, shuffled: questions about articles, those of the data that may be trained on among them, put to excerpts
    in so many drawings, and `others` of the rows that `mix_written` makes, a part of them among other paragraphs."""
    mixed = []
    for article, asked in [*read_articles(held_out=False), *_read_parallel_articles(data)]:
        for _ in range(drawings):
            views = draw_views(asked, rng)
            near_misses = [row for row in views if not row.answer]
            mixed += vary_titles(list(ask_excerpts(article, [*views, *near_misses], rng)), rng)
    if others:
        rows = mix_written(data, 1, others, rng)
        mixed += put_among_others(rng.sample(rows, min(others, len(rows))), SHARE_AMONG_OTHERS, rng)
    rng.shuffle(mixed)
    return mixed


def put_among_others(rows: Sequence[Row], share: float, rng: random.Random) -> list[Row]:
    """The rows, a share of them with paragraphs of other rows before and after their own, which do not hold the answer."""
    pools: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        pools[row.context_language].append(row.context)
    put = []
    for row in rows:
        if rng.random() >= share:
            put.append(row)
            continue
        room = MAX_EXCERPT_TOKENS - estimate_tokens(row.context)
        sides: tuple[list[str], list[str]] = [], []
        for _ in range(rng.randint(1, MAX_OTHERS)):
            other = rng.choice(pools[row.context_language])
            told = row.answer is not None and row.answer_text.casefold() in other.casefold()
            if other != row.context and not told and estimate_tokens(other) <= room:
                room -= estimate_tokens(other)
                rng.choice(sides).append(other)
        before = BETWEEN_PARAGRAPHS.join([*sides[0], ""])
        answer = (row.answer[0] + len(before), row.answer[1] + len(before)) if row.answer else None
        put.append(replace(row, context=before + BETWEEN_PARAGRAPHS.join([row.context, *sides[1]]), answer=answer))
    return put


def _read_parallel_articles(data: Path) -> Iterator[tuple[Article, list[Row]]]:
    parallel = read_parallel(data / "xquad-dev")
    for number in sorted({a for a, _, _ in parallel["en"]} - set(VALIDATION_ARTICLES)):
        article: dict[str, list[Row]] = {}
        asked: list[Row] = []
        for language in LANGUAGES:
            own = [replace(row, id=f"{number}.{p}") for a, p, row in parallel[language] if a == number]
            article[language] = list({row.context: row for row in own}.values())
            asked += own
        yield article, asked


def read_held_out_articles(paragraphs: int, limit: int, rng: random.Random) -> list[Row]:
    """At most `limit` rows of each kind and each pair of languages, of the articles that are held out. paragraphs: at most, of an
    excerpt; with 1 each is read alone."""
    rows: defaultdict[tuple[str, bool], list[Row]] = defaultdict(list)
    for article, asked in read_articles(held_out=True):
        for row in ask_excerpts(article, draw_views(asked, rng), rng, paragraphs):
            rows[row.kind, row.question_language == row.context_language].append(row)
    return [row for own in rows.values() for row in rng.sample(own, min(limit, len(own)))]


def draw_views(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Each question put to its paragraph in its own language, and in one other language, drawn for each."""
    views: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    chosen = []
    for row in rows:
        if row.question_language == row.context_language:
            chosen.append(row)
        else:
            views[row.question, row.question_language, row.kind].append(row)
    return [*chosen, *(rng.choice(own) for own in views.values())]


def ask_excerpts(
    article: Article, asked: Sequence[Row], rng: random.Random, paragraphs: int = MAX_PARAGRAPHS
) -> Iterator[Row]:
    """Each question put to an excerpt around its paragraph, and each that is answered to one that does not answer it, where the
    article has such paragraphs. asked: rows whose contexts are paragraphs of the article; paragraphs: at most, of an excerpt."""
    for row in asked:
        own = article[row.context_language]
        at = next(n for n, paragraph in enumerate(own) if paragraph.context == row.context)
        first, last = _draw_run(own, at, 0, len(own), rng.randint(1, paragraphs), rng)
        before = BETWEEN_PARAGRAPHS.join([*(p.context for p in own[first:at]), ""])
        answer = (row.answer[0] + len(before), row.answer[1] + len(before)) if row.answer else None
        yield replace(row, context=join_paragraphs(own[first:last]), answer=answer)
        told = row.answer_text.casefold()
        silent = [n for n, p in enumerate(own) if n != at and told not in p.context.casefold()]
        if row.answer and silent:
            drawn = rng.choice(silent)
            low = max((n + 1 for n in range(drawn) if n not in silent), default=0)
            high = min((n for n in range(drawn, len(own)) if n not in silent), default=len(own))
            first, last = _draw_run(own, drawn, low, high, rng.randint(1, paragraphs), rng)
            yield replace(row, context=join_paragraphs(own[first:last]), answer=None, kind="same article")


def join_paragraphs(paragraphs: Sequence[Row]) -> str:
    """The text of an excerpt."""
    return BETWEEN_PARAGRAPHS.join(paragraph.context for paragraph in paragraphs)


def _draw_run(own: Sequence[Row], at: int, low: int, high: int, wanted: int, rng: random.Random) -> tuple[int, int]:
    """A run [first, last) of the paragraphs low to high - 1 that holds number `at` and has room in an excerpt; of as many as
    wanted, where there are."""
    first, last = at, at + 1
    room = MAX_EXCERPT_TOKENS - estimate_tokens(own[at].context)
    while last - first < wanted:
        sides = [n for n in (first - 1, last) if low <= n < high and estimate_tokens(own[n].context) <= room]
        if not sides:
            break
        drawn = rng.choice(sides)
        room -= estimate_tokens(own[drawn].context)
        first, last = min(first, drawn), max(last, drawn + 1)
    return first, last
