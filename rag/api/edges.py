"""What a caller gives, checked where it comes in: what cannot be used is an error that names what can."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import ArgumentError, UnknownIdError
from rag.locales import list_languages
from rag.store import Store
from rag.types import Paragraph, ParagraphId, Source

Message = Mapping[str, Any]  # {"role": "user" or "assistant", "content": text}, as chat programs keep them
History = Sequence[Sequence[str]] | Sequence[Message]

MAX_PASSAGES = 10_000  # that are retrieved for one question
MAX_NAMED_ARTICLES = 10  # in an error
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
_HISTORY = 'history is a list of (question, answer) pairs or of {"role": "user" or "assistant", "content": text}, oldest first'


def check_language(language: str | None) -> str | None:
    """The ISO 639 code of a language, without script and region; None when none is given. Raises ArgumentError.

    >>> check_language("zh-Hans-CN"), check_language("TR"), check_language(None)
    ('zh', 'tr', None)
    """
    if not language:
        return None
    from babel import Locale  # 0.1 s, where a language is given

    found = _CODE.fullmatch(language.strip()) if isinstance(language, str) else None
    if found is None or found[1].lower() not in Locale("en").languages:
        raise ArgumentError(
            f"{str(language)[:40]!r} is not a language.",
            f"Give an ISO 639-1 code: {', '.join(list_languages())}, or another such as de.",
        )
    return found[1].lower()


def check_count(k: int, most: int = MAX_PASSAGES) -> int:
    """How many passages are wanted. Raises ArgumentError.

    >>> check_count(5)
    5
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= most:
        raise ArgumentError(f"k is how many passages are wanted, a whole number from 1 to {most}, not {str(k)[:40]}.")
    return k


def check_texts(texts: Sequence[str]) -> Sequence[str]:
    """The paragraphs given. Raises ArgumentError where one text stands in place of several, or one is no text."""
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise ArgumentError("Paragraphs are given as a list of texts.", 'For a single one write ["…"].')
    return texts


def read_history(history: History | None) -> list[tuple[str, str]]:
    """Earlier (question, answer) pairs, oldest first, from pairs or from messages. Raises ArgumentError.

    A question that was not answered has "" for its answer; what was said before the first question is left out.

    >>> read_history([{"role": "user", "content": "When?"}, {"role": "assistant", "content": "In 2021."}])
    [('When?', 'In 2021.')]
    """
    if history is not None and (isinstance(history, str | Mapping) or not isinstance(history, Sequence)):
        raise ArgumentError(f"{_HISTORY}; not {type(history).__name__}.")
    pairs: list[tuple[str, str]] = []
    for number, item in enumerate(history or (), 1):
        if isinstance(item, Mapping):
            _add_message(pairs, item, number)
        else:
            pairs.append(_read_pair(item, number))
    return pairs


def _read_pair(item: object, number: int) -> tuple[str, str]:
    """A question with its answer, None where it was not answered."""
    match item:
        case [str(question), str(answer)]:
            return question, answer
        case [str(question), None]:
            return question, ""
    raise ArgumentError(f"{_HISTORY}; item {number} is neither.")


def _add_message(pairs: list[tuple[str, str]], message: Message, number: int) -> None:
    role, text = message.get("role"), _read_content(message.get("content"))
    if role not in ("user", "assistant") or text is None:
        raise ArgumentError(f"{_HISTORY}; item {number} has role {str(role)[:40]!r} and content that is not such.")
    if role == "user":
        pairs.append((text, ""))
    elif pairs:
        question, answer = pairs[-1]
        pairs[-1] = question, f"{answer} {text}".strip()


def _read_content(content: object) -> str | None:
    """The text of a message, also of one in parts, {"type": "text", "text": …}; None when it has none."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, Mapping) and part.get("type") == "text"]
        return " ".join(text for text in texts if isinstance(text, str)) if texts else None
    return content if isinstance(content, str) else None


def find_paragraph(index: Store, paragraph_id: str) -> Paragraph:
    """A paragraph of the index. Raises UnknownIdError, which says what there is."""
    found = index.paragraphs([paragraph_id]).get(paragraph_id)
    if found is None:
        raise UnknownIdError(f"There is no paragraph {str(paragraph_id)[:80]!r}.", _tell_ids(index, str(paragraph_id)))
    return found


def find_article(index: Store, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]:
    """An article of the index with its paragraphs in order. Raises UnknownIdError, which says what there is."""
    if article_id not in index.sources:
        raise UnknownIdError(f"There is no article {str(article_id)[:80]!r}.", _tell_ids(index, ""))
    return index.sources[article_id], tuple(index.article(article_id))


def _tell_ids(index: Store, paragraph_id: str) -> str:
    """What could be meant: the paragraphs of the article, else the articles."""
    article = ParagraphId(paragraph_id).article_id
    if article in index.sources:
        last = index.article(article)[-1].id
        return f"The article {article} has {article}#p1 to {last}."
    known = sorted(index.sources)
    more = f" and {len(known) - MAX_NAMED_ARTICLES} more" if len(known) > MAX_NAMED_ARTICLES else ""
    return f"Articles: {', '.join(known[:MAX_NAMED_ARTICLES])}{more}."
