"""Settings: arguments win over the environment, mistakes are one line, secrets are masked."""

from __future__ import annotations

import pytest

from rag import Settings
from rag.errors import RagError, SettingsError


def test_defaults_need_no_environment():
    settings = Settings()
    assert (str(settings.store), settings.host, settings.port, settings.auth) == (".store", "127.0.0.1", 7860, None)


def test_the_environment_is_read_and_arguments_win(monkeypatch):
    monkeypatch.setenv("RAG_PORT", "8000")
    assert Settings().port == 8000
    assert Settings(port=9000).port == 9000


@pytest.mark.parametrize(
    ("name", "value"), [("RAG_PORT", "0"), ("RAG_PORT", "many"), ("RAG_AUTH", "nobody"), ("RAG_STOER", "x")]
)
def test_a_wrong_setting_is_one_line_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings()
    message = str(caught.value)
    assert name in message or name.removeprefix("RAG_").lower() in message
    assert "\n" not in message and "RAG_STORE" in message


@pytest.mark.parametrize(
    "given", ["something", "ftp://host", "http://", "http://me:CANARY@host", "http://host/?token=CANARY", "http://host:x", ""]
)
def test_an_address_of_a_chroma_server_that_is_none_is_refused_without_being_shown(given):
    with pytest.raises(SettingsError, match="chroma_url") as caught:
        Settings(chroma_url=given)
    assert "CANARY" not in str(caught.value)


def test_a_chroma_server_is_read_from_the_environment_and_its_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("RAG_CHROMA_URL", "https://chroma.example/index/")
    monkeypatch.setenv("RAG_CHROMA_TOKEN", "CANARY")
    monkeypatch.setenv("RAG_CHROMA_HEADERS", '{"X-Api-Key": "CANARY"}')
    settings = Settings()
    assert settings.index == settings.chroma_url == "https://chroma.example/index"
    assert settings.chroma_request_headers == {"Authorization": "Bearer CANARY", "X-Api-Key": "CANARY"}
    assert "CANARY" not in repr(settings) + str(settings)


@pytest.mark.parametrize("given", ["CANARY", "[1]", '{"CANARY": 1}', '{"CANARY\\n": "x"}', '{"x": "CANARY\\r\\ny: z"}'])
def test_headers_that_are_none_are_refused_without_being_shown(given):
    with pytest.raises(SettingsError, match="chroma_headers") as caught:
        Settings(chroma_headers=given)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("given", ["x" * 40, "Kilns", "a-b", "1st", "kiln\n"])
def test_a_name_that_collections_cannot_begin_with_is_refused(given):
    with pytest.raises(SettingsError, match="chroma_name"):
        Settings(chroma_name=given)


@pytest.mark.parametrize("given", ["something", "openai", "openai:", "openai: ", "", 7, object()])
def test_embeddings_that_are_none_are_refused(given, monkeypatch):
    with pytest.raises(SettingsError, match=r"embeddings.*openai:<model>"):
        Settings(embeddings=given)


def test_a_model_for_embeddings_is_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("RAG_EMBEDDINGS", "openai:bge-m3")
    assert Settings().embeddings == "openai:bge-m3"


def test_the_defaults_may_be_given():
    assert Settings(model=None, chroma_url=None, embeddings="embedded", deadline=5).deadline == 5


@pytest.mark.parametrize("given", ["0.15,0.60", " 0.15 , 0.6 "])
def test_prices_are_those_of_a_million_tokens_read_and_written(monkeypatch, given):
    assert Settings().prices is None
    monkeypatch.setenv("RAG_PRICES", given)
    assert Settings().prices == Settings(prices=(0.15, 0.6)).prices == (0.15, 0.6)


@pytest.mark.parametrize("given", ["0.15", "1,2,3", "cheap", "1,-2", "1,inf", "1,nan", "[1,2]", ","])
def test_prices_that_are_none_are_one_line_that_says_how_to_write_them(monkeypatch, given):
    monkeypatch.setenv("RAG_PRICES", given)
    with pytest.raises(SettingsError, match=r"'prices'.*such as 0\.15,0\.60") as caught:
        Settings()
    assert "\n" not in str(caught.value)


def test_the_time_for_reading_is_a_setting(monkeypatch):
    monkeypatch.setenv("RAG_READING_SECONDS", "0.25")
    assert (Settings().reading_seconds, Settings(reading_seconds=0).reading_seconds) == (0.25, 0)


@pytest.mark.parametrize("given", ["-1", "soon", "nan"])
def test_a_time_for_reading_that_is_none_is_refused(given):
    with pytest.raises(SettingsError, match="reading_seconds"):
        Settings(reading_seconds=given)


def test_an_unknown_argument_is_an_error():
    with pytest.raises(SettingsError, match="sotre"):
        Settings(sotre="x")


def test_a_password_is_never_printed():
    settings = Settings(auth="me:CANARY")
    assert "CANARY" not in repr(settings) + str(settings)


def test_every_error_is_one_line_with_a_remedy():
    error = RagError("Something\nbroke.", "Do\nthis.")
    assert str(error) == "Something broke. Do this."
    assert error.retryable is False
