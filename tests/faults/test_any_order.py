"""Ingesting, changing, deleting and asking in any order: what is found is what was given last, and nothing else (T13, P1)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rag import Settings, ingest
from tests.faults.stores import DIMENSIONS, find_unfindable, open_index, use
from tests.synthetic import HashEmbedder

NAMES = st.sampled_from(["kiln", "bowl", "tile", "clay"])
LINES = st.lists(
    st.sampled_from(["All rights reserved.", "The kiln is red.", "It burns wood. It is old.", "Clay is dug here."]),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


class Ingestions(RuleBasedStateMachine):
    """A folder of articles and its index; `given` is what the index should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.texts = self.home / "texts"
        self.texts.mkdir()
        self.settings = Settings(store=self.home / "store")
        self.embedder = HashEmbedder(DIMENSIONS)
        self.written: dict[str, str] = {}
        self.given: dict[str, str] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    @rule(name=NAMES, lines=LINES)
    def write(self, name: str, lines: list[str]) -> None:
        text = "\n\n".join([f"This is about the {name}.", *lines])
        (self.texts / f"{name}.txt").write_text(text)
        self.written[name] = text

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.texts / f"{name}.txt").unlink(missing_ok=True)
        self.written.pop(name, None)

    @rule()
    def ingest(self) -> None:
        if self.written:
            ingest([self.texts], self.settings, shrink=True)
            self.given = dict(self.written)

    @invariant()
    def what_is_found_is_what_was_ingested_last(self) -> None:
        if self.given:
            index = open_index(self.settings.store, self.embedder)
            held = {source: "\n\n".join(p.text for p in index.article(source)) for source in index.sources}
            assert held == self.given and not find_unfindable(index, self.embedder)
            index.close()


@pytest.mark.parametrize("count", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_t13_whatever_the_order_the_index_holds_what_was_ingested_last_and_each_row_is_found(monkeypatch, count):
    use(monkeypatch, HashEmbedder(DIMENSIONS))
    run_state_machine_as_test(Ingestions, settings=examples(max_examples=count, stateful_step_count=8, deadline=None))
