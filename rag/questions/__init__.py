"""What a question asks for, told from its words in English, Chinese and Turkish, and whether a sentence holds such a thing.

Forms only: a sentence with a year in it can answer "when", one without cannot. What it says is for the ranker to weigh.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.questions.attributes import asked, denies, of_another_subject, places, states, tells_of_another
from rag.questions.intents import Intent, intent
from rag.questions.kinds import QUESTIONS, Asked, holds, quotes, says
from rag.questions.lines import LINES, lines_for, suits
from rag.questions.roles import role
from rag.questions.units import UNITS, Unit, measures

__all__ = [
    "Asked",
    "Intent",
    "Request",
    "Unit",
    "asked",
    "denies",
    "holds",
    "intent",
    "lines_for",
    "measures",
    "of_another_subject",
    "own_words",
    "places",
    "quotes",
    "request",
    "says",
    "states",
    "suits",
    "tells_of_another",
]

_I = re.IGNORECASE
_PUT_BEHIND = re.compile(r"\s*\([^()]*\)\s*[?？]*$")
_INTERROGATIVE = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how)\b|谁|什么|何时|哪|多少|几[个家年月日天]|为何"
    r"|\b(?:kim\w*|ne zaman|nere\w+|kaç\w*|hangi|neden|nasıl)\b",
    _I,
)

_NOUN = re.compile(
    r"\b(?:how many|which|what) (?:different |other |new )?(?!is\b|was\b|are\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b|will\b|would\b|can\b|the\b|kind|type|sort|year|date|time)([a-z]{3,})"
    r"|\b(?:kaç|hangi) ([^\W\d]{3,})|(?:哪[个家位座些]|什么|多少[个名位家座]?|几[个家名位座])([\u3400-\u9fff]{2,3})",
    _I,
)

# Several things are asked for at once, of one kind.
_PLURAL = re.compile(
    r"\bwhich (?:\w+ ){0,2}[a-z]+s\b|\bwhat (?:\w+ )?[a-z]{3,}s\b|\blist\b|\bname (?:all|the|some|every)|\bwho (?:all|were|are|else)\b|\bwhat (?:else|all)\b"
    r"|\bwho (?:spoke|speaks|attended|delivered|gave|took part|made speeches|addressed)|\b(?:all|every|each) (?:of )?the\b"
    r"|哪些|哪几|都有|有谁|列出|列举|分别|都.{0,6}(?:什么|谁)|谁和谁|什么人"
    r"|\bhangi \w+(?:lar|ler)|\bkimler|\bneler|\bhangileri|listele|sırala|\bsay(?:ın|ar)\b",
    _I,
)
# What somebody said, thinks or feels.
_SPEECH = re.compile(
    r"\bwhat (?:else )?(?:did|does|do|has|had) .*\b(?:say|said|think|tell|point out|note|stress|mention|add|feel|call|describe|hope|wish|emphasi[sz]e|propose)\b|\bhow (?:did|does) .*\b(?:feel|describe|see|view|react)\b|\baccording to\b|['’]s (?:words|view|opinion)\b"
    r"|(?:说|讲|表示|指出|提到|认为|强调|希望|感受|评价|形容|看待)(?:了|过)?(?:些|点)?(?:什么|哪些)|怎么(?:说|看|评价|形容)|有什么(?:感受|看法|评价)|什么(?:感受|看法)"
    r"|\bne(?:ler)? (?:de(?:di|mişti|miş|iyor|r)|diyor|söyle\w*|belirt\w*|anlat\w*|düşün\w*|hissed\w*|um\w*|vurgula\w*)|\bnasıl (?:değerlendir|tanımla|nitele|hisset|bul)\w*|\bgöre\b|\bsöylüyor\b|\bsöyledi\b|\btanımlıyor\b",
    _I,
)
# The end of something is asked for: said outright, or reckoned from its beginning and its length.
_ENDING = re.compile(
    r"\b(?:un)?til (?:when|what|which)\b|\bwhen (?:does|did|will|do|is|was) .*\b(?:end|ends|close|closes|finish|over|wrap up|conclude)\b|\b(?:last|final|closing) (?:day|date)\b|\bend date\b|\bwhat (?:day|date) .*\b(?:end|close|finish|conclude)"
    r"|到(?:什么时候|何时|哪天|哪一天|哪日|几号|几月)|(?:何时|什么时候|哪一?天|几号|几月几[日号])(?:才)?(?:会)?(?:结束|闭幕|落幕|截止|收官)|最后一天|(?:闭幕|结束)(?:的)?(?:时间|日期|日)|(?:结束|闭幕|落幕)(?:是|在)?(?:什么时候|哪天|几号)"
    r"|ne zamana (?:kadar|dek)|(?:hangi|ne) (?:güne|tarihe) kadar|ne zaman (?:bit|sona|kapan|son bul|tamamlan)|son günü|(?:bitiş|kapanış) (?:tarih|gün)|hangi (?:gün|tarih)\w* (?:bit|sona|kapan|son)",
    _I,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a question asks for: the kind of thing, what it is measured in, and the kind of line, None where it does not tell.

    `single` is False when it asks several things at once, such as who and when.
    """

    kind: Asked
    unit: Unit | None
    line: str | None
    single: bool = True
    noun: str = ""  # what is counted or chosen: "days" of "how many days", "博物馆" of "哪个博物馆"
    role: str = ""  # whose holder is asked for: "mayor of Iznik"
    plural: bool = False  # several of a kind are asked for
    ending: bool = False  # until when
    speech: bool = False  # what somebody said

    def excludes(self, sentence: str) -> bool:
        """Whether the sentence cannot answer, since it holds no date or no such measure as is asked for."""
        if not self.single or self.ending:
            return False
        return measures(self.unit, sentence) < 0 or (
            self.kind == "date" and self.unit is None and holds("date", sentence) < 0
        )


def own_words(question: str) -> str:
    """A question without the subject that was put behind it in parentheses; see `rag.followups`.

    >>> own_words("When (the fair opened)?")
    'When?'
    """
    return _PUT_BEHIND.sub("?", question)


@lru_cache(maxsize=256)
def request(question: str) -> Request:
    """What `question` asks for.

    >>> request("How big is the exhibition area?")
    Request(kind='quantity', unit='area', line=None, single=True, noun='', role='', plural=False, ending=False, speech=False)
    >>> request("责任编辑是谁?").line, request("Bilet fiyatı ne kadar?").unit
    ('editor', 'money')
    """
    question = own_words(question)
    kinds: list[Asked] = [kind for kind, rule in QUESTIONS if rule.search(question)]
    unit = next((unit for unit, (rule, _) in UNITS.items() if rule.search(question)), None)
    line = next((line for line, rule in LINES.items() if rule.search(question)), None)
    single = len(kinds) < 2 and len(_INTERROGATIVE.findall(question)) < 2
    noun = _NOUN.search(question)
    whose = role(question)
    ending = bool(_ENDING.search(question))
    return Request(
        "date" if ending else kinds[0] if kinds else "person" if whose else "thing", unit, line, single,
        next(filter(None, noun.groups()), "") if noun else "", whose, bool(_PLURAL.search(question)), ending, bool(_SPEECH.search(question)),
    )  # fmt: skip
