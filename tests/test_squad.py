"""SQuAD-format files through a store of their own: reading them, asking, scoring; and the text-overlap metrics."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from evals.__main__ import main
from evals.research import asking, squad
from evals.research.overlap import best_f1, character_f1, contains, normalise, token_f1

TEXTS = {
    "en": [
        ["The dragon kiln of Lantern Hill was built by Mira Vance in 1912. It is 46 metres long.",
         "Glaze for the bowls is mixed from pine ash. A bowl dries for nine days."],
        ["The museum of tiles opened on a Monday in May. Its roof is covered with green glass.",
         "A school for potters has 80 pupils. They learn to throw jars in winter."],
    ],
    "zh": [
        ["灯笼山的龙窑由米拉·万斯于1912年建造。它长46米。", "碗的釉料用松木灰调制。一只碗要晾干九天。"],
        ["瓷砖博物馆在五月的一个星期一开放。它的屋顶覆盖着绿色玻璃。", "一所陶工学校有80名学生。他们在冬天学习拉坯做罐子。"],
    ],
}  # fmt: skip
ASKED = {
    "en": [[[("Who built the dragon kiln?", "Mira Vance"), ("How long is the dragon kiln?", "46 metres")],
            [("What is the glaze for the bowls mixed from?", "pine ash")]],
           [[("What covers the roof of the museum of tiles?", "green glass")],
            [("How many pupils has the school for potters?", "80"), ("When do they learn to throw jars?", "winter")]]],
    "zh": [[[("谁建造了龙窑?", "米拉·万斯"), ("龙窑有多长?", "46米")], [("碗的釉料用什么调制?", "松木灰")]],
           [[("瓷砖博物馆的屋顶覆盖着什么?", "绿色玻璃")], [("陶工学校有多少名学生?", "80名"), ("他们什么时候学习做罐子?", "冬天")]]],
}  # fmt: skip
QUESTIONS = 6


def entries(language: str, drop: int = 0, impossible: bool = False):
    """Two articles of two paragraphs in SQuAD's form; `drop` paragraphs are left out at the end."""
    made = []
    for article, (contexts, asked) in enumerate(zip(TEXTS[language], ASKED[language], strict=True)):
        paragraphs = [
            {"context": context, "qas": [
                {"id": f"{article}-{place}-{n}", "question": q, "answers": [{"text": a, "answer_start": context.index(a)}]}
                for n, (q, a) in enumerate(own)
            ]}
            for place, (context, own) in enumerate(zip(contexts, asked, strict=True))
        ]  # fmt: skip
        made.append({"title": f"a{article}", "paragraphs": paragraphs})
    if drop:
        del made[-1]["paragraphs"][-drop:]
    if impossible:
        made[0]["paragraphs"][0]["qas"].insert(
            0, {"id": "none", "question": "Which king ate a violet umbrella on Jupiter?", "answers": [], "is_impossible": True,
             "plausible_answers": [{"text": "Mira Vance", "answer_start": 45}]}
        )  # fmt: skip
    return made


def write(folder: Path, name: str, data) -> Path:
    path = folder / name
    path.write_text(json.dumps({"version": "1.1", "data": data}, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("squad")
    return [write(folder, "en.json", entries("en")), write(folder, "xquad.zh.json", entries("zh"))]


def run(*arguments) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    asking.add_arguments(parser)
    console = Console(width=80, record=True, file=io.StringIO())
    return asking.main(parser.parse_args([str(a) for a in arguments]), console), console.export_text()


def refused(capsys, *arguments) -> str:
    """What the command says when it cannot use what it is given."""
    assert main(["squad", *map(str, arguments)]) == 2
    return capsys.readouterr().err


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def mixed(pair, store, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "squad.json"
    code, printed = run(*pair, "--pool", "mixed", "--gold-removed", "--json", out, "--store", store)
    assert code == 0
    return json.loads(out.read_text(encoding="utf-8")), printed


def test_every_pair_of_languages_has_figures_of_both_systems_with_their_number_and_interval(mixed):
    found = {(f["name"], f["system"], f["asked"], f["paragraph"]): f for f in mixed[0]["figures"]}
    for asked in ("en", "zh"):
        for paragraph in ("en", "zh"):
            for system in ("ours", "plain"):
                for name in ("Hit@1", "Hit@5", "gold sentence shown", "answer shown", "F1", "AUROC"):
                    figure = found[name, system, asked, paragraph]
                    assert figure["n"] == QUESTIONS and 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
            assert found["Hit@5", "ours", asked, paragraph]["value"] >= 5 / 6
        assert found["answered, gold removed", "plain", asked, ""]["value"] == 1
        assert found["AUROC", "ours", asked, asked]["value"] > 0.7


def test_a_question_is_put_to_the_gold_paragraph_in_each_language_and_to_none(mixed):
    rows = [r for r in mixed[0]["rows"] if r["id"] == "0-0-0" and r["asked"] == "en" and r["system"] == "ours"]
    assert [(r["kind"], r["paragraph"]) for r in rows] == [("in", "en"), ("in", "zh"), ("removed", ""), ("alone", "en")]
    own, foreign, removed, _ = rows
    assert own["answer"].startswith("The dragon kiln") and own["sentence"] and own["contained"] and 0 < own["f1"] < 1
    assert "龙窑" in foreign["answer"] or foreign["refused"]
    assert removed["rank"] is None and "dragon" not in removed["answer"] and "龙窑" not in removed["answer"]
    assert removed["confidence"] < own["confidence"]


def test_what_is_printed_fits_into_80_columns_and_ends_with_the_settings(mixed):
    lines = mixed[1].splitlines()
    assert max(map(len, lines)) <= 80 and "…" not in mixed[1]
    assert "crowding-out, en: 0.0 points" in mixed[1]
    end = " ".join(lines[-5:])
    assert "questions 12," in end and "pool mixed," in end and mixed[0]["settings"]["date"] in end


def test_a_second_run_over_a_kept_store_embeds_nothing(mixed, pair, store):
    assert mixed[0]["settings"]["embedded for ours"] > 0 and mixed[0]["settings"]["embedded for plain"] == 8
    code, printed = run(*pair, "--limit", 1, "--store", store)
    assert code == 0 and "embedded for ours 0" in " ".join(printed.split()) and "embedded for plain 0" in printed


def test_what_is_scored_is_what_the_assistant_says(pair, store, mixed):
    articles, questions = squad.load_files(pair)
    ours = asking.Ours(articles, next(store.glob("mixed-*")) / "ours")
    for question in questions:
        said = ours._assistant.ask(question.text)
        reply = ours.reply(question.text, ours.find(question.text, squad.READ))
        assert (reply.refused, reply.confidence) == (said.status == "not_found", said.confidence)
        assert reply.refused or next(c.text for c in said.claims if c.status == "supported") in reply.text


def test_files_that_are_no_translations_work_apart_and_say_why_they_cannot_be_mixed(pair, tmp_path, capsys):
    short = write(tmp_path, "zh.json", entries("zh", drop=1))
    assert refused(capsys, pair[0], short, "--pool", "mixed") == (
        "the articles have [2, 2] paragraphs in en and [2, 1] in zh: a mixed pool needs files that are translations of one another; "
        "use --pool own\n"
    )
    out = tmp_path / "own.json"
    code, _ = run(short, "--pool", "own", "--limit", 1, "--json", out)
    pairs = {(f["asked"], f["paragraph"]) for f in json.loads(out.read_text(encoding="utf-8"))["figures"]}
    assert code == 0 and pairs == {("zh", "zh")}


def test_an_impossible_question_must_be_refused_and_has_no_answer_to_show(tmp_path, store):
    out = tmp_path / "out.json"
    path = write(tmp_path, "en.json", entries("en", impossible=True))
    code, _ = run(path, "--pool", "own", "--limit", 3, "--json", out, "--store", store)
    found = json.loads(out.read_text(encoding="utf-8"))
    row = next(r for r in found["rows"] if r["kind"] == "impossible" and r["system"] == "ours")
    assert code == 0 and row["refused"] and (row["sentence"], row["contained"], row["f1"]) == (None, None, None)
    values = {(f["name"], f["system"]): (f["value"], f["n"]) for f in found["figures"]}
    assert values["answered, impossible", "ours"] == (0, 1) and values["answered, impossible", "plain"] == (1, 1)
    assert values["Hit@1", "ours"][1] == 2


def test_only_the_versions_of_the_gold_paragraph_in_other_languages_are_left_out(pair):
    class Fixed:
        name, embedded = "fixed", 0

        def find(self, question, k):
            return [argparse.Namespace(paragraph_id=row) for row in
                    ["en-0#p1", "zh-1#p1", "zh-1#p2", "zh-1#p1", "zh-1#p2", "zh-0#p1", "zh-0#p2"]]  # fmt: skip

        def reply(self, question, found):
            return asking.Reply("", (), 0, 0.0, refused=True)

    articles, questions = squad.load_files(pair)
    pool = squad.make_mixed_pool(articles, questions, [q for q in questions if q.id == "0-0-0"], removed=False)
    ranks = {(r.asked, r.kind, r.paragraph): r.rank for r in asking.ask_all(Fixed(), pool)}
    assert ranks == {
        ("en", "in", "en"): 1, ("en", "in", "zh"): 5, ("en", "alone", "en"): 1,
        ("zh", "in", "en"): 1, ("zh", "in", "zh"): 5, ("zh", "alone", "zh"): 5,
    }  # fmt: skip


def test_a_limit_takes_the_same_questions_every_time_from_all_articles_and_paragraphs(pair):
    _, questions = squad.load_files(pair)
    for limit, ids in ((2, ["0-0-0", "1-0-0"]), (4, ["0-0-0", "0-1-0", "1-0-0", "1-1-0"])):
        for code in ("en", "zh"):
            assert [q.id for q in squad.take_questions(questions, limit) if q.language == code] == ids
    assert squad.take_questions(questions, 100) == squad.take_questions(questions, None) == questions


def test_more_questions_and_a_choice_of_languages(pair, tmp_path, capsys, store):
    out = tmp_path / "out.json"
    options = ("--questions", "zh", "--pool", "own", "--limit", 2, "--json", out, "--store", store)
    assert run(pair[0], "--ask", pair[1], *options)[0] == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {(r["asked"], r["paragraph"]) for r in found["rows"]} == {("zh", "en")} and found["settings"][
        "questions"
    ] == 2
    assert refused(capsys, pair[0], "--questions", "en,de") == "--questions: none in de; the files have en\n"


BROKEN = [
    ("en.json", "{", "Invalid JSON"),
    ("en.json", "[1]", "is not a SQuAD file"),
    ("en.json", '{"data": [{"title": "x"}]}', "is not a SQuAD file: data.0.paragraphs"),
    ("en.json", '{"data": [{"paragraphs": [{"qas": []}]}]}', "data.0.paragraphs.0.context"),
    ("en.json", '{"data": [{"paragraphs": [{"context": "x", "qas": [{}]}]}]}', "qas.0.id"),
    ("en.json", '{"data": [{"paragraphs": [{"context": "x", "qas": []}]}]}', "There is no question to ask"),
    ("en.json", b"\xff\xfe\x00", "is not UTF-8"),
    ("missing.en.json", None, "cannot be read (No such file or directory)"),
    ("squad.json", "{}", "its name has to end with its language"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN, ids=[message for *_, message in BROKEN])
def test_a_file_that_cannot_be_used_is_one_line_that_says_why(tmp_path, capsys, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    error = refused(capsys, path, "--pool", "own")
    assert error.count("\n") == 1 and message in error and ("There is" in message or str(path) in error)


def test_two_files_in_one_language_are_an_error(pair, capsys):
    assert "is in the language en, and so is" in refused(capsys, pair[0], pair[0])


def test_offsets_that_are_off_are_mended_and_a_byte_order_mark_is_passed_over(tmp_path):
    data = entries("zh")
    data[0]["paragraphs"][0]["qas"][0]["answers"] = [
        {"text": "窑", "answer_start": 7},
        {"text": "nowhere", "answer_start": 0},
    ]
    path = write(tmp_path, "dev-v1.1.zh.json", data)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    articles, questions = squad.load_files([path])
    assert {a.language for a in articles} == {"zh"} and questions[0].answers == ((5, 6),)
    assert questions[0].texts == ("窑", "nowhere") and questions[0].paragraph_id == "zh-0#p1"


@pytest.mark.parametrize(
    ("text", "language", "plain"),
    [
        ("The Potter's  a-b", "en", "potters ab"), ("The pot", "de", "the pot"), ("ＡＢ１２，３！", "zh", "ab123"),
        ("IRAK İznik", "tr", "ırak iznik"), ("«Ваза» — 5%", "ru", "ваза 5"), ("the", "en", ""),
    ],
)  # fmt: skip
def test_texts_are_compared_in_plain_form(text, language, plain):
    assert normalise(text, language) == plain


def test_f1_by_hand():
    assert token_f1("a red red bowl", "the red bowl", "en") == 2 * 2 / (3 + 2)
    assert token_f1("kiln", "bowl", "en") == 0 and token_f1("the", "", "en") == 1 and token_f1("kiln", "", "en") == 0
    # 米, 拉, 1912, 年 against 米, 拉: two of four and two; a number is one unit, so 1913 shares nothing with 1912.
    assert character_f1("米拉,1912年", "米·拉") == 2 * 2 / (4 + 2) and character_f1("1912", "1913") == 0
    assert best_f1("龙窑", ["窑", "龙窑"], "zh") == 1 and best_f1("x", [], "zh") is None


@pytest.mark.parametrize(
    ("text", "answer", "language", "held"),
    [
        ("It was built in 1,912.", "1912", "en", True), ("Built in 1912.", "191", "en", False),
        ("The rebuilt kiln", "built", "en", False), ("The Kiln!", "the kiln", "en", True), ("Anything", "?", "en", False),
        ("Fırın İznik’te.", "iznik", "tr", True), ("建于1912年。", "1912年", "zh", True), ("建于1912年。", "12年", "zh", False),
        ("龙 窑", "龙窑", "zh", True),
    ],
)  # fmt: skip
def test_an_answer_is_held_as_a_whole(text, answer, language, held):
    assert contains(text, [answer], language) is held and contains(text, [], language) is None


WORDS = st.text("abI İ龙窑19.,的 the", max_size=12)


@given(WORDS, WORDS, st.sampled_from(["en", "zh", "tr"]))
def test_f1_is_a_symmetric_share_and_1_for_equal_texts(one, other, language):
    for measure in (token_f1, character_f1):
        assert 0 <= measure(one, other, language) <= 1
        assert measure(one, other, language) == measure(other, one, language)
        assert measure(one, one, language) == 1
    assert not normalise(one, language) or contains(one, [one], language)
