"""What is told of an answer and an ingestion once they have ended: a line in the log, and spans. Never a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from functools import wraps
from typing import ParamSpec

import rag.logs as logs
import rag.telemetry as telemetry
from rag.api.asked import Asked
from rag.cancellation import CancellationToken
from rag.types import Answer, IngestReport

Answers = Callable[[CancellationToken], Generator[Answer, None, None]]
Given = ParamSpec("Given")


def observe_answers(answers: Answers, asked: Asked) -> Answers:
    """The same answers, told of when they end: when they are whole, when nobody waits any more, and when they fail."""
    within = telemetry.get_current()  # of who asked, in whatever thread the answer is read

    def answer(token: CancellationToken) -> Generator[Answer, None, None]:
        """The answer as it grows."""
        last: Answer | None = None
        outcome, failed = "stopped", ""
        try:
            with closing(answers(token)) as parts:
                for part in parts:
                    last = part
                    yield part
            if not token.cancelled:
                outcome = "answered"
        except Exception as error:
            outcome, failed = "failed", type(error).__name__
            raise
        finally:
            _tell(outcome, failed, asked, last, within)

    return answer


def _tell(outcome: str, failed: str, asked: Asked, last: Answer | None, within: telemetry.Context) -> None:
    took = time.perf_counter() - asked.started
    stages = dict(last.timings) if last else {}
    stages.pop("total", None)
    whole = last if outcome == "answered" else None
    facts: dict[str, telemetry.Fact | None] = {
        "outcome": outcome,
        "status": whole.status if whole else None,
        "language": asked.language,
        "mode": last.mode if last else None,
        "citations": len(last.citations) if last else 0,
        "withheld": sum(claim.status != "supported" for claim in last.claims) if last else 0,
    }
    telemetry.record_answer("kilnmark.ask", took, stages, facts, failed, within)
    seconds = {stage: round(length, 4) for stage, length in stages.items()} | {"total": round(took, 4)}
    more: dict[str, object] = {"error": failed or None, "seconds": seconds, "question": asked.question}
    logs.log_event(outcome, {**{key: value for key, value in facts.items() if key != "outcome"}, **more})


def observed_ingestion(ingest: Callable[Given, IngestReport]) -> Callable[Given, IngestReport]:
    """The same ingestion, told of when it ends."""

    @wraps(ingest)
    def run(*given: Given.args, **named: Given.kwargs) -> IngestReport:
        """Ingest, and tell of it."""
        begun = time.perf_counter()
        within = telemetry.get_current()
        try:
            report = ingest(*given, **named)
        except BaseException as error:
            took = time.perf_counter() - begun
            telemetry.record_answer("kilnmark.ingest", took, {}, {"outcome": "failed"}, type(error).__name__, within)
            logs.log_event("ingesting failed", {"error": type(error).__name__, "seconds": round(took, 4)})
            raise
        facts: dict[str, telemetry.Fact | None] = {
            "outcome": "ingested",
            "articles": report.articles, "paragraphs": report.paragraphs, "skipped": len(report.skipped),
            "embedded": report.embedded, "reused": report.reused, "generation": report.generation,
        }  # fmt: skip
        took = time.perf_counter() - begun
        telemetry.record_answer("kilnmark.ingest", took, {"embed": report.embedding_seconds}, facts, within=within)
        told = {key: value for key, value in facts.items() if key != "outcome"}
        logs.log_event("ingested", told | {"seconds": round(took, 4)})
        return report

    return run
