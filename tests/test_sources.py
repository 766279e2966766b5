"""Several sources, times, ends, lists, summaries and follow-ups over the real articles and a small corpus of our own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag import Article, Assistant, Settings, ingest


@pytest.fixture(scope="module")
def kilns(tmp_path_factory):
    settings = Settings(store=tmp_path_factory.mktemp("kilns") / "store")
    ingest(
        [
            Article(id="gazette", title="The kilns of Velm", language="en", outlet="Gazette", published="2020-03-01",
                    paragraphs=["Velm has a pottery history of 900 years.", "Last year the kilns of Velm sold 400 bowls.",
                                "The fair of Velm opened on May 3.", "The four-day fair drew 20 potters."]),
            Article(id="herald", title="Velm and its clay", language="en", outlet="Herald",
                    paragraphs=["Potters have worked in Velm for 700 years; its pottery history is long.",
                                "The kilns of Velm were rebuilt in 1950."]),
            Article(id="echo", title="Rebuilding", language="en", outlet="Echo",
                    paragraphs=["It was in 1950 that the kilns of Velm were rebuilt."]),
        ],
        settings,
    )  # fmt: skip
    return Assistant(settings)


def test_sources_that_differ_are_shown_side_by_side_with_outlet_and_date(kilns):
    answer = kilns.ask("How many years is the pottery history of Velm?")
    assert answer.status == "answered" and {c.article_id for c in answer.citations} == {"gazette", "herald"}
    assert "The sources differ" in answer.notice and "900 years" in answer.notice and "700 years" in answer.notice
    assert "Gazette (2020-03-01)" in answer.notice and "Herald (undated)" in answer.notice


def test_sources_that_agree_are_cited_together(kilns):
    answer = kilns.ask("In what year were the kilns of Velm rebuilt?")
    first = answer.claims[0]
    assert {c.article_id for c in answer.citations if c.number in first.citations} == {"herald", "echo"}
    assert "differ" not in (answer.notice or "")


def test_last_year_is_read_against_the_date_of_its_article(kilns):
    answer = kilns.ask("How many bowls did the kilns of Velm sell last year?")
    assert "“Last year” means 2019" in answer.notice


def test_an_end_is_reckoned_from_two_sentences_and_the_sum_is_marked_as_ours(kilns):
    answer = kilns.ask("Until when did the fair of Velm run?")
    assert {c.quote for c in answer.citations} >= {
        "The fair of Velm opened on May 3.",
        "The four-day fair drew 20 potters.",
    }
    assert "Our own arithmetic" in answer.notice and "May 6" in answer.notice


@pytest.mark.parametrize(
    "question", ["Until when will the Istanbul store stay open?", "When does the Iznik symposium end?"]
)
def test_an_end_that_cannot_be_reckoned_is_refused(assistant, question):
    assert assistant.ask(question).status == "not_found"


@pytest.mark.parametrize(
    ("question", "both"),
    [("How many years of ceramics history does Jingdezhen have?", ("2,000", "1,700")),
     ("景德镇制瓷有多少年历史了?", ("2000", "1700"))],
)  # fmt: skip
def test_the_age_of_the_craft_differs_between_two_articles(assistant, question, both):
    answer = assistant.ask(question)
    assert answer.status == "answered" and {c.article_id for c in answer.citations} == {"expo", "iznik"}
    assert all(number in answer.text and number in answer.notice for number in both)


@pytest.mark.parametrize(
    "question", ["When did Iznik and Jingdezhen become sister cities?", "景德镇和伊兹尼克是哪一年结为友好城市的?",
                 "Jingdezhen ile İznik ne zaman kardeş şehir oldu?"],
)  # fmt: skip
def test_a_year_that_stands_in_two_articles_is_cited_from_both(assistant, question):
    answer = assistant.ask(question)
    cited = [c for c in answer.citations if c.number in answer.claims[0].citations]
    assert {c.article_id for c in cited} == {"iznik", "store"} and all("2021" in c.quote for c in cited)
    assert all("2021" in c.paragraph.text[slice(*c.focus)] for c in cited)


@pytest.mark.parametrize("question", ["Who is the mayor of Iznik?", "伊兹尼克市长是谁?", "İznik Belediye Başkanı kim?"])
def test_a_name_that_is_written_in_two_ways_is_shown_in_both(assistant, question):
    answer = assistant.ask(question)
    assert "穆罕默德" in answer.notice and "买合麦德" in answer.notice
    assert {"穆罕默德", "买合麦德"} <= {
        part for c in answer.citations for part in ("穆罕默德", "买合麦德") if part in c.quote
    }


@pytest.mark.parametrize("question", ["Until when did the expo run?", "瓷博会持续到哪天?", "Fuar hangi gün sona erdi?"])
def test_the_end_of_the_expo_is_reckoned(assistant, question):
    answer = assistant.ask(question)
    assert answer.status == "answered" and {"expo#p3", "expo#p5"} <= {c.paragraph_id for c in answer.citations}
    assert "22" in answer.notice


def test_an_unknown_date_is_not_guessed(assistant):
    answer = assistant.ask("What was the output value of the ceramics industry last year?")
    assert "left undated" in answer.notice and "2024" not in answer.text + answer.notice


@pytest.mark.parametrize(
    ("history", "question", "cited"),
    [(["When was the Istanbul store's unveiling ceremony?"], "And who hosted it?", "store#p4"),
     (["伊斯坦布尔店什么时候揭牌的?"], "那地址呢?", "store#p19"),
     (["Seramik fuarı ne zaman açıldı?"], "Kaç gün sürdü?", "expo#p5")],
)  # fmt: skip
def test_a_follow_up_is_answered_and_shows_how_it_was_read(assistant, history, question, cited):
    told: list[tuple[str, str]] = []
    for earlier in history:
        told.append((earlier, assistant.ask(earlier, told).text))
    answer = assistant.ask(question, told)
    assert answer.question != question and cited in {c.paragraph_id for c in answer.citations}


def test_a_part_that_is_not_answered_is_named(assistant):
    answer = assistant.ask("When did the expo open, and how much is a ticket?")
    assert answer.status == "partial" and "Oct 18" in answer.text and "ticket" in answer.notice


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which articles do you have?", "en"),
        ("你有哪些文章?", "zh"),
        ("Hangi makaleler var?", "tr"),
        ("What can you do?", "en"),
    ],
)
def test_questions_about_the_collection_are_answered_from_it(assistant, question, language):
    answer = assistant.ask(question)
    assert (answer.status, answer.language) == ("answered", language)
    assert {c.article_id for c in answer.citations} == {"expo", "iznik", "store"}


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Summarise the expo article", "expo"),
        ("总结一下伊斯坦布尔旗舰店那篇文章", "store"),
        ("İznik haberini özetle", "iznik"),
    ],
)
def test_a_summary_is_the_lead_and_central_sentences_of_one_article(assistant, question, article):
    answer = assistant.ask(question)
    assert {c.article_id for c in answer.citations} == {article} and len(answer.claims) == 4
    numbers = [int(c.paragraph_id.rpartition("p")[2]) for c in answer.citations]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    "question",
    ["How much does a ticket to the expo cost?", "What year did the Dubai flagship store open?",
     "瓷博会的门票多少钱?", "揭牌仪式为什么选在安卡拉举行?",
     "Kurulacak tesiste kaç kişi çalışacak?", "İznik'in nüfusu kaç?", "Adil Can Güven atölyesini neden Ankara'ya taşıdı?"],
)  # fmt: skip
def test_what_is_asked_for_by_name_and_told_nowhere_is_refused(assistant, question):
    assert assistant.ask(question).status == "not_found"


def test_what_the_assistant_says_of_itself_comes_first_while_an_answer_grows(assistant):
    parts = [part.text for part in assistant.stream("What can you do?")]
    assert len(parts) == 3 and all(later.startswith(earlier) for earlier, later in pairwise(parts))


def test_a_refusal_names_the_nearest_thing_the_articles_say_and_marks_it_so(assistant):
    answer = assistant.ask("How much does a ticket to the expo cost?")
    assert answer.text.startswith("The articles do not say. The nearest thing they say:") and answer.text.endswith(
        "[1]"
    )
    assert answer.citations[0].article_id == "expo"
