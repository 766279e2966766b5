"""The page as it is served: it answers people and programs, keeps to this machine, and fails in one line."""

from __future__ import annotations

import importlib
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

import gradio as gr
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag import Assistant, Settings, feedback
from rag.api.streaming import AnswerStream
from rag.cancellation import CancellationToken, Cancelled
from rag.errors import QuestionError, SettingsError
from rag.types import Answer, Source
from rag.ui import conversation, events, guard, judging, saved, serving
from rag.ui.conversation import Turn
from rag.ui.endpoints import Endpoints
from rag.ui.guard import LARGEST_BODY, LOGIN_WINDOW_SECONDS, LOOPBACK, MAX_WRONG_LOGINS, Guard, WrongLogins
from rag.ui.page import build_page
from rag.ui.texts import CHINESE, ENGLISH, TURKISH

QUESTION = "How large is the exhibition space of the expo?"
QUESTIONS = [
    ("en", QUESTION, "140,000"), ("en", "Who is the deputy mayor of Iznik?", "Kaya"),
    ("zh", "伊斯坦布尔店是第几家官方旗舰店？", "39"), ("zh", "博览会的展览面积有多大？", "14万"),
    ("tr", "Fuara kaç ülkeden katılımcı geldi?", "30"), ("tr", "İznik belediye başkan yardımcısı kim?", "Kaya"),
]  # fmt: skip
VISITOR = gr.Request(session_hash="page")
TURK = SimpleNamespace(headers={"accept-language": "tr-TR,tr;q=0.9,en;q=0.5"}, query_params={})
NOWHERE = Path("no-such-report.json")


def happening(assistant: object, file: Path = NOWHERE) -> events.Events:
    return events.Events(assistant, NOWHERE, file)


def pressing(**action: object) -> gr.EventData:
    return gr.EventData(None, action)


def set_in(update: object) -> dict[str, object]:
    """What an update of a component changes."""
    return update if isinstance(update, dict) else update._constructor_args[0]


def turns(kept: dict[str, object]) -> list[dict[str, object]]:
    return kept["turns"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(assistant: Assistant, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the real page over the three articles."""
    built = build_page(assistant, NOWHERE, tmp_path_factory.mktemp("feedback") / "feedback.sqlite")
    yield serving.serve_page(built, settings.model_copy(update={"port": free_port()}))
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


def test_a_program_is_offered_asking_and_retrieving_and_nothing_else(program: Client) -> None:
    offered = program.view_api(return_format="dict", print_info=False)
    assert sorted(offered["named_endpoints"]) == ["/ask", "/retrieve"] and not offered["unnamed_endpoints"]


def test_a_program_can_ask_a_follow_up_and_name_the_language(program: Client, assistant: Assistant) -> None:
    history = [["When did Iznik and Jingdezhen become sister cities?", "In 2021. [1]"]]
    answer = program.predict("And who is the deputy mayor of Iznik?", history, "tr", api_name="/ask")
    own = assistant.ask("And who is the deputy mayor of Iznik?", [tuple(history[0])], "tr").to_dict()
    assert answer["language"] == "tr" and {**answer, "timings": {}} == {**own, "timings": {}}


def test_a_program_finds_paragraphs_of_any_language(program: Client, assistant: Assistant) -> None:
    for _, question, _ in QUESTIONS:
        found = program.predict(question, 3, api_name="/retrieve")
        assert [p["paragraph_id"] for p in found] == [p.paragraph_id for p in assistant.retrieve(question, 3)]
    assert len(program.predict(QUESTION, 20, api_name="/retrieve")) == 20
    for k in (0, 21):
        with pytest.raises(AppError, match="from 1 to 20"):
            program.predict(QUESTION, k, api_name="/retrieve")
    with pytest.raises(AppError, match="en, zh, tr"):
        program.predict(QUESTION, [], "english", api_name="/ask")
    with pytest.raises(AppError, match="question"):
        program.predict("", api_name="/retrieve")


def test_the_endpoint_answers_plain_http_as_the_readme_says(served: str) -> None:
    event = httpx.post(f"{served}gradio_api/call/v2/ask", json={"question": QUESTION}).json()["event_id"]
    told = httpx.get(f"{served}gradio_api/call/v2/ask/{event}", timeout=30).text
    (answer,) = json.loads(told.split("data: ", 1)[1].splitlines()[0])
    assert told.startswith("event: complete") and "140,000" in answer["text"]


def test_twenty_people_asking_at_once_each_get_their_own_answer(served: str) -> None:
    def person(number: int) -> tuple[str, dict]:
        client = Client(served, verbose=False, analytics_enabled=False)
        _, question, fact = QUESTIONS[number % len(QUESTIONS)]
        return fact, client.predict(question, api_name="/ask")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(person, range(20)))
    assert len(answers) == 20 and all(fact in answer["text"] for fact, answer in answers)


@pytest.mark.parametrize("question", ["", " \n\t", "a\x00b", "x" * 20_000, "?!"])
def test_what_is_no_question_is_refused_at_once_in_one_line(program: Client, question: str) -> None:
    answer = program.predict(question, api_name="/ask")
    assert answer["status"] == "not_found" and not answer["citations"]
    assert answer["text"] and "\n" not in answer["text"]


@pytest.mark.parametrize(("language", "question", "fact"), QUESTIONS)
def test_the_conversation_grows_from_the_question_to_the_cited_answer(assistant, language, question, fact) -> None:
    words = {"en": ENGLISH, "zh": CHINESE, "tr": TURKISH}[language]
    *coming, _ = states = list(happening(assistant).on_typed(question, {}, 0, language, VISITOR))
    (first, first_chat, *_), (kept, chat, pane, line, following, notes, box, *_) = states[0], states[-1]
    begun, done = set_in(states[0][6]), set_in(box)
    assert begun["value"] == "" and begun["stop_btn"] and done["submit_btn"] and "value" not in done
    assert turns(first)[0]["answer"] is None and words.reading in first_chat[1]["content"]
    assert turns(kept)[0]["answer"]["status"] == "answered" and fact.replace(",", "&#44;") in chat[1]["content"]
    assert "<mark" in pane and "data-quote" in notes and words.next in following
    assert not any("km-do-retry" in chat[1]["content"] or following for _, chat, _, _, following, *_ in coming)
    assert words.no_model in line and assistant.generation in line and assistant.created[:10] in line


def test_an_empty_question_is_answered_with_a_hint_and_nothing_is_sent() -> None:
    ((*_, hint, _),) = happening(Failing(AssertionError())).on_typed(" \n", {}, 0, "tr", VISITOR)
    assert TURKISH.empty_question in hint


def test_the_page_speaks_the_language_of_the_browser_until_another_is_chosen(assistant: Assistant) -> None:
    _, language, _, _, pane, line, _, _, head, *_ = happening(assistant).on_arrived({}, TURK)
    assert language == "tr" and TURKISH.tagline in head and TURKISH.welcome in pane and TURKISH.no_model in line
    assert happening(assistant).on_arrived({"language": "zh"}, TURK)[1] == "zh"


def test_a_conversation_comes_back_when_the_page_is_opened_again(assistant: Assistant) -> None:
    *_, (kept, *_) = happening(assistant).on_typed(QUESTION, {}, 0, "en", VISITOR)
    _, _, again, chat, pane, *_ = happening(assistant).on_arrived(kept, TURK)
    assert [t["question"] for t in turns(again)] == [QUESTION] and "<mark" in pane and len(set_in(chat)["value"]) == 2


def test_a_question_that_was_under_way_when_the_page_closed_was_stopped(assistant: Assistant) -> None:
    first, *_ = happening(assistant).on_typed(QUESTION, {}, 0, "en", VISITOR)
    _, _, again, chat, *_ = happening(assistant).on_arrived(first[0], TURK)
    assert turns(again)[0]["stopped"] and TURKISH.stopped in set_in(chat)["value"][1]["content"].replace("&#46;", ".")


class Stalling:
    """An assistant whose answers stop growing after their first sentence until they are closed."""

    generation, created, model = "g1", "", "scripted"

    def __init__(self) -> None:
        self.closed: list[threading.Event] = []

    def stream(self, question: str, *, history: object = (), language: object = None, waited: float = 0.0) -> AnswerStream:
        def answers(token: CancellationToken):
            left = threading.Event()
            self.closed.append(left)
            token.register(left.set)
            yield Answer(question, "Half.", "answered", "en", 0.5)
            left.wait(60)

        return AnswerStream(answers)

    def articles(self) -> list[Source]:
        return []


def under_way(page: events.Events, question: str = "q"):
    """The states of a page that follow the first half of an answer."""
    coming = page.on_typed(question, {}, 0, "en", VISITOR)
    for kept, *_ in coming:
        if turns(kept)[0]["answer"]:
            return coming
    raise AssertionError


def test_an_answer_that_is_stopped_keeps_what_came_of_it() -> None:
    assistant = Stalling()
    page = happening(assistant)
    coming = under_way(page)
    page.on_stopped(gr.Request(session_hash="another page"))
    assert not assistant.closed[0].is_set()
    page.on_stopped(VISITOR)
    *_, (kept, *_, box, _, _) = coming
    assert turns(kept)[0]["stopped"] and turns(kept)[0]["answer"]["text"] == "Half."
    assert set_in(box)["submit_btn"] and assistant.closed[0].wait(5)
    page.on_stopped(VISITOR)  # nothing is under way


def test_a_page_that_is_left_closes_its_answer() -> None:
    assistant = Stalling()
    under_way(happening(assistant)).close()
    assert assistant.closed[0].wait(5)


def test_a_new_question_and_a_new_conversation_stop_the_answer_under_way() -> None:
    assistant = Stalling()
    page = happening(assistant)
    first = under_way(page)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(list, first)
        second = under_way(page, "another")
        assert turns(ended.result()[-1][0])[0]["stopped"] and assistant.closed[0].wait(5)
        ended = pool.submit(list, second)
        assert page.on_cleared({}, "en", VISITOR)[0] == {"turns": []}
        # What an empty page shows comes after the last of the old conversation.
        assert ended.done() and assistant.closed[1].wait(5)


def test_a_link_asks_its_question_once(assistant: Assistant) -> None:
    link = SimpleNamespace(headers={}, query_params={"q": QUESTION}, session_hash="page")
    *_, (kept, *_) = happening(assistant).on_linked({}, "en", link)
    (nothing,) = happening(assistant).on_linked(kept, "en", link)
    assert len(turns(kept)) == 1 and all(value == gr.skip() for value in nothing)


def test_a_link_to_a_paragraph_opens_its_article(assistant: Assistant) -> None:
    link = SimpleNamespace(headers={}, query_params={"p": "expo#p9"})
    _, _, _, _, pane, *_ = happening(assistant).on_arrived({}, link)
    assert 'data-show="expo#p9"' in pane
    nowhere = SimpleNamespace(headers={}, query_params={"p": "nothing#p9"})
    assert ENGLISH.unknown.format("nothing#p9") in happening(assistant).on_arrived({}, nowhere)[4]


def test_a_question_that_is_edited_takes_the_place_of_the_old_one(assistant: Assistant) -> None:
    page = happening(assistant)
    *_, (kept, *_) = page.on_typed("Who is the deputy mayor of Iznik?", {}, 0, "en", VISITOR)
    *_, (kept, *_) = page.on_typed("What does it cost?", kept, 0, "en", VISITOR)
    _, _, _, box, hint, number = page.on_acted(kept, "en", pressing(do="edit", turn="2"))
    assert (box, number) == ("What does it cost?", 2) and ENGLISH.editing in hint
    *_, (kept, *_) = page.on_typed(QUESTION, kept, number, "en", VISITOR)
    assert [t["question"] for t in turns(kept)] == ["Who is the deputy mayor of Iznik?", QUESTION]


def test_a_question_is_asked_again_in_its_place_and_a_suggested_one_at_the_end(assistant: Assistant) -> None:
    page = happening(assistant)
    *_, (kept, *_) = page.on_pressed({}, "en", pressing(do="ask", question=QUESTION), VISITOR)
    *_, (kept, *_) = page.on_pressed(kept, "en", pressing(do="retry", turn="1"), VISITOR)
    *_, (kept, *_) = page.on_pressed(kept, "en", pressing(do="ask", question="When did the expo open?"), VISITOR)
    assert [t["question"] for t in turns(kept)] == [QUESTION, "When did the expo open?"]
    (nothing,) = page.on_pressed(kept, "en", pressing(do="retry", turn="77"), VISITOR)
    assert all(value == gr.skip() for value in nothing)


def test_the_article_of_an_earlier_answer_is_opened_by_its_marker(assistant: Assistant) -> None:
    page = happening(assistant)
    *_, (kept, *_) = page.on_typed("Who is the deputy mayor of Iznik?", {}, 0, "en", VISITOR)
    *_, (kept, _, last, *_) = page.on_typed(QUESTION, kept, 0, "en", VISITOR)
    earlier = page.on_acted(kept, "en", pressing(do="open", turn="1"))[2]
    assert 'data-anchor="km-1-1"' in earlier and 'data-anchor="km-2-1"' in last


@pytest.mark.parametrize(
    "action", [{}, {"do": "open"}, {"do": "edit", "turn": "x"}, {"do": "good", "turn": "-1"}, {"do": []}]
)
def test_an_action_that_is_none_does_nothing(assistant: Assistant, action: dict[str, object]) -> None:
    kept = {"turns": saved.dump_turns((Turn(1, "q", problem="No."),))}
    outputs = happening(assistant).on_acted(kept, "en", pressing(**action))
    assert all(value == gr.skip() for value in outputs)


def test_a_verdict_is_kept_in_the_file_and_shown(assistant: Assistant, tmp_path: Path) -> None:
    page = happening(assistant, tmp_path / "f.sqlite")
    *_, (kept, *_) = page.on_typed(QUESTION, {}, 0, "en", VISITOR)
    kept, chat, _, _, hint, _ = page.on_acted(kept, "en", pressing(do="good", turn="1"))
    page.on_acted(kept, "en", pressing(do="good", turn="1", word="clear" * 100))
    (found,) = feedback.list_verdicts(tmp_path / "f.sqlite")
    assert (found.verdict, found.question, found.generation) == ("good", QUESTION, assistant.generation)
    assert found.paragraphs[0] == "expo#p4" and len(found.word) == judging.LONGEST_WORD
    assert ENGLISH.thanks in hint and "km-pressed" in chat[1]["content"]


def test_a_verdict_that_cannot_be_kept_is_said_in_one_line(assistant: Assistant, tmp_path: Path) -> None:
    page = happening(assistant, tmp_path / "no" / "f.sqlite")
    *_, (kept, *_) = page.on_typed(QUESTION, {}, 0, "en", VISITOR)
    assert "Move it away" in page.on_acted(kept, "en", pressing(do="bad", turn="1"))[4]


def test_a_new_conversation_leaves_nothing_of_the_old_one(assistant: Assistant) -> None:
    *_, (kept, *_) = happening(assistant).on_typed(QUESTION, {"language": "tr"}, 0, "tr", VISITOR)
    empty, chat, pane, *_ = happening(assistant).on_cleared(kept, "tr", VISITOR)
    assert empty == {"language": "tr", "turns": []} and set_in(chat)["value"] == [] and "<mark" not in pane


def test_another_language_changes_every_label_and_no_answer(assistant: Assistant) -> None:
    *_, (kept, *_) = happening(assistant).on_typed(QUESTION, {}, 0, "en", VISITOR)
    again, _, _, line, following, _, head, box, new, *_ = happening(assistant).on_switched(kept, "zh")
    assert again["language"] == "zh" and [t["answer"]["text"] for t in turns(again)] == [
        t["answer"]["text"] for t in turns(kept)
    ]
    assert CHINESE.no_model in line and CHINESE.next in following and CHINESE.tagline in head
    assert (set_in(box)["placeholder"], set_in(new)["value"]) == (CHINESE.placeholder, CHINESE.new)


def test_a_new_generation_shows_by_itself(assistant: Assistant) -> None:
    seen, line, listing = happening(assistant).on_ticked("g0", "en")
    assert seen == assistant.generation and seen in line and "expo#p1" in listing
    assert happening(assistant).on_ticked(seen, "en") == (gr.skip(),) * 3


def test_the_page_names_the_model_that_will_answer_before_it_has() -> None:
    line = happening(Failing(ValueError())).on_arrived({}, TURK)[5]
    assert TURKISH.by_model.format("scripted") in line


def test_the_evaluation_tab_shows_the_last_report_and_how_to_make_one(assistant: Assistant, tmp_path: Path) -> None:
    def visit(report: Path, language: str) -> tuple[object, ...]:
        return events.Events(assistant, report, NOWHERE, shipped=NOWHERE).on_evaluated(language)

    told, bars, curve = visit(NOWHERE, "tr")
    assert (
        TURKISH.no_report in told
        and "python -m evals" in told
        and not any(set_in(plot)["visible"] for plot in (bars, curve))
    )
    score = {
        "name": "all: right",
        "value": 0.875,
        "n": 8,
        "low": 0.5,
        "high": 1.0,
        "unit": "",
        "floor": 0.8,
        "met": True,
    }
    report = {
        "date": "2025-01-01", "machine": "x", "questions": [1, 2], "scores": [score, score | {"value": None}],
        "baselines": [{"name": "Kilnmark", "scores": {"answer correctness": {"value": 0.875}}}],
        "reliability": [{"confidence": 0.5, "right": 0.6, "n": 3}, {"confidence": 0.1, "right": 0.0, "n": 0}],
    }  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    told, bars, curve = visit(tmp_path / "report.json", "en")
    assert (
        told.count("<tr>") == 2 and ENGLISH.report_own in told
        and "0.875" in told
        and "≥ 0.8" in told
        and all(set_in(plot)["visible"] for plot in (bars, curve))
    )
    for broken in ("", "[]", '{"scores": 1}', '{"scores": [], "questions": []}'):
        (tmp_path / "report.json").write_text(broken, encoding="utf-8")
        assert ENGLISH.no_report in visit(tmp_path / "report.json", "en")[0]


def test_a_failure_reaches_a_program_as_one_line_that_gives_nothing_away() -> None:
    with pytest.raises(gr.Error) as failure:
        Endpoints(Failing(ValueError("sk-CANARY"))).ask("q")
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
    built = build_page(Failing(ValueError()), NOWHERE, NOWHERE)
    guarded = Settings(store=settings.store, port=free_port(), auth="potter:kiln")
    address = serving.serve_page(built, guarded)
    try:
        assert httpx.get(f"{address}config").status_code == 401
        with pytest.raises(Exception, match=r"(?i)auth|login|401"):
            Client(address, verbose=False, analytics_enabled=False)
        with pytest.raises(AppError, match="Something went wrong"):
            client = Client(address, auth=("potter", "kiln"), verbose=False, analytics_enabled=False)
            client.predict("q", api_name="/ask")
    finally:
        built.close(verbose=False)


def test_wrong_passwords_are_counted_and_the_cookie_stays_on_this_site(settings: Settings) -> None:
    built = build_page(Failing(ValueError()), NOWHERE, NOWHERE)
    guarded = Settings(store=settings.store, port=free_port(), auth="potter:kiln")
    address = serving.serve_page(built, guarded)
    try:
        right = httpx.post(f"{address}login", data={"username": "potter", "password": "kiln"})
        cookies = right.headers.get_list("set-cookie")
        assert len(cookies) == 2 and all("samesite=lax" in cookie.lower() for cookie in cookies)
        wrong = [httpx.post(f"{address}login", data={"username": "potter", "password": str(n)}) for n in range(11)]
        assert [response.status_code for response in wrong] == [400] * MAX_WRONG_LOGINS + [429]
    finally:
        built.close(verbose=False)


def test_a_body_that_trickles_in_is_not_waited_for_and_an_answer_may_be_listened_to(
    served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, port = served.removeprefix("http://").strip("/").split(":")
    head = f"POST /gradio_api/call/v2/ask HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\n\r\n"
    with monkeypatch.context() as patched, socket.create_connection((host, int(port)), timeout=10) as slow:
        patched.setattr(guard, "MAX_BODY_SECONDS", 0.3)
        slow.sendall(head.encode() + b'{"question"')
        assert b" 200 " not in slow.recv(1000).split(b"\r\n")[0]
    answer = Client(served, verbose=False, analytics_enabled=False).predict("When did the expo open?", api_name="/ask")
    assert answer["status"] == "answered"


def test_an_address_may_log_in_again_after_a_while_and_others_do_not_wait() -> None:
    now = [0.0]
    wrong = WrongLogins(lambda: now[0])
    for _ in range(MAX_WRONG_LOGINS):
        wrong.add("10.0.0.1")
    assert wrong.are_too_many("10.0.0.1") and not wrong.are_too_many("10.0.0.2")
    now[0] = LOGIN_WINDOW_SECONDS + 1
    assert not wrong.are_too_many("10.0.0.1")


def test_other_machines_are_served_only_with_a_password_or_when_that_is_wanted(
    app: ModuleType, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["--store", str(settings.store), "--host", "0.0.0.0"]) == 2
    said = one_line(capsys)
    assert "RAG_AUTH" in said and "--insecure" in said
    built = build_page(Failing(ValueError()), NOWHERE, NOWHERE)
    open_to_all = Settings(store=settings.store, port=free_port(), host="0.0.0.0", insecure=True)
    serving.serve_page(built, open_to_all)
    try:
        address = f"http://127.0.0.1:{open_to_all.port}/"
        assert httpx.get(address, headers={"host": "kiln.example"}).status_code == 200
        assert httpx.get(f"{address}config", headers={"origin": "https://evil.example"}).status_code == 403
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
    monkeypatch.chdir(tmp_path)
    opened = app._assistant(Settings())
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


def test_a_store_that_was_named_and_is_not_there_is_not_filled_with_the_demo(
    app: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["--store", str(tmp_path / "stroe")]) == 2
    assert f"python ingest.py --store {tmp_path / 'stroe'}" in one_line(capsys)
    assert not (tmp_path / "stroe").exists()


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

    generation, created, model = "g1", "", "scripted"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.told: list[object] = []

    def ask(self, question: str, *, history: object = (), language: object = None, waited: float = 0.0) -> Answer:
        raise self.error

    def stream(self, question: str, *, history: object = (), language: object = None, waited: float = 0.0):
        self.told.append(history)

        def answers(token: CancellationToken):
            yield Answer(question, "Half.", "answered", "en", 0.5)
            raise self.error

        return AnswerStream(answers)

    def articles(self) -> list[Source]:
        return []


def test_mcp_without_its_package_is_one_line_that_names_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.programs.mcp.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"kilnmark\[mcp\]"):
        serving.serve_page(build_page(Failing(ValueError()), NOWHERE, NOWHERE), settings, mcp=True)


def test_a_failure_of_the_house_is_told_in_its_own_line() -> None:
    *_, (turn,) = conversation.answer_turn(Failing(QuestionError("Too long.", "Shorten it.")), (), "q", ENGLISH)
    assert turn.problem == "Too long. Shorten it." and turn.answer is None


def test_any_other_failure_gives_nothing_away_and_is_logged_by_place_only(caplog: pytest.LogCaptureFixture) -> None:
    failing = Failing(ValueError("sk-CANARY in the question"))
    with caplog.at_level(logging.DEBUG):
        *_, (turn,) = conversation.answer_turn(failing, (), "my secret question", ENGLISH)
    assert turn.problem == ENGLISH.failed and turn.answer is None
    assert "ValueError" in caplog.text and "CANARY" not in caplog.text and "secret" not in caplog.text


def test_the_assistant_is_told_the_last_answered_turns() -> None:
    answers = tuple(Turn(n, f"q{n}", Answer(f"q{n}", f"a{n}", "answered", "en", 1.0)) for n in range(1, 60))
    failing = Failing(ValueError())
    *_, turns = conversation.answer_turn(failing, (*answers, Turn(60, "q60", None, "failed")), "next", ENGLISH)
    assert failing.told == [[(f"q{n}", f"a{n}") for n in range(54, 60)]]
    assert turns[-1].number == 61 and len(turns) == conversation.KEPT_TURNS


def test_an_answer_that_does_not_come_can_still_be_stopped() -> None:
    assistant, token = Stalling(), CancellationToken()
    coming = conversation.beat_while_waiting(lambda: assistant.stream("q"), token, seconds=0.01)
    assert next(coming).text == "Half." and next(coming) is None
    coming.close()
    assert token.cancelled and assistant.closed[0].wait(5)


def test_an_answer_that_was_stopped_before_it_was_asked_for_is_not_begun() -> None:
    assistant, token = Stalling(), CancellationToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(conversation.beat_while_waiting(lambda: assistant.stream("q"), token))
    for thread in threading.enumerate():
        if thread.name == "rag-page":
            thread.join(5)
    assert not assistant.closed


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
        ("POST", "/gradio_api/queue/join", {"content-length": "2", "origin": "http://localhost"}, None),
        ("POST", "/gradio_api/queue/join", {"content-length": "2", "origin": "https://evil.example"}, 403),
        ("POST", "/gradio_api/queue/join", {"content-length": "2", "origin": "null"}, 403),
        ("OPTIONS", "/gradio_api/queue/join", {"origin": "http://localhost:81"}, 403),
        ("GET", "/config", {"origin": "https://kiln.example", "x-forwarded-host": "kiln.example"}, None),
    ],
)
def test_doors_the_page_does_not_use_are_shut(
    method: str, path: str, headers: dict[str, str], status: int | None
) -> None:
    async def app(*_: object) -> None: ...

    refusal = Guard(app, LOOPBACK).judge_request(method, path, {"host": "localhost"} | headers)
    assert (refusal and refusal[0]) == status
