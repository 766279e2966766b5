"""The assistant as a program sees it, over the real articles."""

from __future__ import annotations

import asyncio
import json
import threading
from itertools import pairwise

import pytest
from langchain_core.runnables import Runnable

from rag import Answer, Article, Assistant, Settings, ingest
from rag.weights import shipped_versions

EXPO, STORE, TURKISH = (
    "When did the expo open?",
    "伊斯坦布尔店是第几家旗舰店?",
    "İznik ile Jingdezhen hangi yıl kardeş şehir oldu?",
)


def test_an_answer_has_every_field_the_interface_promises(assistant):
    answer = assistant.ask(EXPO)
    assert (answer.status, answer.mode, answer.model, answer.language) == ("answered", "extractive", None, "en")
    assert "Oct 18" in answer.text and "[1]" in answer.text
    assert 0 <= answer.confidence <= 1
    assert set(answer.timings) == {"embed", "search", "read", "answer", "total"}
    assert answer.weights == dict(shipped_versions())
    assert answer.claims[0].status == "supported" and answer.claims[0].citations == (1,)
    citation = answer.citations[0]
    assert (citation.number, citation.article_id, citation.outlet, citation.published) == (
        1,
        "expo",
        "People's Daily Online",
        None,
    )
    assert json.loads(json.dumps(answer.to_dict()))["citations"][0]["paragraph_id"] == citation.paragraph_id


def test_without_time_for_reading_two_passages_are_read(settings):
    hurried = Assistant(settings.model_copy(update={"reading_seconds": 0.0}))
    (ranking,) = hurried.rank(EXPO)
    assert len({c.passage.paragraph_id for c in ranking.candidates}) == 2
    assert hurried.ask(EXPO).status == "answered"


@pytest.mark.parametrize("question", [EXPO, STORE, TURKISH, "Who is Ahmet Kaya?", "Nothing like it?"])
def test_every_quote_stands_in_the_stored_paragraph(assistant, question):
    answer = assistant.ask(question)
    for c in answer.citations:
        assert assistant.paragraph(c.paragraph_id).text[c.start : c.end] == c.quote
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize(("question", "language"), [(EXPO, "en"), (STORE, "zh"), (TURKISH, "tr")])
def test_the_answer_is_in_the_language_of_the_question_or_says_that_it_quotes_another(assistant, question, language):
    answer = assistant.ask(question)
    assert answer.language == language and answer.status == "answered"
    foreign = any(c.language != language for c in answer.citations)
    assert (answer.notice is not None) == foreign


@pytest.mark.parametrize(
    ("question", "language", "text"),
    [
        ("What is the capital of France?", None, "The articles do not say."),
        ("法国的首都是哪里?", None, "文章中没有提到。"),
        ("Galatasaray son maçını kaç kaç bitirdi?", None, "Makalelerde bu bilgi yok."),
        ("What is the capital of France?", "zh", "文章中没有提到。"),
    ],
)
def test_what_the_articles_do_not_say_is_refused_in_the_language_of_the_question(assistant, question, language, text):
    answer = assistant.ask(question, language=language)
    assert (answer.status, answer.text, answer.citations) == ("not_found", text, ())


@pytest.mark.parametrize(
    "question", ["", "   \n\t ", "?!…", "🏺🏺", "x" * 20_000, "a\x00b", "\x07", "\ud800", "\u200b"]
)
def test_a_question_that_cannot_be_read_is_refused_at_once(assistant, question):
    answer = assistant.ask(question)
    assert answer.status == "not_found" and answer.text and not answer.citations
    assert answer.timings["embed"] == 0
    answer.text.encode("utf-8"), answer.question.encode("utf-8")


def test_a_question_that_is_no_text_is_a_type_error(assistant):
    with pytest.raises(TypeError):
        assistant.ask(None)


@pytest.mark.parametrize(
    "question",
    ["${x} {question} %s", "<script>alert(1)</script> expo?", "'; DROP TABLE paragraphs; --", "Expo\nwhen\r\nopened?"],
)
def test_odd_text_is_just_text(assistant, question):
    assert isinstance(assistant.ask(question), Answer)


def test_the_same_question_always_gets_the_same_answer(assistant):
    first, second = (assistant.ask(TURKISH) for _ in range(2))
    assert (first.text, first.confidence, first.citations) == (second.text, second.confidence, second.citations)


def without_times(answer: Answer) -> dict:
    """An answer to be compared. Who asks at the same time decides the eighth digit of a vector, and so of the confidence."""
    return answer.to_dict() | {"timings": None, "confidence": round(answer.confidence, 5)}


def test_streaming_grows_claim_by_claim_to_the_whole_answer(assistant):
    question = "Who is the French artist and what did he make?"
    parts = list(assistant.stream(question))
    assert without_times(parts[-1]) == without_times(assistant.ask(question))
    assert len(parts) == len(parts[-1].claims) > 1
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(parts))


def test_batch_and_async_give_the_same_answers(assistant):
    async def both():
        return await assistant.aask(EXPO), [part async for part in assistant.astream(EXPO)]

    answer, parts = asyncio.run(both())
    wanted = without_times(assistant.ask(EXPO))
    assert wanted == without_times(answer) == without_times(parts[-1]) == without_times(assistant.batch([EXPO])[0])


def test_the_chain_is_a_runnable_with_the_same_answers(assistant):
    chain = assistant.chain
    assert isinstance(chain, Runnable)
    wanted = without_times(assistant.ask(STORE))
    assert without_times(chain.invoke(STORE)) == wanted
    assert without_times(chain.invoke({"question": STORE, "language": "zh"})) == wanted
    assert [without_times(a) for a in chain.batch([STORE, STORE])] == [wanted, wanted]
    assert without_times(list(chain.stream(STORE))[-1]) == wanted
    assert without_times(asyncio.run(chain.ainvoke(STORE))) == wanted


def test_the_chain_shows_its_steps_to_langchain(assistant):
    async def names():
        return {e["name"] async for e in assistant.chain.astream_events(EXPO, version="v2")}

    assert {"read", "retrieve", "answer"} <= asyncio.run(names())


def test_many_threads_get_their_own_answers(assistant):
    questions = [EXPO, STORE, TURKISH, "Who is Iznik's deputy mayor?"] * 4
    wanted = {q: without_times(assistant.ask(q)) for q in set(questions)}
    got: list[tuple[str, dict]] = []
    threads = [threading.Thread(target=lambda q=q: got.append((q, without_times(assistant.ask(q))))) for q in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(questions) and all(answer == wanted[question] for question, answer in got)


def test_an_unknown_paragraph_or_article_is_a_key_error(assistant):
    for call in (assistant.paragraph, assistant.article):
        with pytest.raises(KeyError):
            call("expo#p999")


def test_an_article_reads_in_order_with_its_source(assistant):
    source, paragraphs = assistant.article("store")
    assert source.title.startswith("景德镇陶瓷全球化") and source.language == "zh"
    assert [p.id for p in paragraphs] == [f"store#p{n}" for n in range(1, len(paragraphs) + 1)]


def test_markup_and_odd_characters_in_an_article_are_stored_and_quoted_as_text(tmp_path):
    text = "<script>alert('kiln')</script> The kiln of Ayşe was lit in 1987 \ud83c\udffa by {hand} & [1]."
    settings = Settings(store=tmp_path / "store")
    ingest(
        [Article(id="a<b>#1", title="<b>", language="en", paragraphs=[text, "\ud800 lone surrogate in 1999."])],
        settings,
    )
    answer = Assistant(settings).ask("When was the kiln of Ayşe lit?")
    assert answer.citations[0].paragraph_id == "a<b>#1#p1"
    assert "<script>" in answer.citations[0].paragraph.text
