"""Scores: what a list of results comes to. Each keeps the questions behind it, so that a low one leads to its failures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from evals import metrics
from evals.claims import Claim
from evals.gold import SMALL_TALK
from evals.grounding import grounded, months, names, numbers, score_probes
from evals.metrics import Score, interval_of, mean
from evals.results import Result
from evals.systems import valid

LANGUAGES = {"en": "English", "zh": "Chinese", "tr": "Turkish"}
K = 5  # paragraphs of a list that are looked at
STAGES = ("embed", "search", "read", "answer", "total")
_GRACE_SECONDS = 1.0  # over its deadline that an answer may take


def list_scores(results: Sequence[Result], probes: Mapping[Claim, bool] | None = None) -> list[Score]:
    """All figures of the gate. probes: of each claim, whether verification did with it what it should."""
    return [
        *_answers(results), *_test(results), *_citations(results, probes or {}), *_retrieval(results), *_refusing(results),
        *_confidence(results), *_languages(results), *_costs(results),
    ]  # fmt: skip


def list_headline(results: Sequence[Result]) -> list[Score]:
    """The few figures that are also computed of the baselines."""
    every = [*_core(results, "", "answers")]
    ranks = [s for s in _retrieval(results) if s.name in ("Hit@1", f"Hit@{K}", f"MRR@{K}", f"nDCG@{K}")]
    answerable = {r.id: float(r.language) for r in results if not r.refused}
    crags = mean("CRAG score", "", "", {r.id: metrics.crag(r.refused, r.right) for r in results})
    return [*every, crags, *ranks, mean("language of the answer", "", "", answerable)]


def list_unseen_scores(results: Sequence[Result]) -> list[Score]:
    """The figures of articles and questions that no rule, weight or threshold was chosen on; none without results."""
    if not results:
        return []
    group = "unseen articles"
    near = [r for r in results if r.item.kind == "near-miss"]
    hits = [s for s in _retrieval(results) if s.name == f"Hit@{K}"]
    return [
        *(replace(score, name=f"unseen: {score.name}", group=group) for score in (
            _right("right", "answerable questions", [r for r in results if r.item.answerable]),
            _first("first sentence shown: right", results),
            _right("near misses refused", "the same subject, another question", near), *hits,
        )),
        *_core(results, "unseen: ", group),
    ]  # fmt: skip


def _right(name: str, about: str, part: Sequence[Result]) -> Score:
    return mean(name, "answers", about, {r.id: float(r.right) for r in part})


def _first(name: str, part: Sequence[Result]) -> Score:
    return mean(name, "answers", "a refusal shows none", {r.id: float(ok) for r in part if (ok := r.first) is not None})


def _core(part: Sequence[Result], prefix: str, group: str) -> Iterator[Score]:
    """Correctness, citations, refusals and length of some results."""
    make = partial(mean, group=group)
    correct = {r.id: float(r.correct) for r in part if r.correct is not None}
    cited = {r.id: r.citing for r in part if r.citing}
    yield make(f"{prefix}answer correctness", about="states all gold facts, compared as typed values", values=correct)
    for which, what in (
        ("precision", "share of the paragraphs cited that are gold"),
        ("recall", "share of the gold facts for which a paragraph that states it is cited"),
        ("F1", "harmonic mean of the two, by question"),
    ):
        values = {row: getattr(c, which.lower()) for row, c in cited.items()}
        yield make(f"{prefix}citation {which}", about=what, values=values)
    yield make(
        f"{prefix}false answers", about="answered what the articles do not answer (NoMIRACL's hallucination rate)",
        values={r.id: float(not r.right) for r in part if _unanswerable(r)}, lower=True,
    )  # fmt: skip
    yield make(
        f"{prefix}false refusals", about="refused what the articles answer (NoMIRACL's error rate)",
        values={r.id: float(r.refused) for r in part if r.item.answerable}, lower=True,
    )  # fmt: skip
    lengths = [length for r in part if (length := r.length) is not None]
    middle = interval_of(lambda rows: metrics.percentile(rows, 50), lengths)
    about = "characters cited over characters of the gold sentences, the middle one"
    yield Score(
        f"{prefix}length against the gold", group, about, metrics.percentile(lengths, 50), len(lengths), middle, unit="×"
    )


def _unanswerable(result: Result) -> bool:
    return not result.item.answerable and result.item.kind not in ("overview", SMALL_TALK)


def _answers(results: Sequence[Result]) -> Iterator[Score]:
    plain = [r for r in results if r.item.file == "plain" and r.item.answerable]
    reworded = [r for r in results if r.item.file.startswith("reworded") and r.item.answerable]
    yield _right("plain: right", "plain wording, in the article's own language", plain)
    yield _right("reworded: right", "terse or paraphrased, a quarter in another language than the article", reworded)
    for code, name in LANGUAGES.items():
        part = [r for r in results if r.item.file == "languages" and r.item.language == code]
        yield _right(f"{name}: right", f"each article asked about in {name}", part)
    other = [r for r in results if r.item.answerable and not r.same_language]
    yield _right("other language than the article: right", "question and article in different languages", other)
    for kind, what in (
        ("fact", "single facts, two thirds in another language than the article"), ("list", "lists"),
        ("join", "joins over sentences or articles, questions of two parts"), ("conflict", "sources that differ"),
        ("time", "times to be read or reckoned"), ("follow-up", "follow-ups in a dialogue"),
        ("overview", "summaries, which articles, what the assistant can do"),
    ):  # fmt: skip
        part = [r for r in results if r.item.kind == r.item.file == kind]
        yield _right(f"{kind}: right", what, [r for r in part if r.item.answerable or kind == "overview"])
    yield _right("paragraphs: right", "one question at least for every paragraph that states a fact", [
        r for r in results if r.item.file == "paragraphs"
    ])  # fmt: skip
    curious = [r for r in results if r.item.file == "curious"]
    yield _right("curious: right", "as people type: short, vague, misspelt", [r for r in curious if r.item.answerable])
    yield _right("curious: near misses refused", "as people type", [r for r in curious if r.item.kind == "near-miss"])
    yield _right("small talk: met with a line", "nothing is cited", [r for r in results if r.item.kind == SMALL_TALK])
    yield _first("first sentence shown: right", results)
    shorts = {r.id: float(ok) for r in results if (ok := r.short) is not None}
    yield mean("exact answer: right", "answers", "equal to, or holding, an accepted form", shorts)
    yield from _core(results, "all: ", "answers")
    yield mean(
        "CRAG score", "answers", "1 right, 0 refused, -1 wrong", {r.id: metrics.crag(r.refused, r.right) for r in results}
    )


def _test(results: Sequence[Result]) -> Iterator[Score]:
    """The third that nothing was tuned on."""
    part = [r for r in results if r.item.split == "test"]
    yield _right("test third: right", "held-out questions of all kinds", [r for r in part if r.item.answerable])
    yield _first("test third: first sentence shown: right", part)
    yield _right("test third: near misses refused", "of all files", [r for r in part if r.item.kind == "near-miss"])
    yield from _core(part, "test third: ", "answers")


def _citations(results: Sequence[Result], probes: Mapping[Claim, bool]) -> Iterator[Score]:
    group = "citations"
    quotes: dict[str, float] = {}
    claims: dict[str, float] = {}
    for r in results:
        texts = {row: p.text for row, p in r.paragraphs.items()}
        quotes |= {f"{r.id}/{n}": float(good) for n, good in enumerate(valid(r.response, texts), 1)}
        if r.response.claims:
            claims[r.id] = len(r.response.sentences) / r.response.claims
    yield mean("quotes that stand in their paragraph", group, "an invariant", quotes)
    for what, about, reading, around in (
        ("numbers", "all in digits are in what is cited, or in the question", numbers, False),
        ("dates", "all months named are in what is cited, or in the question", months, False),
        ("names", "all are in what is cited, its title, the paragraph before it, or the question", names, True),
    ):
        held = {r.id: grounded(r, reading, around) for r in results if not r.refused}
        shown = {row: float(good) for row, good in held.items() if good is not None}
        yield mean(f"{what} shown that their paragraphs have", group, about, shown)
    yield mean("claims supported", group, "share of an answer's sentences that verification let through", claims)
    yield from score_probes(probes)


def _retrieval(results: Sequence[Result]) -> Iterator[Score]:
    searched = [r for r in results if r.searched]

    def each(measure: Callable[..., float | None], k: int, part: Sequence[Result] = searched) -> dict[str, float]:
        found = {r.id: measure(r.response.retrieved, r.gold, k) for r in part}
        return {row: value for row, value in found.items() if value is not None}

    yield mean("Hit@1", "retrieval", "the first paragraph found is gold", each(metrics.hit, 1))
    yield mean(f"Hit@{K}", "retrieval", f"a gold paragraph is among the first {K}", each(metrics.hit, K))
    yield mean(f"MRR@{K}", "retrieval", "one over the place of the first gold paragraph", each(metrics.reciprocal_rank, K))
    yield mean(f"nDCG@{K}", "retrieval", "gold paragraphs found, discounted by place", each(metrics.ndcg, K))
    for code, name in LANGUAGES.items():
        part = [r for r in searched if r.item.file == "languages" and r.item.language == code]
        about = f"a gold paragraph is among the first three, asked in {name}"
        yield mean(f"{name}: paragraph in first three", "retrieval", about, each(metrics.hit, 3, part))


def _refusing(results: Sequence[Result]) -> Iterator[Score]:
    def refused(name: str, about: str, part: Sequence[Result]) -> Score:
        return mean(name, "refusing", about, {r.id: float(r.right) for r in part if _unanswerable(r)})

    plain, reworded = ([r for r in results if r.item.file.startswith(file)] for file in ("plain", "reworded"))
    yield refused("plain: unanswerable refused", "plain questions the articles do not answer", plain)
    yield refused("reworded: unanswerable refused", "near misses, wrong premises, off-topic, three languages", reworded)
    mine = [r for r in results if r.item.file in ("near-miss", "off-topic", "wrong-premise")]
    for name, about, kinds in (
        ("near miss: refused", "asks for what is not there, in words that are", ("near-miss",)),
        ("off-topic and instructions: refused", "nothing to do with the articles, or orders", ("off-topic", "injection")),
        ("wrong premise: not affirmed", "refused, or met with what the articles do say", ("wrong-premise",)),
    ):
        yield refused(name, about, [r for r in mine if r.item.kind in kinds])


def _confidence(results: Sequence[Result]) -> Iterator[Score]:
    told = [
        (r.response.confidence, r.right)
        for r in results
        if not r.refused and r.item.kind != SMALL_TALK and r.response.confidence is not None
    ]
    sides = [
        (r.response.confidence, r.item.answerable)
        for r in results
        if r.item.kind not in ("overview", "wrong-premise", SMALL_TALK) and r.response.confidence is not None
    ]

    def error(rows: Sequence[tuple[float, bool]]) -> float | None:
        return metrics.calibration_error([c for c, _ in rows], [y for _, y in rows])

    def apart(rows: Sequence[tuple[float, bool]]) -> float | None:
        return metrics.auroc([c for c, y in rows if y], [c for c, y in rows if not y])

    about = "distance between confidence and share of right answers, of the answers given (ECE)"
    yield Score("calibration error", "confidence", about, error(told), len(told), interval_of(error, told))
    about = "chance that what can be answered has the higher confidence (AUROC)"
    yield Score("confidence tells answerable", "confidence", about, apart(sides), len(sides), interval_of(apart, sides))


def _languages(results: Sequence[Result]) -> Iterator[Score]:
    about = "the answer, or the refusal, is in the question's language"
    values = {r.id: float(r.language) for r in results}
    yield mean("answer in the question's language", "languages", about, values)
    test = {r.id: values[r.id] for r in results if r.item.split == "test"}
    yield mean("test third: answer in the question's language", "languages", about, test)


def _costs(results: Sequence[Result]) -> Iterator[Score]:
    """Seconds, tokens and money; a figure without answers has none."""
    for stage in STAGES:
        values = [r.response.timings[stage] for r in results if r.response.timings.get(stage)]
        for at in (50, 90, 99):
            name, about = f"{stage}: p{at}", f"seconds, {at} of 100 answers take no longer"
            yield Score(name, "time and cost", about, metrics.percentile(values, at), len(values), unit="s")
    for at, what in ((0, "read"), (1, "written")):
        counts = {r.id: float(r.response.tokens[at]) for r in results if r.response.tokens}
        yield mean(f"tokens {what}", "time and cost", "by the language model, a question, as its server counts", counts)
    costs = {r.id: r.response.cost for r in results if r.response.cost is not None}
    about = "of all these answers together, in the currency of RAG_PRICES"
    yield Score("cost", "time and cost", about, sum(costs.values()) if costs else None, len(costs), values=costs)
    kept = {r.id: float(_in_time(r)) for r in results if r.response.deadline}
    about = f"of the answers a language model was asked for, with {_GRACE_SECONDS:g} s of grace for the last check"
    yield mean("answered within the deadline", "time and cost", about, kept)


def _in_time(result: Result) -> bool:
    return result.response.timings.get("total", math.inf) <= (result.response.deadline or 0) + _GRACE_SECONDS
