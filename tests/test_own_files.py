"""A folder of one's own with a file of each kind: ingested from the command line, asked about, cited; followed while it changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rag import Assistant, Settings, ingest
from rag.api import follow_files
from rag.messages import word_file_reason
from rag.types import Answer
from rag.ui import bubbles, exporting
from rag.ui.conversation import Turn
from rag.ui.saved import dump_turns
from rag.ui.saved import load_turns as load_saved
from tests.conftest import HOME
from tests.faults.stores import DIMENSIONS, use
from tests.parsing.files import make_docx, make_pdf
from tests.synthetic import HashEmbedder

PAGES = [
    ["# The glass works of Murfield", "", "The glass works of Murfield stand at the mouth of the river.", "They burn gas."],
    ["The furnace of Murfield was lit by Ada Stone in 1873.", "", "It makes bottles for the brewers of the town."],
]
CHINESE = ["# 青山茶厂", "青山茶厂位于云南南部的山谷里，由李梅女士管理。", "青山茶厂建于一九六二年，每年生产三百吨普洱茶。"]
TURKISH = "".join(
    f"<p>{text}</p>"
    for text in (
        "Bozkaya tuz madeni, Anadolu'nun ortasında, büyük bir gölün kıyısında bulunuyor ve iki yüz kişiyi çalıştırıyor.",
        "Bozkaya tuz madenini 1931 yılında mühendis Kemal Aydın açtı ve otuz yıl boyunca yönetti.",
        "Madenin tuzu bugün on iki ülkeye gönderiliyor; en çok alan ülke ise uzun yıllardır İtalya.",
    )
)
HTML = (
    '<html><head><meta property="og:site_name" content="Anadolu Postası"><meta property="og:title" content="Bozkaya tuz madeni">'
    f'<meta property="article:published_time" content="2023-11-02T09:00:00+03:00"></head><body><article><h1>Bozkaya tuz madeni</h1>'
    f"{TURKISH}</article></body></html>"
)
MARKDOWN = "---\ntitle: Bridges of Norland\npublisher: Norland Post\ndate: 2022-06-01\n---\n# Bridges of Norland\n\nNorland has three bridges.\n\n"
MARKDOWN += "| Bridge | Opened | Architect |\n|---|---|---|\n| Harbour Bridge | 1954 | Ruth Vale |\n| Mill Bridge | 1987 | Owen Hart |\n"
TEXT = "The lighthouse of Skarvik\n\nThe lighthouse of Skarvik is 41 metres high. It was painted red in 1920.\n"


def fill(folder: Path) -> Path:
    folder.mkdir()
    (folder / "glass.pdf").write_bytes(make_pdf(PAGES))
    (folder / "茶厂.docx").write_bytes(make_docx(CHINESE))
    (folder / "tuz.html").write_text(HTML, encoding="utf-8")
    (folder / "bridges.md").write_text(MARKDOWN, encoding="utf-8")
    (folder / "lighthouse.txt").write_text(TEXT, encoding="utf-8")
    (folder / "scan.pdf").write_bytes(make_pdf([[], []]))
    (folder / "broken.docx").write_bytes(make_docx(["Nobody reads this."])[:-60])
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "README.md").write_text("What is in this folder.")
    return folder


@pytest.fixture(scope="module")
def ingested(tmp_path_factory) -> tuple[Settings, subprocess.CompletedProcess[str]]:
    home = tmp_path_factory.mktemp("own")
    store = home / "store"
    command = [sys.executable, "ingest.py", str(fill(home / "files")), "--store", str(store)]
    done = subprocess.run(
        command, cwd=HOME, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    return Settings(store=store), done


@pytest.fixture(scope="module")
def assistant(ingested) -> Assistant:
    return Assistant(ingested[0])


def test_every_file_of_a_folder_is_named_with_what_became_of_it(ingested):
    shown = ingested[1].stdout
    assert ingested[1].returncode == 1, ingested[1].stderr
    for name in ("glass.pdf", "茶厂.docx", "tuz.html", "bridges.md", "lighthouse.txt"):
        assert f"{name} (" in shown
    assert "scan.pdf: 2 pages without text" in shown and "broken.docx: damaged" in shown
    assert "not read photo.png" in shown and "not read README.md" in shown


@pytest.mark.parametrize(
    ("question", "article", "short", "page", "outlet"),
    [
        ("Who lit the furnace of Murfield?", "glass", "Ada Stone", 2, None),
        ("青山茶厂由谁管理？", "茶厂", "李梅", None, None),
        ("Bozkaya tuz madenini kim açtı?", "tuz", "Kemal Aydın", None, "Anadolu Postası"),
        ("Who was the architect of the Mill Bridge?", "bridges", "Owen Hart", None, "Norland Post"),
        ("How high is the lighthouse of Skarvik?", "lighthouse", "41", None, None),
    ],
)
def test_each_kind_of_file_answers_and_is_cited(assistant, question, article, short, page, outlet):
    answer = assistant.ask(question)
    first = answer.citations[0]
    assert (first.article_id, first.page, first.outlet) == (article, page, outlet)
    assert short in first.quote
    assert answer.to_dict()["citations"][0]["page"] == page


def test_a_page_is_named_in_the_words_of_each_language(assistant):
    answer = assistant.ask("Who lit the furnace of Murfield?")
    turn = Turn(1, answer.question, answer)
    assert "p. 2" in exporting.write_plain_text(answer) and "p. 2" in exporting.write_markdown((turn,)) and "p. 2" in bubbles.render_notes((turn,))
    for language, words in (("zh", "第2页"), ("tr", "s. 2")):
        told = Answer(**{name: getattr(answer, name) for name in ("question", "text", "status", "confidence", "citations")}, language=language)
        assert words in exporting.write_plain_text(told)


def test_a_conversation_kept_by_the_browser_keeps_the_page(assistant):
    answer = assistant.ask("Who lit the furnace of Murfield?")
    kept = json.loads(json.dumps({"turns": dump_turns((Turn(1, answer.question, answer),))}))
    (turn,) = load_saved(kept["turns"], assistant)
    assert turn.answer and turn.answer.citations[0].page == 2


def test_reasons_are_in_three_languages(tmp_path, monkeypatch):
    use(monkeypatch, HashEmbedder(DIMENSIONS))
    report = ingest([fill(tmp_path / "files")], Settings(store=tmp_path / "store"))
    files = {Path(file.path).name: file for file in report.files}
    assert len(files) == 9 and {file.use for file in files.values()} == {"article", "none"}
    assert {name: files[name].code for name in ("scan.pdf", "broken.docx", "photo.png", "README.md")} == {
        "scan.pdf": "no_text", "broken.docx": "unreadable", "photo.png": "unknown_kind", "README.md": "readme",
    }  # fmt: skip
    assert files["茶厂.docx"].article == "茶厂"
    assert word_file_reason(files["scan.pdf"].code, files["scan.pdf"].detail, "zh") == "共 2 页，没有文字，像是扫描件"
    assert {Path(path).name for path, _ in report.skipped} == {"scan.pdf", "broken.docx"}


def test_a_file_that_did_not_change_is_not_parsed_again(tmp_path, monkeypatch):
    use(monkeypatch, HashEmbedder(DIMENSIONS))
    folder, settings = fill(tmp_path / "files"), Settings(store=tmp_path / "store")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    monkeypatch.setattr("rag.corpus.stamps.MIN_AGE_NS", 0)
    ingest([folder], settings)
    (folder / "broken.docx").unlink()
    (folder / "scan.pdf").unlink()
    monkeypatch.setattr("rag.parsing.Parser.parse_file", lambda *given: pytest.fail("parsed again"))
    report = ingest([folder], settings)
    assert {row.change for row in report.rows} == {"same"} and not report.skipped


def test_a_followed_folder_is_in_the_index_as_it_changes(tmp_path, monkeypatch):
    use(monkeypatch, HashEmbedder(DIMENSIONS))
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"The kiln {name} is red.")
    stop = threading.Event()
    # The store lies in the folder: what is written there is no change.
    reports = follow_files([folder], Settings(store=folder / "store"), stop=stop)
    assert next(reports).articles == 2
    (folder / "three.docx").write_bytes(make_docx(["The third kiln is green."]))
    came = next(reports)
    assert [row.id for row in came.rows if row.change == "new"] == ["three"]
    (folder / "one.txt").unlink()
    assert next(reports).dropped == ("one",)
    stop.set()
    assert next(reports, None) is None


@pytest.mark.slow
def test_following_ends_with_ctrl_c_and_a_line(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "one.txt").write_text("The kiln is red.")
    command = [sys.executable, "ingest.py", str(folder), "--store", str(tmp_path / "store"), "--watch"]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        lines = iter(running.stdout.readline, "")
        assert any(line.startswith("Following") for line in lines)
        (folder / "two.md").write_text("# Kilns\n\nThe second kiln is blue.\n")
        assert any("two.md: new, 2 paragraphs" in line for line in lines)
        running.send_signal(signal.SIGINT)
        rest, errors = running.communicate(timeout=120)
        assert running.returncode == 0 and rest.startswith("Stopped.") and "Traceback" not in errors
