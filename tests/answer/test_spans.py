"""Scores of tokens become spans that stay inside their sentences."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.spans import MAX_ANSWER_TOKENS, TokenScores, find_best_spans

TEXT = "Bowls cool. Kilns glow red."  # tokens: one a word, beside <s> and </s>
STARTS = np.array([-1, 0, 6, 12, 18, 23, -1], np.int32)
ENDS = np.array([-1, 5, 11, 17, 22, 27, -1], np.int32)
SENTENCES = ((0, 11), (12, 27))


def window(start, end, nothing=0.0):
    return TokenScores(np.array(start, np.float32), np.array(end, np.float32), nothing, STARTS, ENDS)


def test_the_best_span_of_each_sentence_is_found_with_its_score():
    scores = window([9, 1, 2, 0, 3, 0, 9], [9, 0, 4, 1, 1, 2, 9], nothing=0.5)
    assert [(s.sentence, TEXT[slice(*s.span)], s.score) for s in find_best_spans([scores], SENTENCES)] == [
        (0, "cool.", 2 + 4 - 1),
        (1, "glow red.", 3 + 2 - 1),
    ]


def test_a_span_does_not_end_before_it_begins_nor_in_another_sentence():
    scores = window([0, 0, 9, 0, 0, 5, 0], [0, 8, 0, 9, 0, 1, 0])  # 0 + 8 in order, 9 + 0 in order, 9 + 8 not
    assert [TEXT[slice(*s.span)] for s in find_best_spans([scores], SENTENCES)] == ["cool.", "Kilns"]


def test_where_windows_overlap_the_better_score_counts():
    weak, strong = window([0] * 7, [0] * 7, nothing=3.0), window([0, 1, 0, 0, 0, 0, 0], [0] * 7, nothing=0.0)
    assert find_best_spans([weak, strong], SENTENCES)[0].score == 1.0
    assert find_best_spans([weak, strong], SENTENCES) == find_best_spans([strong, weak], SENTENCES)


def test_a_sentence_without_a_token_has_no_span():
    assert [s.sentence for s in find_best_spans([window([0] * 7, [0] * 7)], ((0, 11), (11, 12), (12, 27)))] == [0, 2]


@given(
    st.lists(st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=1, max_size=90),
    st.integers(1, 7),
)
def test_spans_lie_inside_their_sentence_and_are_the_best_there(scores, length):
    starts = np.arange(len(scores), dtype=np.int32) * 2
    given_ = TokenScores(
        np.array([s for s, _ in scores], np.float32),
        np.array([e for _, e in scores], np.float32),
        0.0,
        starts,
        starts + 1,
    )
    sentences = [(a, min(a + 2 * length, 2 * len(scores))) for a in range(0, 2 * len(scores), 2 * length)]
    for found in find_best_spans([given_], sentences):
        a, b = sentences[found.sentence]
        assert a <= found.span[0] < found.span[1] <= b
        inside = range(a // 2, (b + 1) // 2)
        best = max(
            scores[i][0] + scores[j][1]
            for i in inside
            for j in inside
            if i <= j < i + MAX_ANSWER_TOKENS and j < len(scores)
        )
        assert abs(found.score - best) < 1e-4
