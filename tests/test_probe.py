"""The claims put to verification: they fit the articles, and what came of them is counted rightly."""

from __future__ import annotations

import io
import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from rich.console import Console

from evals import claims, runner
from evals.__main__ import main
from evals.claims import TRUE, Row, put_claims, read_made, read_written
from evals.research.falsifying import make_claims, of_assistant
from evals.research.probe import EXACT, MADE, compute_figures, show_figures, write_made
from rag import Verdict


@pytest.fixture(scope="module")
def paragraphs(assistant):
    return runner.of_articles(assistant)


@pytest.fixture(scope="module")
def made(paragraphs):
    return read_made(paragraphs)


def test_there_are_claims_of_every_kind_in_three_languages_each_with_an_id_of_its_own(made):
    assert {(c.kind, c.language) for c in made} >= {(kind, code) for kind in EXACT for code in ("en", "zh", "tr")}
    assert {c.kind for c in made if c.true} <= set(TRUE) and len({c.id for c in made}) == len(made)


def test_a_sentence_stands_in_the_paragraph_it_is_said_to_be_of_and_a_false_claim_in_none_that_it_cites(made):
    for claim in made:
        stands = "".join(claim.text.split()) in "".join(claim.evidence[0].split())
        if claim.same and claim.kind == "sentence":
            assert stands, claim.id
        assert claim.true or not stands, claim.id


def test_a_limit_holds_for_each_kind_language_and_relation(paragraphs, made):
    few = read_made(paragraphs, 2)
    assert {(c.kind, c.language, c.same) for c in few} == {(c.kind, c.language, c.same) for c in made}
    assert max(sum((c.kind, c.language, c.same) == ("number", "en", same) for c in few) for same in (True, False)) == 2


def test_the_gate_puts_claims_of_every_kind_but_none_about_an_invented_address(paragraphs):
    gate = [c for c in read_made(paragraphs, runner.CLAIMS) if c.indexed]
    assert len(gate) > 200 and all(c.cites[0] in paragraphs for c in gate) and {"number", "name", "negation", "stitched"} <= {c.kind for c in gate}


def test_a_claim_about_a_paragraph_that_is_not_there_is_an_error_that_names_it(paragraphs):
    with pytest.raises(ValueError, match=r"there is no paragraph (store|expo|iznik)#p\d"):
        read_made(dict(list(paragraphs.items())[:1]))


def test_claims_made_anew_are_read_as_they_were_made(paragraphs, tmp_path: Path, monkeypatch):
    written = (claims.FOLDER / "articles.jsonl").read_text(encoding="utf-8")
    monkeypatch.setattr(claims, "FOLDER", tmp_path)
    write_made(paragraphs)
    assert (tmp_path / "articles.jsonl").read_text(encoding="utf-8") == written
    assert read_made(paragraphs) == make_claims(of_assistant(paragraphs), "articles", MADE)


def test_the_claims_by_hand_quote_the_articles_and_half_of_each_sort_is_held_out(paragraphs):
    found = read_written(paragraphs)
    assert len({c.id for c in found}) == len({(c.text, c.cites) for c in found}) == len(found) >= 830
    assert {c.kind for c in found if c.true} == {"paraphrase", "own rendering"} <= set(TRUE)
    for part in ([c for c in found if c.true == true and c.same == same] for true in (True, False) for same in (True, False)):
        assert 0.35 < sum(c.split == "test" for c in part) / len(part) < 0.65
    assert all(c.text not in " ".join(c.evidence) for c in found if not c.true and c.kind != "paragraph")


def test_figures_are_shares_of_what_was_dealt_with_rightly(made):
    some = [c for c in made if c.kind == "number" and c.same][:10]
    rows = [Row(c, "rag.verify", Verdict("unsupported" if n < 8 else "supported")) for n, c in enumerate(some)]
    found = {(f["kind"], f["same"]): f for f in compute_figures(rows)}
    number = found["number", True]
    assert (number["n"], number["right"]) == (10, 0.8) and [round(end, 2) for end in number["interval"]] == [0.49, 0.94]
    assert found["number", False]["right"] is None and found["all of numbers, dates, times, quoted words, addresses", None]["n"] == 10
    console = Console(file=io.StringIO(), width=200)
    show_figures(list(found.values()), console)
    assert "0.800 (0.49-0.94) n 10" in console.file.getvalue()


def test_a_false_claim_counts_as_stopped_unless_it_is_called_supported(made, monkeypatch):
    monkeypatch.setattr(claims, "verify", lambda text, evidence: Verdict("unsupported" if "a" in text else "supported"))
    false = [c for c in made if not c.true][:50]
    assert [row.right for row in put_claims(false, None)] == ["a" in c.text for c in false]


def test_the_command_prints_and_writes_what_came_of_each_claim(tmp_path, monkeypatch, assistant, capsys):
    monkeypatch.setattr(runner, "indexed", lambda settings: nullcontext(assistant))
    monkeypatch.setattr(claims, "verify", lambda text, evidence: Verdict("unsupported", reasons=("so",)))
    out = tmp_path / "out.json"
    assert main(["probe", "--kinds", "time", "address kept", "--limit", "1", "--json", str(out)]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["settings"]["false"] > 0 and {c["kind"] for c in written["claims"]} == {"time", "address kept"}
    assert all(c["right"] != c["true"] for c in written["claims"] if c["door"] == "rag.verify")
    assert main(["probe", "--kinds", "nonsense", "--limit", "1"]) == 2
    assert "no claim is nonsense" in capsys.readouterr().err
