"""Questions about the collection rather than about what stands in it: which articles, what the assistant can do, a summary."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from rag.locales import make_rule

Intent = Literal["articles", "abilities", "summary"]

_INTENTS: tuple[tuple[Intent, Callable[[], re.Pattern[str]]], ...] = (
    ("summary", make_rule(lambda locale: locale.questions.summary)),
    ("articles", make_rule(lambda locale: locale.questions.articles)),
    ("abilities", make_rule(lambda locale: locale.questions.abilities)),
)


def find_intent(question: str) -> Intent | None:
    """What `question` wants of the collection; None when it asks for something that stands in it.

    >>> find_intent("Summarise the expo article"), find_intent("你有哪些文章?"), find_intent("Neler yapabilirsin?"), find_intent("Who signed?")
    ('summary', 'articles', 'abilities', None)
    """
    return next((name for name, rule in _INTENTS if rule().search(question)), None)
