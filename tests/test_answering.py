"""Answers by a language model, against servers that answer, that fail in every way known, and one that is real."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import ssl
import string
import threading
import time

import openai
import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from rag import Settings
from rag.answering import Finished, ModelAnswerer, number_paragraphs
from rag.errors import ModelError
from rag.prompts import CANNOT_ANSWER, HUMAN, MARKER, SYSTEM, TEMPLATE_VARIABLES, language_name, read_marker
from rag.types import Paragraph, Passage, Source
from tests.fakellm import KEY, Server

REPLY = "The kiln was lit in 1987 [1]."
QUESTION = "When was the kiln lit?"


def passage(text="The kiln was lit in 1987.", outlet="Xinhua", published="2025-05-14"):
    paragraph = Paragraph("k#p1", "k", text, "en", ((0, len(text)),))
    return Passage(paragraph, Source("k", "Kilns", "en", outlet, published), 1.0)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No pauses worth the name, and no certificates, which take a tenth of a second a client and are of no use here."""
    monkeypatch.setattr("rag.models._PAUSE", 0.05)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *args, **more: None)


@pytest.fixture
def serve():
    servers = []

    def start(reply=REPLY, *args, **options):
        servers.append(Server(lambda messages: reply, *args, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def log(caplog):
    with caplog.at_level(logging.DEBUG):
        yield caplog
    assert KEY not in caplog.text


def answerer(server, **settings):
    return ModelAnswerer(Settings(**server.settings | settings))


def answered(server, passages=(), question=QUESTION, **settings):
    """(text, Finished) of a reply."""
    *pieces, end = answerer(server, **settings).stream(question, "en", passages or [passage()])
    return "".join(pieces), end


def refused(server, **settings):
    with pytest.raises(ModelError) as caught:
        answered(server, **settings)
    error = caught.value
    shown = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
    assert KEY not in shown and "\n" not in str(error)
    return error


def prompt(server):
    return "\n".join(message["content"] for message in server.asked[-1])


# The reply as it comes


def test_a_reply_comes_in_pieces_then_how_it_ended_and_what_it_took(serve, log):
    server = serve()
    *pieces, end = answerer(server).stream(QUESTION, "tr", [passage()])
    assert "".join(pieces) == REPLY and len(pieces) > 3
    assert end == Finished("stop", (7, 3))
    body = server.bodies[-1]
    assert (
        body["temperature"] == 0
        and body["model"] == "scripted"
        and "tools" not in body
        and "response_format" not in body
    )
    assert "Turkish" in prompt(server) and server.headers[-1]["authorization"] == f"Bearer {KEY}"


def test_without_a_model_named_nothing_can_be_made():
    with pytest.raises(ModelError, match="RAG_MODEL"):
        ModelAnswerer(Settings(api_key=KEY))


@pytest.mark.parametrize("code", ["en", "zh", "xx"])
def test_the_language_of_the_answer_is_named(serve, code):
    server = serve()
    list(answerer(server).stream(QUESTION, code, [passage()]))
    assert prompt(server).count(language_name(code)) >= 2


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (["<think>It says [9]", "</think>\n\n", "In 1987 [1]."], "In 1987 [1]."),
        (list("\n<think>a < b</think> In 1987 [1]."), "In 1987 [1]."),
        (["<think>one</think><think>two</think>In 1987"], "In 1987"),
        (list("<thing> is a tag"), "<thing> is a tag"),
        (["<th"], "<th"),
        (["", "In ", "<think>1987</think>"], "In <think>1987</think>"),
    ],
)
def test_reasoning_at_the_start_is_left_out(serve, reply, shown):
    assert answered(serve(reply)) == (shown, Finished("stop", (7, 3)))


@pytest.mark.parametrize("reply", ["", "<think>hm</think>", "<think>and on", " \n"])
def test_a_reply_of_nothing_is_an_error_and_is_not_asked_for_again(serve, reply):
    server = serve([reply])
    assert "no answer that can be read" in str(refused(server)) and len(server.bodies) == 1


def test_a_reply_without_end_is_cut(serve):
    server = serve(["word " * 500] * 100, mode="drip")
    text, end = answered(server)
    assert len(text) == 8000 and end.reason == "length"
    assert server.gone.wait(5)


@pytest.mark.parametrize(
    ("said", "reason"), [("stop", "stop"), ("length", "length"), ("content_filter", "cut"), ("eos", "stop")]
)
def test_why_a_reply_ended_is_said(serve, said, reason):
    assert answered(serve(finish=said)) == (REPLY, Finished(reason, (7, 3)))


# What is sent


def test_the_templates_have_the_variables_they_say():
    fields = {name for text in (SYSTEM, HUMAN) for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert fields == TEMPLATE_VARIABLES and CANNOT_ANSWER in SYSTEM


def test_braces_in_a_paragraph_and_a_question_are_no_template(serve):
    server = serve()
    text = 'Use {question} and {{braces}} in {"json": 1} or {0!r}.'
    answered(server, [passage(text)], question="What is {paragraphs}?")
    assert text in prompt(server) and "<question>\nWhat is {paragraphs}?\n" in prompt(server)


def test_a_paragraph_is_numbered_and_says_where_and_when():
    shown = number_paragraphs([passage(), passage("Two.", 'The "<Post>"\n', None)])
    assert shown.startswith(
        '<paragraph number="1" outlet="Xinhua" date="2025-05-14">\nThe kiln was lit in 1987.\n</paragraph>'
    )
    assert shown.endswith('<paragraph number="2" outlet="The \'‹Post›\'">\nTwo.\n</paragraph>')


@pytest.mark.parametrize("sentence", ["The kiln was lit again in 1987. ", "窑在一九八七年再次点燃。"])
def test_paragraphs_that_have_no_room_are_cut_at_a_sentence_or_left_out(sentence):
    text, each = sentence * 500, len(sentence)
    spans = tuple((at, at + len(sentence.strip())) for at in range(0, len(text), each))
    short, long = passage("One."), Passage(Paragraph("k#p2", "k", text, "en", spans), passage().source, 1.0)
    begin, shown = number_paragraphs([short, long, short]).split('<paragraph number="2"')
    assert begin.strip() == number_paragraphs([short])
    sent = shown.split(">\n", 1)[1].removesuffix("\n</paragraph>")
    assert sent == text[: len(sent)] and sent.endswith(sentence.strip()) and 0 < len(sent) < len(text) - each
    assert shown.count("<") == 1, "nothing comes after it"


def test_a_first_paragraph_without_a_sentence_that_has_room_is_sent_in_part():
    assert 2000 < len(number_paragraphs([passage("窑" * 9000), passage("One.")])) < 3200


@pytest.mark.parametrize(
    "tag", ["</paragraph>", "< / PARAGRAPH >", "<question>", "<|im_end|>", "＜/paragraph>", "</s>"]
)
def test_a_text_cannot_end_its_paragraph(serve, tag):
    server = serve()
    answered(server, [passage(f"One. {tag} Two is 5 < 6 & 7 > 6.")], question=f"Why? {tag}")
    human = server.asked[-1][-1]["content"]
    assert tag not in re.sub("</?(question|paragraph number[^>]*|paragraph)>\n", "", human, count=4)
    assert human.count("</paragraph>") == human.count("</question>") == 1 and "5 < 6 & 7 > 6" in human


def test_what_cannot_be_sent_or_seen_is_replaced(serve):
    server = serve()
    text, _ = answered(server, [passage("a\ud800b\x00c\u202ed\U000e0041e")], question="Why\udfff?\x1b")
    assert text == REPLY and "a\ufffdb c d e" in prompt(server) and "Why\ufffd?" in prompt(server)


@pytest.mark.parametrize(
    ("reply", "numbers"),
    [
        ("a [1].", [[1]]), ("a [1, 2].", [[1, 2]]), ("a [1][2].", [[1], [2]]), ("一【1】。", [[1]]), ("a ［１２］", [[12]]),
        ("a [^1]", [[1]]), ("a [^1,^2]", [[1, 2]]), ("[ 1；2 ]", [[1, 2]]), ("[1、3]", [[1, 3]]), ("a [-1].", [[]]), ("a [store#p4].", [[]]), ("in [2025] [sic] (1)", [[1]]),
    ],
)  # fmt: skip
def test_markers_are_read_in_the_shapes_models_write(reply, numbers):
    assert [read_marker(marker.group()) for marker in MARKER.finditer(reply)] == numbers


# What goes wrong


@pytest.mark.parametrize(
    ("status", "words", "hits"),
    [
        (400, "status 400", 2), (401, "OPENAI_API_KEY", 1), (403, "OPENAI_API_KEY", 1), (404, "status 404", 1),
        (422, "status 422", 2), (429, "status 429", 2), (500, "status 500", 2), (503, "status 503", 2),
    ],
)  # fmt: skip
def test_a_refusal_is_one_line_without_the_key(serve, log, status, words, hits):
    server = serve(status=status)
    error = refused(server)
    assert words in str(error) and len(server.bodies) == hits and error.retryable == (status >= 429)


@pytest.mark.parametrize("mode", ["html", "empty"])
def test_what_is_no_answer_is_asked_for_once_more(serve, log, mode):
    server = serve(mode=mode)
    assert "no answer that can be read" in str(refused(server)) and len(server.bodies) == 2


@pytest.mark.parametrize("mode", ["bad json", "error event", "reset", "no finish"])
def test_a_reply_that_breaks_off_keeps_what_came(serve, log, mode):
    server = serve(mode=mode)
    assert answered(server) == (REPLY, Finished("cut")) and len(server.bodies) == 1


@pytest.mark.parametrize("mode", ["bad json", "error event", "reset", "no finish", "empty"])
def test_a_reply_that_breaks_off_before_its_first_word_is_asked_for_once_more(serve, log, mode):
    server = serve([], mode=mode)
    refused(server)
    assert len(server.bodies) == 2


@pytest.mark.parametrize("failure", [{"mode": "empty"}, {"status": 500}, {"status": 429, "retry_after": 1}])
def test_a_failure_in_passing_is_not_seen(serve, failure):
    server = serve(times=1, **failure)
    assert answered(server)[0] == REPLY and len(server.bodies) == 2


def test_the_reasoning_of_a_failed_attempt_is_forgotten(serve):
    server = serve(["<think>and on"], mode="reset", times=1)
    server.reply = lambda messages: ["<think>and on"] if len(server.bodies) == 1 else REPLY
    assert answered(server)[0] == REPLY


def test_a_wait_that_is_too_long_is_not_waited_for(serve):
    server = serve(status=429, retry_after=300)
    start = time.monotonic()
    refused(server)
    assert time.monotonic() - start < 3 and len(server.bodies) == 1


@pytest.mark.parametrize("field", ["stream_options", "temperature"])
def test_a_server_that_refuses_an_option_is_asked_without_it_from_then_on(serve, field):
    server = serve(refuses=field)
    model = answerer(server)
    for hits in (2, 3):
        *pieces, end = model.stream(QUESTION, "en", [passage()])
        assert "".join(pieces) == REPLY and end.reason == "stop" and len(server.bodies) == hits


def test_a_server_that_is_not_there_is_named(unused_port):
    settings = Settings(base_url=f"http://me:{KEY}@127.0.0.1:{unused_port}/v1", model="m")
    with pytest.raises(ModelError, match=rf"http://127.0.0.1:{unused_port}/v1 cannot be reached") as caught:
        list(ModelAnswerer(settings).stream(QUESTION, "en", [passage()]))
    assert caught.value.retryable and KEY not in repr(caught.value)


@pytest.mark.parametrize("address", ["127.0.0.1/v1", "http://[", "nonsense", "http://127.0.0.1:99999/v1"])
def test_an_address_that_is_none_is_an_error_of_ours(address):
    with pytest.raises(ModelError):
        list(ModelAnswerer(Settings(base_url=address, model="m", deadline=3)).stream(QUESTION, "en", [passage()]))


@pytest.mark.parametrize("key", ["sk-sécret", "sk-secret\nX: y", " sk-secret"])
def test_a_key_that_cannot_be_sent_is_not_shown(serve, log, key):
    try:
        answered(serve(), api_key=key)
    except ModelError as error:
        assert "cret" not in f"{error} {error.__cause__!r} {error.__context__!r}"


# How long it may take


@pytest.mark.parametrize(("reply", "mode"), [(REPLY, "stall"), (REPLY, "drip"), (["<think>"], "drip"), (REPLY, "slow headers"),
                                             ([], "stall"), (REPLY, "keep-alives"), ([], "keep-alives")])  # fmt: skip
def test_the_deadline_holds_whatever_the_server_does(serve, log, reply, mode):
    server = serve(reply, mode=mode)
    start = time.monotonic()
    if reply == REPLY and mode != "slow headers":
        text, end = answered(server, deadline=1)
        assert text.startswith(REPLY) and end == Finished("cut")
    else:
        error = refused(server, deadline=1)
        assert "did not answer in 1 s" in str(error) and error.retryable
    assert time.monotonic() - start < 5 and len(server.bodies) == 1
    assert server.gone.wait(5)


@pytest.mark.parametrize("mode", ["stall", "keep-alives"])
def test_silence_ends_a_reply_long_before_a_long_deadline(serve, log, monkeypatch, mode):
    monkeypatch.setattr("rag.answering.SILENCE", 0.5)
    start = time.monotonic()
    assert answered(serve(mode=mode), deadline=60) == (REPLY, Finished("cut"))
    refused(serve([], mode=mode), deadline=60)
    assert time.monotonic() - start < 6


def test_a_deadline_of_the_call_goes_before_that_of_the_settings(serve):
    server = serve([], mode="keep-alives")
    start = time.monotonic()
    with pytest.raises(ModelError, match=r"did not answer in 0\.5 s"):
        list(answerer(server, deadline=60).stream(QUESTION, "en", [passage()], deadline=0.5))
    assert time.monotonic() - start < 4


def test_a_reader_that_stops_ends_the_request(serve):
    # Many times, as a cancellation that meets a chunk is lost in the libraries.
    servers = [serve(mode="drip") for _ in range(20)]
    for server in servers:
        reply = answerer(server).stream(QUESTION, "en", [passage()])
        assert next(reply)
        reply.close()
    assert all(server.gone.wait(5) for server in servers)


def test_several_threads_are_answered_at_once(serve):
    server, ready = serve(), threading.Barrier(4)
    server.reply = lambda messages: [str(ready.wait(10) >= 0), re.search("n=.", messages[-1]["content"])[0]]
    model, replies = answerer(server), {}

    def ask(n):
        replies[n] = "".join(map(str, list(model.stream(f"n={n}", "en", [passage()]))[:-1]))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == {n: f"Truen={n}" for n in range(4)}


# What LangChain sees, and nobody else


def test_the_events_of_a_chain_around_it_show_the_model(serve):
    model = answerer(serve())
    chain = RunnableLambda(lambda question: list(model.stream(question, "en", [passage()])))

    async def events():
        return [event async for event in chain.astream_events(QUESTION, version="v2")]

    seen = asyncio.run(events())
    assert "".join(e["data"]["chunk"].text for e in seen if e["event"] == "on_chat_model_stream") == REPLY


def test_the_callbacks_of_a_chain_around_it_are_called(serve):
    class Handler(BaseCallbackHandler):
        seen = ()

        def on_chat_model_start(self, serialized, messages, **more):
            self.seen += ("start", KEY in str(serialized))

        def on_llm_end(self, response, **more):
            self.seen += ("end",)

    model, handler = answerer(serve()), Handler()
    chain = RunnableLambda(lambda question: list(model.stream(question, "en", [passage()])))
    assert chain.invoke(QUESTION, {"callbacks": [handler]})[-1].reason == "stop"
    assert handler.seen == ("start", False, "end")


def test_nothing_is_traced_counted_or_sent_elsewhere(serve, monkeypatch):
    import tiktoken

    tried, connect = [], socket.socket.connect
    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: tried.append(name))
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda name: tried.append(name))
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *r, **m: tried.append(host) or look_up(host, *r, **m))
    monkeypatch.setattr(socket.socket, "connect", lambda s, at: tried.append(at[0]) or connect(s, at))
    assert not [name for name in os.environ if name.startswith(("LANGSMITH_", "LANGCHAIN_"))]
    assert answered(serve(), model="gpt-4o")[1].reason == "stop"
    assert set(tried) <= {"127.0.0.1", b"127.0.0.1"}


def kinds(error):
    return [error, *(below for kind in error.__subclasses__() for below in kinds(kind))]


@pytest.mark.parametrize(
    "kind", [*kinds(openai.OpenAIError), OSError, ValueError, KeyError, TimeoutError, RuntimeError]
)
def test_every_error_of_the_client_has_words_of_ours(kind):
    error = kind.__new__(kind)
    error.status_code = getattr(kind, "status_code", 418)
    assert isinstance(ModelAnswerer(Settings(model="m"))._model.explain(error, 1), ModelError)


# A real server


def real(address, question, passages, deadline):
    model = ModelAnswerer(Settings(base_url=address, model="smollm2", deadline=deadline))
    *pieces, end = model.stream(question, "en", passages)
    return "".join(pieces), end


def test_a_real_server_answers(small_model):
    text, end = real(small_model, "In which year was the kiln lit?", [passage()], 60)
    assert "1987" in text and end.reason == "stop" and end.tokens[0] > 100


@pytest.mark.slow
def test_a_real_server_with_more_than_it_can_read_is_an_error_of_ours(small_model):
    with pytest.raises(ModelError, match="status 400"):
        real(small_model, QUESTION, [passage("The kiln was lit in 1987. " * 3000)], 120)
