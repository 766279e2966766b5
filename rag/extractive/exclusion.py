"""What a sentence lacks that no other likeness makes good: the measure asked for, its attribute, a name, the office.

Rules of form, not of degree: a paragraph without any word of a price cannot tell one, and articles that never name Paris
cannot say what happened there. They are what refuses near misses and wrong premises; `python -m evals fit` prints how many right
sentences they exclude, some 3 in 100 on SQuAD-format files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.focus import asks_names, quoted
from rag.language import agrees, fold, offices, quantities, same_office, tokens
from rag.names import Names
from rag.questions import (
    asked,
    denies,
    of_another_subject,
    own_words,
    places,
    request,
    states,
    tells_of_another,
)
from rag.types import Passage

UNSEEN = "\0"  # a word that no text holds; its weight is that of all such words
_SUBJECT = 2  # paragraphs at hand that name somebody or something, for it to be taken as what their article is about
_CAPITAL = re.compile(r"(?<=[a-zçğıöşü,;:] )[A-ZÇĞİÖŞÜ][A-Za-zÀ-ɏ'’-]+")
# Words that are written with a capital and name nobody.
_NO_NAMES = frozenset(
    "january february march april june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik pazartesi sali carsamba persembe "
    "cuma cumartesi pazar english turkish chinese french german cince turkce ingilizce almanca fransizca what when where which "
    "who whom whose why how turkey".split()
)
_CITY = re.compile(
    r"\b(?:which|what) (?:other )?(?:city|cities|country|countries|town)\b"
    r"|哪(?:个|些|座|几个|几座)?(?:城市|国家|地方)|\bhangi (?:şehir|ülke|kent|il)(?!çe)",
    re.IGNORECASE,
)
_REACH = 26  # code points around an office within which its place is named


class Exclusion:
    """What excludes sentences from answering one question.

    weight: of words, by which those that no text holds are known. names: those known. passages: what was found.
    """

    def __init__(
        self, question: str, language: str, weight: Callable[[str], float], names: Names, passages: Sequence[Passage]
    ) -> None:
        self.question, self.language, self.names = question, language, names
        self.own, self.wanted, self.told = own_words(question), request(question), names.ids(question)
        self.attributes = asked(self.own)
        self.strange = self._strange(weight)
        self.articles = _texts(passages)

    def of_passage(self, passage: Passage) -> tuple[bool, bool]:
        """Whether a paragraph is out for what the question names, and whether for what it asks; the second does not hold for a
        line of the kind asked for."""
        everything = " ".join([passage.source.title, *(view.text for view in passage.paragraph.views)])
        return self.strange or self._lacks_a_name(passage, everything), self._beside_the_point(everything)

    def of_sentence(self, text: str, language: str) -> tuple[bool, bool]:
        """The same for a sentence."""
        lacking = self.wanted.excludes(text) and not self._same_day(text, language)
        if self.wanted.kind in ("date", "quantity") and not self.wanted.ending:
            lacking = lacking or tells_of_another(self.own, text)
        asks = lacking or self._of_another_office(text) or self._names_nothing(text)
        return denies(self.own, text) or self._tells_no_place(text), asks

    def _same_day(self, text: str, language: str) -> bool:
        """Whether a sentence has the day whose year is asked for: the date of its article may tell it."""
        days = [q for q in quantities(self.question, self.language) if q.month and q.day]
        return self.wanted.unit == "year" and any(agrees(q, quantities(text, language)) for q in days)

    def _names_nothing(self, text: str) -> bool:
        """Whether the question asks what several things are called, and a sentence has neither a name that the question lacks nor
        anything in quotation marks."""
        if not asks_names(self.own):
            return False
        new = self.names.ids(text) - self.told
        capitals = {fold(w) for w in _CAPITAL.findall(text)} - {fold(w) for w in re.findall(r"\w+", self.question)}
        return not new and not capitals and not quoted(text)

    def _strange(self, weight: Callable[[str], float]) -> bool:
        """Whether the question names somebody, some place, some year or some rank that no text of the index does: it asks, or
        takes for granted, what they cannot say."""
        unseen = weight(UNSEEN)
        found = _CAPITAL.findall(self.question) if self.language != "de" else []  # where every noun has a capital
        if self.language == "tr":
            # "Hintli" is of Hindistan, "Ankara'ya" of nothing but Ankara.
            found = [w for w in found if "'" in w or "’" in w]
        words = [fold(re.split("['’]", w)[0]) for w in found]
        latin = (w for w in words if len(w) > 3 and w not in _NO_NAMES)
        told = [t.key for place in places(self.question) for t in tokens(place, "zh")]
        told += [
            q.keys[0]
            for q in quantities(self.question, self.language)
            if q.year or (q.unit == "ordinal" and q.value != 1)
        ]
        return any(weight("^" + w[:4]) >= unseen for w in latin) or any(weight(key) >= unseen for key in told)

    def _tells_no_place(self, text: str) -> bool:
        """Whether the question asks which city or country, and a sentence names none that the question does not."""
        if not _CITY.search(self.own):
            return False
        new = self.names.of_kind(text, "place") - self.told or set(places(text)) - set(places(self.question))
        capitals = {fold(w) for w in _CAPITAL.findall(text)} - {fold(w) for w in re.findall(r"\w+", self.question)}
        return bool(self.names.known) and not new and not capitals

    def _lacks_a_name(self, passage: Passage, everything: str) -> bool:
        """Whether a paragraph lacks a name of the question that is not what its article is about."""
        article = self.articles[passage.article_id]
        lacking = self.told - self.names.ids(everything)
        return any(sum(name in self.names.ids(text) for text in article) < _SUBJECT for name in lacking)

    def _beside_the_point(self, everything: str) -> bool:
        """Whether a paragraph cannot answer since it has no word of the attribute asked for, or tells the date or amount of an
        event or place of another kind."""
        if any(not states(row, everything) for row in self.attributes):
            return True
        return self.wanted.kind in ("date", "quantity") and of_another_subject(self.own, everything)

    def _of_another_office(self, text: str) -> bool:
        """Whether the question asks who holds an office, and the sentence names no holder of it: it has no such office, or a
        deputy's, or one of another place."""
        if not self.wanted.role:
            return False
        held = offices(self.wanted.role)
        of = self.names.of_kind(self.wanted.role, "place", "body")
        for start, end, deputy in offices(text):
            if not any(same_office(self.wanted.role[a:b], text[start:end]) and deputy == d for a, b, d in held):
                continue
            near = self.names.of_kind(text[max(0, start - _REACH) : end + _REACH], "place", "body")
            if not of or not near or near & of:
                return False
        return True


def _texts(passages: Sequence[Passage]) -> dict[str, list[str]]:
    """Title and paragraphs, in all languages, of each article as far as it was found."""
    texts: dict[str, list[str]] = {}
    for passage in passages:
        own = " ".join([passage.source.title, *(view.text for view in passage.paragraph.views)])
        texts.setdefault(passage.article_id, []).append(own)
    return texts
