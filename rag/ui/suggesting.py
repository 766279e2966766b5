"""What to ask next: questions kept with the articles that they answer, or made from them."""

from __future__ import annotations

from difflib import SequenceMatcher

from rag.language import fold_text
from rag.types import Source
from rag.ui.conversation import PageAssistant, Turns
from rag.ui.questions import QuestionMaker

AT_ONCE = 3  # under an answer
AT_START = 6  # on the empty page
MOST_ARTICLES = 12  # for which questions are looked for at once
PATIENCE = 0.8  # seconds that the empty page waits for questions being made
MIN_LIKENESS = 0.85  # share of letters in common from which two questions are one (Ratcliff and Obershelp, 1988)


def suggest_first(assistant: PageAssistant, language: str, maker: QuestionMaker | None = None) -> list[str]:
    """Questions for the empty page in `language`: of every article some."""
    sources = list(assistant.articles())[:MOST_ARTICLES]
    each = [_list_questions(assistant, source, language, maker) for source in sources]
    if maker and sources and not any(each):
        maker.await_questions(PATIENCE)
        each = [_list_questions(assistant, source, language, maker) for source in sources]
    turns = max(map(len, each), default=0)
    return [own[n] for n in range(turns) for own in each if n < len(own)][:AT_START]


def suggest_following(assistant: PageAssistant, turns: Turns, language: str, maker: QuestionMaker | None = None) -> list[str]:
    """Questions that were not asked yet, those of the articles just cited first."""
    answer = turns[-1].answer if turns else None
    if answer is None:
        return []
    asked = {_key(text) for turn in turns for text in (turn.question, turn.answer.question if turn.answer else "") if text}
    cited = [c.article_id for c in answer.citations]
    sources = sorted(assistant.articles(), key=lambda s: cited.index(s.id) if s.id in cited else len(cited))
    found: list[str] = []
    for source in sources[:MOST_ARTICLES]:
        for question in _list_questions(assistant, source, language, maker):
            if question not in found and not any(_is_like(_key(question), before) for before in asked):
                found.append(question)
        if len(found) >= AT_ONCE:
            break
    return found[:AT_ONCE]


def _list_questions(assistant: PageAssistant, source: Source, language: str, maker: QuestionMaker | None) -> tuple[str, ...]:
    """The questions that an article brings; else those made from it, in `language` where it is translated into it."""
    record = assistant.about(source.id)
    own = tuple(record.questions.get(language, ()))
    if own or maker is None:
        return own
    made = language if language in record.translations else source.language
    return maker.find_questions(source.id, made)


def _is_like(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= MIN_LIKENESS


def _key(question: str) -> str:
    return "".join(c for c in fold_text(question) if c.isalnum())
