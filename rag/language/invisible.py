"""Characters that nobody sees, or that change how others are shown."""

from __future__ import annotations

import re

# Control characters but tab and line feed, zero-width and bidirectional marks, the Mongolian vowel separator, interlinear
# annotations, tag characters, U+FFFD, lone surrogates.
# The joiners U+200C and U+200D stay: Persian, Hindi and emoji are spelt with them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffd\ud800-\udfff\U000e0000-\U000e007f]+"
)


def remove_invisible(text: str) -> str:
    """`text` without them.

    >>> remove_invisible("ki\\u200bln \\x1b[31mred")
    'kiln [31mred'
    """
    return INVISIBLE.sub("", text)
