"""What is written down while questions are answered: who asked, how long each stage took, and not a word of what was asked."""

from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator

import pytest

import rag.logs as logs
from rag import Assistant, Settings
from rag.config import Settings as AllSettings
from rag.errors import SettingsError
from tests.test_app import QUESTION

KEY, PASSWORD = "sk-CANARY-1904", "hunter-CANARY"


def lines(form: str = "json", questions: bool = False):
    """A stream and what writes on it."""
    stream = io.StringIO()
    return stream, logs.write_logs(form, [KEY, PASSWORD, f"potter:{PASSWORD}"], questions, stream)


def read(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_answer_is_a_line_with_its_stages_and_without_its_question(assistant: Assistant) -> None:
    stream, writing = lines()
    with writing, logs.naming_request("r-1"):
        answer = assistant.ask(QUESTION)
    (told,) = (line for line in read(stream) if line["event"] == "answered")
    assert told["status"] == "answered" and told["language"] == "en" and told["citations"] == len(answer.citations)
    assert told["request_id"] == "r-1" and told["level"] == "info" and told["time"].endswith("Z")
    assert set(told["seconds"]) == set(answer.timings) and told["seconds"]["total"] >= told["seconds"]["read"] > 0
    assert "exhibition" not in stream.getvalue()


def test_the_question_is_written_only_when_that_is_wanted(assistant: Assistant) -> None:
    stream, writing = lines(questions=True)
    with writing:
        assistant.ask(QUESTION)
    assert read(stream)[-1]["question"] == QUESTION


def test_a_text_line_names_the_same_and_stays_one_line(assistant: Assistant) -> None:
    stream, writing = lines("text", questions=True)
    with writing:
        assistant.ask("When did the expo open?\u202e")
        logs.log_event("odd", {"said": "a\nb\x1b[2J\ud800"})
    first, second = stream.getvalue().splitlines()
    assert " info    - answered status=answered language=en " in first and '"total": ' in first and "\u202e" not in first
    assert second.endswith(r'odd said="a\\u000ab\\u001b[2J\\ud800"')


def test_an_answer_that_nobody_waits_for_any_more_is_told_as_stopped(assistant: Assistant) -> None:
    stream, writing = lines()
    with writing:
        coming = assistant.stream(QUESTION)
        next(coming)
        coming.close()
    assert read(stream)[-1]["event"] in ("stopped", "answered") and read(stream)[-1]["request_id"] == ""


def test_off_writes_nothing_at_all(assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    with logs.write_logs("off"):
        assistant.ask(QUESTION)
        logging.getLogger("some.library").error("broken")
        logs.tell_failure("failed", ValueError())
    assert capsys.readouterr().err == ""


def test_a_library_is_heard_from_warnings_on_and_says_no_secret() -> None:
    stream, writing = lines()
    with writing:
        logging.getLogger("httpx").info("GET https://example.org")
        logging.getLogger("openai").warning("401 for %s, Authorization: Bearer abcdef123", KEY)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"odd password {PASSWORD}", stacklevel=1)
    first, second = read(stream)
    assert first["logger"] == "openai" and first["level"] == "warning" and first["message"].startswith("401 for [secret]")
    assert second["logger"] == "py.warnings"
    assert "CANARY" not in stream.getvalue() and "abcdef" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic cG90dGVyOmtpbG4=", "{'authorization': 'Bearer tok-CANARY'}", '"x-chroma-token": "CANARY"',
        "http://potter:CANARY@host/v1", "Cookie: access-token-CANARY=CANARY", "api_key='CANARY'", "sk-proj-CANARY_x",
        "Bearer CANARY.CANARY", "X-Api-Key=CANARY", 'password="a CANARY"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_looks_like_a_key_or_a_login_is_struck_out(form: str, text: str) -> None:
    stream = io.StringIO()
    with logs.write_logs(form, stream=stream):
        logs.log_event("odd", {"said": text, "deep": {"in": [text]}})
    assert "CANARY" not in stream.getvalue() and "cG90" not in stream.getvalue() and "[secret]" in stream.getvalue()


def test_a_password_of_odd_characters_is_struck_out_in_json_too() -> None:
    stream = io.StringIO()
    with logs.write_logs("json", ['p"a\\ss şifre'], stream=stream):
        logs.log_event("odd", {"said": 'it is p"a\\ss şifre'})
    assert read(stream)[0]["said"] == "it is [secret]"


def fail() -> None:
    try:
        raise KeyError("my CANARY question")
    except KeyError as error:
        raise ValueError(f"no such thing: {KEY}") from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_failure_is_told_once_with_its_places_and_without_its_text(form: str) -> None:
    stream, writing = lines(form)
    with writing:
        try:
            fail()
        except ValueError as error:
            logs.tell_failure("failed", error)
            logs.tell_failure("failed", error)
            logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    said = stream.getvalue()
    assert said.count("ValueError") == 1 and "caused by KeyError" in said and "in fail" in said and "CANARY" not in said


def test_the_text_of_an_error_is_told_when_questions_are() -> None:
    stream, writing = lines(questions=True)
    with writing:
        try:
            fail()
        except ValueError as error:
            logs.tell_failure("failed", error)
    assert "my CANARY question" in stream.getvalue() and KEY not in stream.getvalue()


def test_a_thread_that_fails_is_told_like_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    stream, writing = lines()
    with writing:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    (told,) = read(stream)
    assert told["event"] == "a thread failed" and told["failure"][0] == "ValueError"
    assert "Traceback" not in capsys.readouterr().err


@pytest.fixture
def before() -> Iterator[tuple]:
    """What logging was before, and that it is so again."""
    yield (state := (logging.getLogger().handlers[:], logging.getLogger("rag").level))
    assert (logging.getLogger().handlers, logging.getLogger("rag").level) == state


def test_afterwards_logging_is_as_it_was(before: tuple) -> None:
    with logs.write_logs("text", stream=io.StringIO()):
        assert logging.getLogger().handlers != before[0]


def test_the_form_is_a_setting_and_all_that_is_secret_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LOG", "json")
    monkeypatch.setenv("RAG_LOG_QUESTIONS", "1")
    monkeypatch.setenv("RAG_CHROMA_HEADERS", '{"X-Kiln": "glaze-1905"}')
    settings = Settings(auth="potter:kiln-1904", api_key=KEY, chroma_token="sagger-1906")
    assert settings.log == "json" and settings.log_questions
    told = {"potter:kiln-1904", "kiln-1904", KEY, "glaze-1905", "sagger-1906", "Bearer sagger-1906"}
    assert set(settings.list_secrets()) >= told
    secret = [name for name, field in AllSettings.model_fields.items() if "Secret" in str(field.annotation)]
    assert all(getattr(settings, name) for name in secret), "a secret setting has to be given a value here"
    assert {value for name in secret if (value := getattr(settings, name).get_secret_value())} <= set(settings.list_secrets())
    monkeypatch.setenv("RAG_LOG", "loud")
    with pytest.raises(SettingsError, match="text"):
        Settings()
