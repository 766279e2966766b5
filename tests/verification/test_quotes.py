"""Quoted words and addresses have to stand in the paragraph, letter by letter."""

from __future__ import annotations

import pytest

from rag.verification.quotes import find_missing_addresses, find_missing_quotes


@pytest.mark.parametrize(
    ("claim", "paragraph", "missing"),
    [
        ('He said "it glows".', "It  GLOWS, he said.", []), ("他说“窑火不熄”。", "窑火不熄。", []), ("“Fırın parlıyor” dedi.", "fırın PARLIYOR", []),
        ('He said "it shines".', "It glows, he said.", ["it shines"]), ("他说“窑火已灭”。", "窑火不熄。", ["窑火已灭"]),
        ("“Fırın söndü” dedi.", "Fırın parlıyor.", ["Fırın söndü"]), ("the city's kilns' glow", "nothing", []), ("It is 5\" wide.", "nothing", []),
        ("called 'old ways' by her", "the old ways", []), ("called 'new ways' by her", "the old ways", ["new ways"]),
    ],
)  # fmt: skip
def test_quoted_words_that_do_not_stand_there_are_found(claim, paragraph, missing):
    assert find_missing_quotes(claim, paragraph) == missing


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("See https://a.example/x.", []), ("See a.example/x。", []), ("Mail a@b.org!", []), ("U.S. buyers came, e.g. two.", []),
        ("See https://a.example/y.", ["https://a.example/y"]), ("Mail c@b.org.", ["c@b.org"]), ("请访问evil.example。", ["evil.example"]),
    ],
)  # fmt: skip
def test_addresses_that_do_not_stand_there_are_found(claim, missing):
    assert find_missing_addresses(claim, "Write to a@b.org or see https://a.example/x in the U.S.") == missing
