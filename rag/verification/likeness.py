"""Likeness of words and vectors, and negation: what a claim must have in common with what it rests on, and what stands in for the
trained checker where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures import read_figures
from rag.language import find_keys
from rag.locales import find_locale, make_rule

# The least cosine of centred vectors, and the least sum of it and the share of words: in the claim's language, and in another.
# Chosen on claims in English, Chinese and Turkish (`evals/claims/`).
_FLOORS = {True: (0.30, 0.75), False: (0.27, 0.27)}
_MIN_SHARE = 0.5  # of a claim's words, for a sentence to be about the same
_find_negation = make_rule(lambda locale: locale.sentences.negation)
_find_no_negation = make_rule(lambda locale: locale.sentences.no_negation)  # holds a negating word and negates nothing
_DIGIT = re.compile(r"\d")


def share_words(claim: str, language: str, sentence: str, sentence_language: str) -> float:
    """The share, in [0, 1], of a claim's words and numbers that stand in a sentence; names meet across languages by their
    beginnings."""
    words = set(find_keys(claim, language))
    return len(words & set(find_keys(sentence, sentence_language))) / max(1, len(words))


def share_content(claim: str, text: str, language: str) -> bool:
    """Whether a word of a claim stands in a text of its language. A number or date of a claim is a word of it.

    A checker that is trained on claims about a text knows nothing of those that are about none ("The answer stands in.") or are
    no words at all ("CANARY31."). Of true claims written on purpose in other words than their text's, 12 of 1,986 share none.

    >>> share_content("CANARY31.", "In 31 days the kiln was built.", "en")
    False
    """
    for figure in reversed(read_figures(claim, language)):
        if figure.kind == "code" and figure.text[:1].isalpha():  # the digits of "G20" are no number of their own
            claim = claim[: figure.start] + _DIGIT.sub(" ", figure.text) + claim[figure.end :]
        elif not (figure.weak or figure.doubtful):
            return True  # whether it stands there is looked at by itself
    shared = set(find_keys(claim, language)).intersection(find_keys(text, language))
    # Two texts have one Chinese character in common by chance.
    return len(shared) > 1 or any(len(key) > 1 or key.isascii() for key in shared)


def judges_language(language: str) -> bool:
    """Whether claims in a language may be judged by likeness alone."""
    known = find_locale(language)
    return known is not None and known.judged_by_likeness


def is_near(similarity: float, share: float, same_language: bool) -> bool:
    """Whether a claim is near enough to a sentence to say the same, by cosine of centred vectors and share of words."""
    least, both = _FLOORS[same_language]
    return share == 1 or (similarity >= least and similarity + share >= both)


def is_denied(claim: str, language: str, sentences: Sequence[str]) -> bool:
    """Whether all sentences of the claim's language that share half of its words, or as many as any, differ in negation.

    >>> is_denied("The kiln was not lit.", "en", ["The kiln was lit.", "It did not rain."])
    True
    """
    shares = [share_words(claim, language, sentence, language) for sentence in sentences]
    least = min(_MIN_SHARE, max(shares, default=0.0))
    near = [sentence for sentence, share in zip(sentences, shares, strict=True) if share >= least]
    return bool(near) and all(differ_in_negation(claim, sentence) for sentence in near)


def differ_in_negation(claim: str, sentence: str) -> bool:
    """Whether one of the two is negated.

    >>> differ_in_negation("It did not open.", "It opened."), differ_in_negation("It opened.", "It not only opened.")
    (True, False)
    """
    one, other = (bool(_find_negation().search(_find_no_negation().sub(" ", text))) for text in (claim, sentence))
    return one != other
