"""Spans of OpenTelemetry, as an exporter that a program sets up gets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import rag.telemetry as telemetry
from rag import Article, Assistant, Settings, ingest
from rag.errors import SettingsError
from tests.test_app import QUESTION


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_TRACER", provider.get_tracer("kilnmark"))
    yield exporter
    provider.shutdown()


def named(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (span,) = (span for span in exporter.get_finished_spans() if span.name == name)
    return span


def seconds(span: ReadableSpan) -> float:
    return (span.end_time - span.start_time) / 1e9


def test_an_answer_is_a_span_with_a_child_for_each_of_its_stages(assistant: Assistant, exported) -> None:
    answer = assistant.ask(QUESTION)
    whole = named(exported, "kilnmark.ask")
    for stage, took in answer.timings.items():
        if stage != "total":
            child = named(exported, f"kilnmark.ask.{stage}")
            assert child.parent.span_id == whole.context.span_id and seconds(child) == pytest.approx(took, abs=1e-3)
            assert whole.start_time <= child.start_time <= child.end_time <= whole.end_time
    assert seconds(whole) >= answer.timings["total"]
    assert whole.attributes["kilnmark.status"] == "answered" and whole.attributes["kilnmark.language"] == "en"
    assert whole.attributes["kilnmark.citations"] == len(answer.citations)


def test_no_span_holds_a_word_of_what_was_asked_or_answered(assistant: Assistant, exported) -> None:
    answer = assistant.ask(QUESTION)
    told = "".join(span.to_json() for span in exported.get_finished_spans())
    assert "exhibition" not in told and not any(citation.quote[:20] in told for citation in answer.citations)


def test_an_answer_belongs_to_the_span_of_whoever_asked(assistant: Assistant, exported) -> None:
    with trace.use_span(TracerProvider().get_tracer("host").start_span("request")) as around:
        coming = assistant.stream(QUESTION)
    list(coming)  # read when that span is not the current one any more
    assert named(exported, "kilnmark.ask").parent.span_id == around.get_span_context().span_id


def test_an_answer_that_fails_is_a_span_that_says_so(assistant: Assistant, exported, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("my CANARY question")

    monkeypatch.setattr(Assistant, "_answer", fail)
    with pytest.raises(ZeroDivisionError):
        assistant.ask(QUESTION)
    span = named(exported, "kilnmark.ask")
    assert not span.status.is_ok and span.attributes["error.type"] == "ZeroDivisionError"
    assert "CANARY" not in span.to_json()


def test_an_ingestion_is_a_span_and_so_is_one_that_fails(tmp_path, exported) -> None:
    settings = Settings(store=tmp_path / "store")
    report = ingest([Article(id="kiln", title="A note", text="The kiln was lit on Monday.")], settings)
    span, child = named(exported, "kilnmark.ingest"), named(exported, "kilnmark.ingest.embed")
    assert span.attributes["kilnmark.articles"] == 1 and span.attributes["kilnmark.generation"] == report.generation
    assert child.parent.span_id == span.context.span_id and "Monday" not in span.to_json()
    exported.clear()
    (tmp_path / "file").write_text("")
    with pytest.raises((SettingsError, OSError)):
        ingest([], Settings(store=tmp_path / "file"))
    assert named(exported, "kilnmark.ingest").attributes["kilnmark.outcome"] == "failed"


def test_without_an_exporter_nothing_is_recorded(assistant: Assistant) -> None:
    assert not telemetry._TRACER.start_span("kilnmark.ask").is_recording()
    assert assistant.ask(QUESTION).status == "answered"
