"""The gate closes when a stage is broken on purpose: real index, real questions, one thing wrong at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals import runner
from evals.gate import GateError, Limit, list_breaches, read_limits
from evals.gold import Item, load
from evals.metrics import Score, mean
from rag import Assistant, Settings, ingest
from rag.answer import quoting
from rag.answer.calibration import shipped_calibration
from rag.encoder.cache import VectorCache
from rag.types import Verdict
from rag.verification import Verifier
from tests.conftest import ARTICLES

# The same questions, asked in each test and in others, are embedded once.
pytestmark = pytest.mark.usefixtures("remembered")


def limit(name: str, **more: object) -> Limit:
    return Limit.model_validate({"name": name, "date": "2026-01-01", "reason": "r", **more})


def broken(assistant: Assistant, take: Callable[[Item], bool], claims: bool = False) -> set[str]:
    """Names of the limits that the answers to some of the questions break, of the scores that those questions make up. claims:
    put claims to verification too."""
    found = [s for s in runner.run(assistant, beside=False, take=take, claims=claims).scores() if s.n]
    limits = read_limits()
    lines = list_breaches(found, {s.name: limits[s.name] for s in found if s.name in limits})
    return {line.split(": ", 1)[1].rpartition(": 0")[0] for line in lines if "no figure" not in line}


def plain(item: Item) -> bool:
    return item.file == "plain"


UNANSWERABLE = frozenset(item.id for item in [item for item in load() if item.file in ("near-miss", "off-topic")][::8])


def unanswerable(item: Item) -> bool:
    """An eighth of the questions that are to be refused, evenly over all."""
    return item.id in UNANSWERABLE


def in_three_languages(item: Item) -> bool:
    """Two questions about each article in each language."""
    return item.file == "languages" and item.id.endswith(("-02", "-08"))


def elsewhere(settings: Settings, folder: Path, articles: Path) -> Settings:
    """A copy of the index, brought up to date with other articles; what is known already is not embedded again."""
    shutil.copytree(settings.store, folder / "store")
    other = settings.model_copy(update={"store": folder / "store"})
    ingest([articles], other)
    return other


def copied(folder: Path) -> Path:
    shutil.copytree(ARTICLES, folder / "articles")
    return folder / "articles"


@pytest.mark.slow
def test_the_gate_is_open_on_plain_questions_when_nothing_is_broken(assistant: Assistant) -> None:
    of_these = {"plain: right", "plain: unanswerable refused", "quotes that stand in their paragraph"}
    assert not broken(assistant, plain) & of_these


@pytest.mark.slow
def test_shuffled_vectors_close_the_gate(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = VectorCache.get

    def shuffled(self: VectorCache, keys: Sequence[tuple[bytes, str]]) -> dict[tuple[bytes, str], np.ndarray]:
        known = true(self, keys)
        order = np.random.default_rng(0).permutation(len(known))
        values = list(known.values())
        return dict(zip(known, (values[n] for n in order), strict=True))

    articles = copied(tmp_path)
    table = articles / "articles.toml"
    table.write_text(table.read_text(encoding="utf-8").replace('outlet = "', 'outlet = "The '), encoding="utf-8")
    monkeypatch.setattr(VectorCache, "get", shuffled)
    other = elsewhere(settings, tmp_path, articles)
    found = broken(Assistant(other), in_three_languages)
    assert {"English: right", "Chinese: right", "Turkish: right", "Turkish: paragraph in first three"} <= found


@pytest.mark.slow
def test_dropped_translations_close_the_gate(settings: Settings, tmp_path: Path) -> None:
    articles = copied(tmp_path)
    shutil.rmtree(articles / "translations")
    found = broken(Assistant(elsewhere(settings, tmp_path, articles)), in_three_languages)
    assert {"Turkish: right", "Chinese: right"} & found


def test_refusal_switched_off_closes_the_gate(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    never = replace(shipped_calibration(), min_chance=0.0)
    monkeypatch.setattr(quoting, "shipped_calibration", lambda: never)
    assert {"near miss: refused", "off-topic and instructions: refused"} <= broken(assistant, unanswerable)


@pytest.mark.slow
def test_verification_switched_off_closes_the_gate(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Verifier, "_decide", lambda self, statement, cases: Verdict("supported", "", 0, 0, 1))
    withheld = {"wrong numbers and dates withheld", "wrong names withheld", "wrong paragraphs withheld"}
    assert withheld <= broken(assistant, lambda item: False, claims=True)


def test_a_low_a_high_and_a_missing_figure_break_their_limits_and_name_the_questions() -> None:
    kept, low, high, gone = limit("kept", least=0.5), limit("low", least=0.8), limit("high", most=0.1), limit("gone", least=0.1)
    scores = [
        mean("kept", "", "", {"a": 1.0, "b": 0.0}),
        mean("low", "", "", {"a": 1.0, "b": 0.0}),
        mean("high", "", "", {"a": 1.0, "b": 0.0}, lower=True),
    ]
    lines = list_breaches(scores, {limit.name: limit for limit in (kept, low, high, gone)})
    assert lines == [
        "BELOW THE FLOOR: low: 0.500 < 0.800 (n = 2): b",
        "ABOVE THE CEILING: high: 0.500 > 0.100 (n = 2): a",
        "BELOW THE FLOOR: gone: no figure (should be 0.100) (n = 0)",
    ]


def test_a_score_without_questions_is_a_breach_and_not_a_zero() -> None:
    nothing = Score("a", "", "", None, 0)
    assert "no figure" in list_breaches([nothing], {"a": limit("a", least=0.0)})[0]


def test_a_limit_that_is_not_whole_is_an_error_that_names_it(tmp_path: Path) -> None:
    whole = 'name = "a"\nleast = 0.5\ndate = 2026-01-01\nreason = "r"\n'
    for text, why in (
        (whole.replace('reason = "r"', ""), "reason"), (whole + "most = 1", "one of least and most"),
        (whole + "owed = 2027-01-01", "what is owed"), (whole + "aim = 0.4", "the aim would break"), (whole + "floor = 1", "floor"),
        (f"{whole}[[limit]]\n{whole}", "twice"),
    ):  # fmt: skip
        (tmp_path / "limits.toml").write_text(f"[[limit]]\n{text}\n")
        with pytest.raises(GateError, match=f"limits.toml: a: .*{why}"):
            read_limits(tmp_path / "limits.toml")


def test_an_aim_is_reached_from_its_own_side_and_closes_nothing() -> None:
    floor, ceiling = limit("a", least=0.8, aim=0.9, owed="2027-01-01"), limit("b", most=0.2, aim=0.1)
    assert floor.reaches(0.9) and not floor.reaches(0.85) and ceiling.reaches(0.1) and not ceiling.reaches(0.15)
    assert limit("c", least=0.1).reaches(0.0) and not floor.reaches(None)
    assert list_breaches([mean("a", "", "", {"q": 0.85})], {"a": floor}) == []
