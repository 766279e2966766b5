"""What to ask next: questions kept with the articles that they answer."""

from __future__ import annotations

from rag.language import fold
from rag.ui.conversation import Assistant, Turns

AT_ONCE = 3  # under an answer
AT_START = 6  # on the empty page


def first(assistant: Assistant, language: str) -> list[str]:
    """Questions for the empty page in `language`: of every article some."""
    each = [list(assistant.about(source.id).questions.get(language, ())) for source in assistant.articles()]
    turns = max(map(len, each), default=0)
    return [own[n] for n in range(turns) for own in each if n < len(own)][:AT_START]


def following(assistant: Assistant, turns: Turns, language: str) -> list[str]:
    """Questions that were not asked yet, those of the articles just cited first."""
    answer = turns[-1].answer if turns else None
    if answer is None:
        return []
    asked = {_key(turn.question) for turn in turns}
    cited = [c.article_id for c in answer.citations]
    sources = sorted(assistant.articles(), key=lambda s: cited.index(s.id) if s.id in cited else len(cited))
    open_ = [q for s in sources for q in assistant.about(s.id).questions.get(language, ()) if _key(q) not in asked]
    return open_[:AT_ONCE]


def _key(question: str) -> str:
    return "".join(c for c in fold(question) if c.isalnum())
