"""The page as it is served: it answers people and programs, keeps to this machine, and fails in one line."""

from __future__ import annotations

import importlib
import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

import gradio as gr
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag import Assistant, Settings
from rag.errors import QuestionError
from rag.types import Answer, Source
from rag.ui import conversation, page
from rag.ui.conversation import Turn
from rag.ui.guard import LARGEST_BODY, LOOPBACK, Guard
from rag.ui.texts import ENGLISH, EXAMPLES, TURKISH

# Gradio uses what pandas is about to drop; not this house's to mend.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")
QUESTION = "How large is the exhibition space of the expo?"
TURK = SimpleNamespace(headers={"accept-language": "tr-TR,tr;q=0.9,en;q=0.5"})
ANYBODY = SimpleNamespace(headers={})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(assistant: Assistant, settings: Settings) -> Iterator[str]:
    """Address of the real page over the three articles."""
    built = page.build(assistant)
    yield page.serve(built, settings.model_copy(update={"port": free_port()}))
    built.close(verbose=False)


@pytest.fixture(scope="module")
def program(served: str) -> Client:
    return Client(served, verbose=False, analytics_enabled=False)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`app.py`, which stands beside the package and not in it."""
    monkeypatch.syspath_prepend(Path(__file__).parent.parent)
    return importlib.import_module("app")


def test_a_program_gets_the_answer_with_quotes_that_stand_in_their_paragraphs(
    program: Client, assistant: Assistant
) -> None:
    answer = program.predict(QUESTION, api_name="/ask")
    assert answer["status"] == "answered" and "140,000" in answer["text"]
    for cited in answer["citations"]:
        text = assistant.paragraph(cited["paragraph_id"]).text
        assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_asking_is_the_only_thing_a_program_is_offered(program: Client) -> None:
    offered = program.view_api(return_format="dict", print_info=False)
    assert list(offered["named_endpoints"]) == ["/ask"] and not offered["unnamed_endpoints"]


def test_people_asking_at_once_each_get_their_own_answer(program: Client) -> None:
    questions = [QUESTION, "Who is the deputy mayor of Iznik?", "伊斯坦布尔店是第几家官方旗舰店？", "x" * 5000] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda question: program.predict(question, api_name="/ask"), questions))
    facts = ["140,000", "Kaya", "39", "too long"] * 2
    assert all(fact in answer["text"] for fact, answer in zip(facts, answers, strict=True))


@pytest.mark.parametrize("question", ["", " \n\t", "a\x00b", "x" * 20_000, "?!"])
def test_what_is_no_question_is_refused_at_once_in_one_line(program: Client, question: str) -> None:
    answer = program.predict(question, api_name="/ask")
    assert answer["status"] == "not_found" and not answer["citations"]
    assert answer["text"] and "\n" not in answer["text"]


def test_the_conversation_grows_from_the_question_to_the_cited_answer(assistant: Assistant) -> None:
    states = list(page.Events(assistant).typed(QUESTION, (), ANYBODY))
    (first_turns, first_chat, *_, box, _), (turns, chat, pane, line, *_) = states[0], states[-1]
    assert box == "" and first_turns[0].answer is None and ENGLISH.reading in first_chat[1]["content"]
    assert turns[0].answer.status == "answered"
    assert "140,000".replace(",", "&#44;") in chat[1]["content"] and "<mark" in pane
    assert ENGLISH.no_model in line and assistant.generation in line


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_question_the_page_suggests_has_an_answer(assistant: Assistant, example: str) -> None:
    assert assistant.ask(example).citations


def test_an_empty_question_is_answered_with_a_hint_and_nothing_is_sent() -> None:
    ((*_, hint),) = page.Events(Failing(AssertionError())).typed(" \n", (), TURK)
    assert TURKISH.empty_question in hint


def test_the_page_speaks_the_language_of_the_browser(assistant: Assistant) -> None:
    head, _, pane, line = page.Events(assistant).arrived(TURK)
    assert TURKISH.tagline in head and TURKISH.welcome in pane and TURKISH.no_model in line


def test_a_new_conversation_leaves_nothing_of_the_old_one(assistant: Assistant) -> None:
    turns, chat, pane, *_ = page.Events(assistant).cleared(ANYBODY)
    assert turns == () and chat == [] and "<mark" not in pane


def test_a_failure_reaches_a_program_as_one_line_that_gives_nothing_away() -> None:
    with pytest.raises(gr.Error) as failure:
        page.Events(Failing(ValueError("sk-CANARY"))).ask("q")
    assert failure.value.message == ENGLISH.failed and not failure.value.print_exception


def test_nothing_of_the_page_comes_from_elsewhere(served: str) -> None:
    html = httpx.get(served).text
    fetched = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"']([^\"']+)", html)
    styles = httpx.get(served + "theme.css").text
    fetched += re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')]+)", styles + html)
    elsewhere = [url for url in fetched if re.match(r"(https?:)?//", url) and not url.startswith(served)]
    assert fetched and not elsewhere
    assert "connect-src 'self'" in httpx.get(served).headers["content-security-policy"]
    assert "fonts.g" not in html + styles


@pytest.mark.parametrize("path", ["file=/etc/passwd", "file=https://example.org/", "proxy=https://example.org/"])
def test_the_page_hands_out_no_file_and_fetches_none(served: str, path: str) -> None:
    assert httpx.get(f"{served}gradio_api/{path}").status_code == 403


def test_the_page_takes_no_upload(served: str) -> None:
    assert httpx.post(f"{served}gradio_api/upload", files={"files": b"x"}).status_code == 403


def test_a_rebound_host_name_gets_no_page(served: str) -> None:
    assert httpx.get(served, headers={"host": "evil.example"}).status_code == 421


def test_a_page_with_a_password_answers_nobody_without_it(settings: Settings) -> None:
    built = page.build(Failing(ValueError()))
    guarded = Settings(store=settings.store, port=free_port(), auth="potter:kiln")
    address = page.serve(built, guarded)
    try:
        assert httpx.get(f"{address}config").status_code == 401
        with pytest.raises(Exception, match=r"(?i)auth|login|401"):
            Client(address, verbose=False, analytics_enabled=False)
        with pytest.raises(AppError, match="Something went wrong"):
            client = Client(address, auth=("potter", "kiln"), verbose=False, analytics_enabled=False)
            client.predict("q", api_name="/ask")
    finally:
        built.close(verbose=False)


def test_the_first_start_ingests_by_itself_and_names_what_it_skips(
    app: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "kiln.txt").write_text("The kiln of Ayse\n\nThe kiln was lit in 1904.\n", encoding="utf-8")
    (articles / "empty.txt").write_text("", encoding="utf-8")
    monkeypatch.setattr(app, "ARTICLES", articles)
    opened = app._assistant(Settings(store=tmp_path / "store"))
    said = capsys.readouterr().out
    assert [source.title for source in opened.articles()] == ["The kiln of Ayse"]
    assert "kiln" in said and "empty.txt" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--port", "none"], "port"), (["--port", "70000"], "port"), (["--store", "a\0b"], "store")],
)
def test_a_wrong_argument_is_one_line_and_exit_code_2(
    app: ModuleType, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(arguments) == 2
    assert says in one_line(capsys)


def test_an_unusable_index_is_one_line_and_exit_code_2(
    app: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store").write_text("not a folder")
    assert app.main(["--store", str(tmp_path / "store")]) == 2
    one_line(capsys)


def test_a_taken_port_is_one_line_that_names_the_way_out(
    app: ModuleType, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert app.main(["--store", str(settings.store), "--port", str(other.getsockname()[1])]) == 2
    assert "--port" in one_line(capsys)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "Traceback" not in said, said
    return said


class Failing:
    """An assistant that fails after a first piece of an answer."""

    generation = "g1"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.told: list[object] = []

    def ask(self, question: str, *, history: object = (), language: object = None) -> Answer:
        raise self.error

    def stream(self, question: str, *, history: object = (), language: object = None):
        self.told.append(history)
        yield Answer(question, "Half.", "answered", "en", 0.5)
        raise self.error

    def articles(self) -> list[Source]:
        return []


def test_a_failure_of_the_house_is_told_in_its_own_line() -> None:
    *_, (turn,) = conversation.respond(Failing(QuestionError("Too long.", "Shorten it.")), (), "q", ENGLISH)
    assert turn.problem == "Too long. Shorten it." and turn.answer is None


def test_any_other_failure_gives_nothing_away_and_is_logged_by_place_only(caplog: pytest.LogCaptureFixture) -> None:
    failing = Failing(ValueError("sk-CANARY in the question"))
    with caplog.at_level(logging.DEBUG):
        *_, (turn,) = conversation.respond(failing, (), "my secret question", ENGLISH)
    assert turn.problem == ENGLISH.failed and turn.answer is None
    assert "ValueError" in caplog.text and "CANARY" not in caplog.text and "secret" not in caplog.text


def test_the_assistant_is_told_the_last_answered_turns() -> None:
    answers = tuple(Turn(n, f"q{n}", Answer(f"q{n}", f"a{n}", "answered", "en", 1.0)) for n in range(1, 60))
    failing = Failing(ValueError())
    *_, turns = conversation.respond(failing, (*answers, Turn(60, "q60", None, "failed")), "next", ENGLISH)
    assert failing.told == [[(f"q{n}", f"a{n}") for n in range(54, 60)]]
    assert turns[-1].number == 61 and len(turns) == conversation.KEPT_TURNS


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, None),
        ("POST", "/gradio_api/queue/join", {"content-length": "200"}, None),
        ("GET", "/gradio_api/file=https://example.org/x", {}, 403),
        ("GET", "/gradio_api/FILE=/etc/passwd", {}, 403),
        ("GET", "/gradio_api/proxy=https://example.org", {}, 403),
        ("POST", "/gradio_api/upload", {"content-length": "2"}, 403),
        ("POST", "/gradio_api/queue/join", {"content-length": str(LARGEST_BODY + 1)}, 413),
        ("POST", "/gradio_api/queue/join", {"transfer-encoding": "chunked"}, 411),
        ("GET", "/", {"host": "evil.example:7860"}, 421),
        ("GET", "/", {"host": "[::1]:7860"}, None),
    ],
)
def test_doors_the_page_does_not_use_are_shut(
    method: str, path: str, headers: dict[str, str], status: int | None
) -> None:
    async def app(*_: object) -> None: ...

    refusal = Guard(app, LOOPBACK).refusal(method, path, {"host": "localhost"} | headers)
    assert (refusal and refusal[0]) == status
