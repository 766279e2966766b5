"""Having a language model translate: against a scripted OpenAI-compatible server on loopback."""

from __future__ import annotations

import pytest

import ingest as script
from rag import Settings
from rag.api import plan_translations
from rag.errors import ModelError
from rag.models import ChatModel
from rag.translating import translate_article
from tests.fakellm import Server

TURKISH = {"The kiln was lit on Monday.": "Fırın pazartesi yakıldı.", "It held five bowls.": "İçinde beş kâse vardı."}


def into_turkish(messages):
    lines = messages[-1]["content"].split("\n")
    return "\n".join(f"{line.split('. ', 1)[0]}. {TURKISH[line.split('. ', 1)[1]]}" for line in lines)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "kiln.txt").write_text("\n\n".join(TURKISH))
    return tmp_path / "articles"


@pytest.fixture
def serve():
    servers = []

    def start(reply, status=200):
        servers.append(Server(reply, status))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def environment(monkeypatch, server):
    monkeypatch.setenv("OPENAI_BASE_URL", server.settings["base_url"])
    monkeypatch.setenv("RAG_MODEL", "scripted")


def test_an_article_is_translated_indexed_and_a_second_run_sends_nothing(folder, tmp_path, serve, monkeypatch, capsys):
    server = serve(into_turkish)
    environment(monkeypatch, server)
    command = [str(folder), "--store", str(tmp_path / "store"), "--translate", "tr", "--yes"]
    assert script.main(command) == 0
    shown = capsys.readouterr().out
    assert "scripted at" in shown and "tokens in all" in shown and "14 tokens read, 6 written" in shown
    assert "Fırın pazartesi yakıldı." in (folder / "translations" / "kiln.tr.toml").read_text()
    assert len(server.asked) == 2 and server.asked[0][-1]["content"] == "1. The kiln was lit on Monday."
    assert script.main(command) == 0
    assert len(server.asked) == 2 and "translated already" in capsys.readouterr().out


def test_without_a_yes_nothing_is_sent(folder, tmp_path, serve, monkeypatch, capsys):
    server = serve(into_turkish)
    environment(monkeypatch, server)
    assert script.main([str(folder), "--store", str(tmp_path / "store"), "--translate", "tr"]) == 2
    assert server.asked == [] and "--yes" in capsys.readouterr().err


def test_without_a_model_it_says_what_to_set(folder, tmp_path, capsys):
    assert script.main([str(folder), "--store", str(tmp_path / "store"), "--translate", "tr"]) == 2
    assert "RAG_MODEL" in capsys.readouterr().err


def test_a_stopped_run_goes_on_where_it_was(folder, serve):
    failing = serve(lambda messages: into_turkish(messages) if len(failing.asked) == 1 else "sorry")
    (job,) = plan_translations([folder], ["tr"])
    assert job.sentences == 2
    assert "numbered lines" in translate_article(job, ChatModel(Settings(**failing.settings)), lambda done: None)[0]
    (rest,) = plan_translations([folder], ["tr"])
    assert [p.id for p in rest.paragraphs] == ["kiln#p2"]
    translate_article(rest, ChatModel(Settings(**serve(into_turkish).settings)), lambda done: None)
    assert plan_translations([folder], ["tr"]) == []


def test_a_translation_with_a_wrong_number_is_asked_for_again_and_then_left_out(folder, serve):
    server = serve(lambda messages: into_turkish(messages).replace("beş", "altı"))
    (job,) = plan_translations([folder], ["tr"])
    problems = translate_article(job, ChatModel(Settings(**server.settings)), lambda done: None)
    assert len(problems) == 1 and "five" in problems[0]
    assert len(server.asked) == 3 and "Careful" in server.asked[-1][0]["content"]


@pytest.mark.parametrize(("status", "words"), [(401, "OPENAI_API_KEY"), (404, "status 404")])
def test_a_refusing_server_is_one_line_without_the_key(folder, serve, status, words):
    server = serve(lambda messages: "", status)
    with pytest.raises(ModelError, match=words) as caught:
        ChatModel(Settings(**server.settings)).ask("system", "user")
    assert "sk-secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_named(unused_port):
    settings = Settings(base_url=f"http://127.0.0.1:{unused_port}/v1", model="m")
    with pytest.raises(ModelError, match="cannot be reached"):
        ChatModel(settings).ask("system", "user")
