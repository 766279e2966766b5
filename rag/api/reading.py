"""Reading for anyone: a question and any paragraphs, whether they are indexed or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import rag.paragraphs as paragraphs
from rag.answer.reader import Text, shipped_reader
from rag.api.edges import check_language, check_texts
from rag.language import detect_language
from rag.types import Extract

_SURROGATE = re.compile(r"[\ud800-\udfff]")
MIN_CHANCE = 0.5  # below it, it is likelier than not that the sentence does not answer
MAX_QUESTION_CHARS = 4000


def read(question: str, texts: Sequence[str], language: str | None = None) -> list[Extract]:
    """What in the paragraphs `texts` answers `question`, best first, one extract a sentence; none when nothing does.

    `extract.text == texts[extract.paragraph_index][extract.start:extract.end]`, in code points. `confidence` is the calibrated
    chance, in [0, 1], that the sentence around it holds the answer. language: the question's (ISO 639-1), detected when None.

    Raises EncoderError when the reader's weights are missing or damaged, ArgumentError when `texts` is no list of texts, or
    `language` no language.

    >>> read("When did the museum open?", ["It stands in Kars.", "The museum opened in 1998."])[0].text
    '1998'
    """
    spoken = check_language(language)
    check_texts(texts)
    asked = " ".join(replace_surrogates(question[:MAX_QUESTION_CHARS]).split())
    if not any(c.isalnum() for c in asked):
        return []
    spoken = spoken or detect_language(asked)
    plain = [replace_surrogates(text) for text in texts]
    languages = [detect_language(text) for text in plain]
    reader = shipped_reader()
    read_texts = [
        Text(text, code, paragraphs.sentence_spans(text, code)) for text, code in zip(plain, languages, strict=True)
    ]
    found = [
        Extract(texts[index][slice(*best.span)], index, *best.span, reader.chance(best.score, code == spoken))
        for index, (code, spans) in enumerate(zip(languages, reader.read_spans(asked, read_texts), strict=True))
        for best in spans
    ]
    return sorted(
        (e for e in found if e.confidence >= MIN_CHANCE), key=lambda e: (-e.confidence, e.paragraph_index, e.start)
    )


def replace_surrogates(text: str) -> str:
    """The text with a replacement character, of the same length, for each lone surrogate, which no library takes."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
