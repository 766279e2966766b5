"""Files that people add on the page: who may, how many and how large, under which names, and that all or nothing comes of them.

Row T40 of the fault table in docs/results.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.api.own_files as own_files
import rag.corpus as corpus
from rag import Article, Assistant, Settings, ingest
from rag.api.own_files import MAX_FILE_BYTES, OwnFiles, clean_name
from rag.errors import ArgumentError, ArticleError, EmbeddingsError
from rag.types import FileReport
from rag.ui.events import Events
from rag.ui.guard import LARGEST_BODY, LOOPBACK, UPLOADS, Guard
from rag.ui.own import OwnEvents, find_obstacle, render_report
from rag.ui.page import build_page
from rag.ui.serving import serve_page
from tests.faults.stores import DIMENSIONS, use
from tests.outside.serving import Waiting
from tests.parsing.files import make_docx
from tests.synthetic import HashEmbedder
from tests.test_app import NOWHERE, free_port

DEMO = Article(id="demo", title="A note", text="The kiln of Norwick is red.", language="en")


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> HashEmbedder:
    return use(monkeypatch, HashEmbedder(DIMENSIONS))


@pytest.fixture
def own(tmp_path: Path, embedder: HashEmbedder) -> OwnFiles:
    """Over an index of one article that is no file."""
    settings = Settings(store=tmp_path / "store")
    ingest([DEMO], settings)
    return OwnFiles(settings)


def add(own: OwnFiles, *files: tuple[str, bytes]) -> list[FileReport]:
    """Add a batch, as the page does."""
    batch = own.begin_batch()
    for number, (name, data) in enumerate(files):
        with suppress(ArticleError):  # it is in the report
            own.expect_file(batch, number, name, len(data)).write_bytes(data)
    return own.take_batch(batch, [name for name, _ in files])


def kept(own: OwnFiles) -> list[str]:
    """All that is in the folder, hidden files too."""
    return sorted(path.name for path in own.folder.iterdir())


# Names


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\files\\kiln.MD", "kiln.md"), ("/dev/null", "null"), ("", "file"), ("..", "file"),
        (".bashrc.txt", "bashrc.txt"), ("a\u202egpj.txt", "agpj.txt"), ("a\x00b\n.txt", "ab.txt"), ("a<b>|?.txt", "ab.txt"),
        ("窑 炉.docx", "窑 炉.docx"), ("e\u0301.txt", "\u00e9.txt"), ("x" * 500 + ".pdf", "x" * 60 + ".pdf"), ("no suffix", "no suffix"),
    ],
)  # fmt: skip
def test_t40_names_are_cleaned(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


@given(st.text(max_size=300))
def test_t40_no_name_leads_out_of_the_folder_or_hides(name: str) -> None:
    cleaned = clean_name(name)
    assert Path("/f", cleaned).parent == Path("/f") and Path("/f", cleaned).resolve().parent == Path("/f").resolve()
    assert not cleaned.startswith((".", "-", "~")) and cleaned.isprintable() and len(cleaned.encode()) <= 250


# Limits


def test_t40_what_is_too_large_too_many_or_of_another_kind_is_refused_and_named(
    own: OwnFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_files, "MAX_FILES", 2)
    batch, folder = own.begin_batch(), []
    for number, (name, size, code) in enumerate(
        [("a.txt", MAX_FILE_BYTES + 1, "too_large"), ("a.exe", 5, "unknown_kind"), ("articles.toml", 5, "unknown_kind"), ("b.txt", 21, ""),
         ("c.txt", 22, ""), ("d.txt", 5, "no_room")]
    ):  # fmt: skip
        if code:
            with pytest.raises(ArticleError) as caught:
                own.expect_file(batch, number, name, size)
            assert caught.value.code == code
        else:
            folder.append(own.expect_file(batch, number, name, size))
    folder[0].write_bytes(b"The second kiln burns")  # whole
    folder[1].write_bytes(b"The third kiln bur")  # the connection broke
    report = own.take_batch(batch, ["a.txt", "a.exe", "articles.toml", "b.txt", "c.txt", "d.txt", "never sent.txt"])
    assert [(file.path, file.use, file.code) for file in report] == [
        ("a.txt", "none", "too_large"), ("a.exe", "none", "unknown_kind"), ("articles.toml", "none", "unknown_kind"),
        ("b.txt", "article", ""), ("c.txt", "none", "not_received"), ("d.txt", "none", "no_room"),
        ("never sent.txt", "none", "not_received"),
    ]  # fmt: skip
    assert kept(own) == ["b.txt"]


def test_t40_all_together_have_a_limit_and_what_is_on_its_way_counts(own: OwnFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_files, "MAX_BYTES", 100)
    add(own, ("a.txt", b"The kiln is red. " * 3))
    batch, other = own.begin_batch(), own.begin_batch()
    own.expect_file(batch, 0, "b.txt", 40)
    with pytest.raises(ArticleError, match="no room"):
        own.expect_file(other, 0, "c.txt", 40)


def test_t40_batches_that_nobody_ends_are_forgotten(own: OwnFiles) -> None:
    batches = [own.begin_batch() for _ in range(own_files.MAX_BATCHES + 5)]
    assert len(kept(own)) == own_files.MAX_BATCHES
    with pytest.raises(ArgumentError):
        own.expect_file(batches[0], 0, "a.txt", 5)
    with pytest.raises(ArgumentError):
        own.take_batch(batches[0], ["a.txt"])
    assert OwnFiles(own.settings) and kept(own) == []  # and by a program that starts anew


# All or nothing


def test_t40_a_file_of_which_no_article_comes_is_named_and_not_kept(own: OwnFiles) -> None:
    report = add(
        own, ("kiln.txt", b"The green kiln burns wood."), ("same.txt", b"The green  kiln burns wood."), ("empty.md", b""),
        ("broken.docx", make_docx(["Nobody reads this."])[:-60]), ("readme.md", b"# Kilns"),
    )  # fmt: skip
    assert [file.code for file in report] == ["", "same_text", "empty", "unreadable", "readme"]
    assert kept(own) == ["kiln.txt"]
    for language, reason in (("en", "damaged"), ("zh", "文件已损坏"), ("tr", "bozuk")):
        assert reason in render_report(report, language)


def test_t40_no_file_takes_the_place_of_another(own: OwnFiles) -> None:
    add(own, ("kiln.txt", b"The green kiln burns wood."))
    assert add(own, ("KILN.txt", b"The blue kiln burns gas."), ("kiln.txt", b"The old kiln is cold."))[1].use == "article"
    assert [path.read_text() for path in sorted(own.folder.iterdir())] == [
        "The blue kiln burns gas.", "The old kiln is cold.", "The green kiln burns wood.",
    ]  # fmt: skip
    assert ingest([], own.settings).articles == 4


def test_t40_when_indexing_fails_files_and_index_are_as_they_were(
    own: OwnFiles, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(own, ("kiln.txt", b"The green kiln burns wood."))
    assistant = Assistant(own.settings)
    before, generation = kept(own), assistant.generation

    def fail(*_: object, **__: object) -> None:
        raise EmbeddingsError("No.")

    with monkeypatch.context() as patched:
        patched.setattr(embedder, "passages", fail)
        with pytest.raises(EmbeddingsError):
            add(own, ("new.txt", b"The blue kiln burns gas."))
        patched.setattr("rag.api.own_files.ingest", fail)
        with pytest.raises(EmbeddingsError):
            own.remove_files([str(own.folder / "kiln.txt")])
    assert (kept(own), assistant.generation) == (before, generation)


def test_t40_files_are_removed_and_no_others(own: OwnFiles, tmp_path: Path) -> None:
    add(own, ("one.txt", b"The first kiln is red."), ("two.txt", b"The second kiln is blue."))
    assistant = Assistant(own.settings)
    (tmp_path / "elsewhere.txt").write_text("Not one of these.")
    origins = [assistant.about(source.id).origin for source in assistant.articles()]
    assert own.remove_files([*origins[:-1], str(tmp_path / "elsewhere.txt"), str(own.folder / ".." / "elsewhere.txt")]) == 1
    assert (tmp_path / "elsewhere.txt").exists() and kept(own) == ["two.txt"]
    assert [source.id for source in assistant.articles()] == ["demo", "two"]
    assert own.remove_files([origins[-1]]) == 1  # the last of them
    assert [source.id for source in assistant.articles()] == ["demo"] and kept(own) == []


def test_t40_files_can_be_removed_from_an_index_that_was_made_again(own: OwnFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    add(own, ("one.txt", b"The first kiln is red."))
    monkeypatch.setattr(corpus, "RULES", "of another version")
    assert ingest([DEMO], own.settings).articles == 2
    own.remove_files([str(own.folder / "one.txt")])
    assert [source.id for source in Assistant(own.settings).articles()] == ["demo"]


# Who may


@pytest.mark.parametrize(
    ("given_settings", "obstacle"),
    [
        ({}, None), ({"host": "localhost"}, None), ({"host": "0.0.0.0", "auth": "potter:kiln"}, None), ({"uploads": False}, "off"),
        ({"host": "0.0.0.0", "insecure": True}, "off"), ({"chroma_url": "http://127.0.0.1:9"}, "server"), ({"store": "/no/such/store"}, "read_only"),
    ],
)  # fmt: skip
def test_t40_files_are_taken_on_this_machine_or_behind_a_password(tmp_path: Path, given_settings: dict, obstacle: str | None) -> None:
    (tmp_path / "store").mkdir()
    settings = Settings(**({"store": tmp_path / "store"} | given_settings))
    assert find_obstacle(settings, OwnFiles(settings)) == obstacle


def visitor(client: str = "127.0.0.1", **headers: str) -> SimpleNamespace:
    return SimpleNamespace(client=SimpleNamespace(host=client), headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_t40_without_a_password_nobody_adds_files_from_elsewhere_or_through_a_proxy(own: OwnFiles) -> None:
    events = OwnEvents(Events(Waiting(), NOWHERE, NOWHERE), own)
    assert events.begin_batch(visitor())["batch"] and "km-own" in events.show_own("en", visitor())[0]
    for stranger in (visitor("10.0.0.9"), visitor(x_forwarded_for="10.0.0.9"), visitor(x_forwarded_host="kiln.example")):
        assert events.begin_batch(stranger) == {"batch": ""}
        assert events.show_own("en", stranger) == ("", "")
    own.settings = own.settings.model_copy(update={"auth": Settings(auth="potter:kiln").auth})
    assert events.begin_batch(visitor("10.0.0.9"))["batch"]
    assert "Everybody who logs in" in events.show_own("en", visitor("10.0.0.9"))[0]


def test_t40_why_no_files_are_taken_is_one_line_in_the_language_of_the_page(own: OwnFiles) -> None:
    own.settings = Settings(chroma_url="http://127.0.0.1:9")
    events = OwnEvents(Events(Waiting(), NOWHERE, NOWHERE), own)
    for language, words in (("en", "Chroma server"), ("zh", "Chroma 服务器"), ("tr", "Chroma sunucusunda")):
        zone, listed = events.show_own(language, visitor())
        assert words in zone and "<input" not in zone and not listed


# The door


@contextmanager
def serving_own(own: OwnFiles, **given_settings: object) -> Iterator[str]:
    """The address of a page that takes files, where its settings let it."""
    page = build_page(Waiting(), NOWHERE, NOWHERE, own=own)
    try:
        yield serve_page(page, Settings(store=own.settings.store, port=free_port(), **given_settings), own=own)
    finally:
        page.close(verbose=False)


@pytest.fixture
def door(own: OwnFiles) -> Iterator[str]:
    with serving_own(own) as address:
        yield address


def send(door: str, batch: str, data: bytes, number: int = 0, size: int | None = None, **headers: str) -> httpx.Response:
    query = {"batch": batch, "number": number, "name": "kiln.txt", "size": len(data) if size is None else size}
    return httpx.post(f"{door}own-files", params=query, content=data, headers=headers)


def test_t40_a_file_comes_in_for_a_batch_and_is_not_handed_out(own: OwnFiles, door: str) -> None:
    batch, data = own.begin_batch(), b"The kiln is red." + b" " * LARGEST_BODY  # more than any other body may have
    assert len(data) > LARGEST_BODY and send(door, batch, data).json() == {"received": True}
    assert own.take_batch(batch, ["kiln.txt"])[0].use == "article"
    for path in ("own-files", "own-files/kiln.txt", f"gradio_api/file={own.folder}/kiln.txt"):
        assert b"kiln is red" not in httpx.get(door + path).content


def test_t40_what_is_not_asked_for_is_turned_away(own: OwnFiles, door: str) -> None:
    batch = own.begin_batch()
    assert send(door, "0" * 32, b"x").status_code == 403
    assert send(door, batch, b"x", size=-1).status_code == 403
    assert httpx.post(f"{door}own-files?batch={batch}&number=x", content=b"x").status_code == 403
    assert send(door, batch, b"x", origin="https://evil.example").status_code == 403
    assert send(door, batch, b"x", host="evil.example").status_code == 421
    assert send(door, batch, b"", 1, MAX_FILE_BYTES + 1).json() == {"received": False, "code": "too_large"}
    assert send(door, batch, b"longer than it says", size=3).json() == {"received": False}
    assert send(door, batch, b"twice").json() == {"received": False, "code": "not_received"}
    assert httpx.post(f"{door}gradio_api/upload", files={"files": b"x"}).status_code == 403
    assert [file.code for file in own.take_batch(batch, ["kiln.txt"] * 2)] == ["not_received", "too_large"] and kept(own) == []


@pytest.mark.parametrize(
    ("largest", "path", "length", "status"),
    [(MAX_FILE_BYTES, UPLOADS, MAX_FILE_BYTES, None), (MAX_FILE_BYTES, UPLOADS, MAX_FILE_BYTES + 1, 413), (0, UPLOADS, 5, 403),
     (MAX_FILE_BYTES, "/gradio_api/queue/join", LARGEST_BODY + 1, 413), (MAX_FILE_BYTES, f"{UPLOADS}/x", LARGEST_BODY + 1, 413),
     (MAX_FILE_BYTES, "/gradio_api/upload", 5, 403)],
)  # fmt: skip
def test_t40_large_bodies_come_in_at_the_door_alone(largest: int, path: str, length: int, status: int | None) -> None:
    async def app(*_: object) -> None: ...

    refusal = Guard(app, LOOPBACK, largest).judge_request("POST", path, {"host": "localhost", "content-length": str(length)})
    assert (refusal and refusal[0]) == status


def test_t40_a_page_that_takes_no_files_has_no_door(own: OwnFiles) -> None:
    batch = own.begin_batch()
    with serving_own(own, uploads=False) as door:
        assert send(door, batch, b"The kiln is red.").status_code == 403


def test_t40_behind_a_password_nothing_is_begun_or_sent_without_it(own: OwnFiles) -> None:
    with serving_own(own, auth="potter:kiln") as door:
        for event in range(40):  # one of them begins a batch
            asked = {"data": [], "fn_index": event, "session_hash": "x"}
            assert httpx.post(f"{door}gradio_api/queue/join", json=asked).status_code == 401
        assert send(door, "0" * 32, b"x").status_code == 403
    assert not own.folder.exists()


def test_t40_two_batches_at_once_are_both_taken(own: OwnFiles) -> None:
    reports: list[list[FileReport]] = []
    threads = [
        threading.Thread(target=lambda n=n: reports.append(add(own, (f"kiln {n}.txt", b"The kiln %d is red." % n)))) for n in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [file.use for report in reports for file in report] == ["article", "article"] and ingest([], own.settings).articles == 3
