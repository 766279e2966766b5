"""A question that is longer than any question is -> its beginning: what embeds and reads it takes time by the token."""

from __future__ import annotations

MAX_TOKENS = 256  # of a question, about, that are read; the longest of the evaluation has 60


def cut_question(text: str, tokens: int = MAX_TOKENS) -> str:
    """The beginning of a text that has room in so many tokens, about: one for three letters, one for everything else but blanks.

    Where that is inside a word of Latin letters, the word is left out; what is short enough is as it was.

    >>> cut_question("Which kilns glow?", 4), cut_question("窑炉何时点火?", 4), cut_question("Which kilns glow?")
    ('Which kilns', '窑炉何时', 'Which kilns glow?')
    """
    room = 3 * tokens  # in thirds, so that no rounding adds up
    for at, c in enumerate(text):
        room -= 0 if c.isspace() else 1 if c < "\u2e80" and c.isalpha() else 3
        if room < 0:
            whole = text[:at].rpartition(" ")[0] if c < "\u2e80" and c.isalnum() else text[:at]
            return (whole or text[:at]).rstrip()
    return text
