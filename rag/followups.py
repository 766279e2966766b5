"""Follow-ups read on their own: "And who hosted it?" after a question about a ceremony asks who hosted that ceremony.

No model: what a question leaves out is taken from the question before it, itself read on its own, or, for a person, from its
answer. A question that stands on its own is left as it is, whatever was said before. What was taken is put where a
pronoun or a "what about" shows its place, else behind the question in parentheses, so that a reader sees how it was understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language import detect, fold, offices, tokens
from rag.names import Names

_I = re.IGNORECASE
_LEAD = re.compile(
    r"^\W*(?:and|but|so|ok(?:ay)?|then|also|well|alright|right)\b[,\s]+(?=\w)|^\W*(?:那么?|还有|以及|另外|然后|好的?|那好)[,,\s]*(?=\w)|^\W*(?:peki|ve|ya|tamam|o zaman|hem|e)\b[,\s]+(?:ya\b\s*)?",
    _I,
)
# "What about X?", "那X呢?", "Ya X?": X is asked about as the last subject was, or of it.
_ABOUT = (
    re.compile(r"^(?:and |so |but |then )?(?:what|how) about (?P<x>.+?)\W*$", _I),
    re.compile(r"^(?:那么?|还有|以及)?[,,\s]*(?P<x>.{1,20}?)(?:又?怎么样|又?如何)?呢\W*$"),
    re.compile(r"^(?:peki |e )?ya (?P<x>.+?)\W*$", _I),
    re.compile(r"^(?:[Pp]eki|[Vv]e)[,\s]+(?P<x>(?:[A-ZÇĞİÖŞÜ][\w’'-]+\s*){1,4})\W*$"),
    re.compile(r"^(?:[Aa]nd|[Ss]o|[Bb]ut)[,\s]+(?P<x>(?:the |in |at |for )?(?:[A-Z][\w’'-]+\s*){1,4})\W*$"),
)
_PERSON = re.compile(
    r"\b(?:he|she|him|his|her|hers)\b|[他她](?!们)(?:的)?|\b(?:o|onun|ona|onu|ondan|kendisi|kendisinin)\b", _I
)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|that one|this one|the new one|the first one|there)\b(?!['’]s (?:true|right))"
    r"|它们?(?:的)?|他们(?:的)?|她们(?:的)?|那里|那儿|这里|(?<![与和])其(?![他中实次余])"
    r"|\b(?:bunu|bunun|buna|bunlar\w*|onlar\w*|orada|oraya|burada|şunu)\b",
    _I,
)
_POINTS = re.compile(
    r"\b(?:that|this|these|those|the same)\b|[这那此该](?=[个场次家项种座位件份些])|\b(?:bu|o|şu)\b (?=\w)", _I
)
_QUESTION_WORDS = {
    "en": r"who|whom|whose|what|when|where|which|why|how(?: (?:many|much|long|old|far|big|large|often|tall))?",
    "zh": r"是?什么时候|是?什么时间|什么地方|为什么|是什么|什么|是谁|谁|哪一?年|哪一?天|哪里|哪儿|哪[个些家位]?|多少|多大|多久|多长|第几[家个站次届]?|几[个家天年]?|何时|怎么样?|如何|是不是|有没有|吗|呢|请问",
    "tr": r"ne zaman|ne kadar|nerede(?:n|ydi)?|nereye|nere\w*|kaçıncı|kaç|hangi\w*|kimler|kim\w*|neden|niçin|niye|nasıl|neler|nedir|neyi|ne|mı|mi|mu|mü",
}
_AUXILIARY = re.compile(
    r"^(?:did|does|do|is|was|are|were|has|have|had|will|would|can|could|should)\b|^(?:exactly|else|and|the name of)\b",
    _I,
)
# Where a noun phrase ends in English.
_BREAK = re.compile(
    r"\b(?:did|does|do|is|was|were|are|has|have|had|will|would|can|could|be|been|by|for|from|to|with|and|or|that|which|who|when|on|as|into|last|open(?:ed|s)?|start(?:ed|s)?|begin|began|take|took|held|happen(?:ed)?|say|said|sign(?:ed)?|cost|close[ds]?|end(?:ed|s)?|come|came|go|went|made?|make|cover|attract\w*|run|runs|running|ever|yet|now|also|still)\b",
    _I,
)
_PHRASE = re.compile(r"\b(?:the|this|that|an?|his|her|its|their|our|your)\s+(?P<np>[^,.;?]+)", _I)
_NAME = re.compile(r"(?<!^)(?:the )?(?:[A-ZÇĞİÖŞÜ][\w’'-]+(?: (?=[A-ZÇĞİÖŞÜ])|$|\b)){1,5}(?: [a-z]{3,}(?= |$|\?))?")
# Where a question that asks two things has its seam; each side must have a question word of its own.
_SPLIT = re.compile(
    r",?\s+and\s+(?=(?:(?:by|to|for|in|at|with|on|from) )?(?:who|whom|what|when|where|which|why|how)\b)|[?？;；]\s*(?=\w)|[,，](?=\s*(?:[^,，]*)(?:什么|谁|哪|多少|几|何时|为何|如何|多[大久长高]))"
    r"|,?\s+ve\s+(?=.*\b(?:ne|kim\w*|nere\w*|hangi\w*|kaç\w*|neden|nasıl|nedir)\b)|,\s+(?=(?:ne zaman|nerede|kim\w*|hangi|kaç|neden|nasıl)\b)",
    _I,
)
_MOST_PARTS = 3
_SHORT = {
    "en": 4,
    "tr": 3,
    "zh": 7,
}  # words, or Chinese characters, up to which a question without a name lacks its subject


def standalone(question: str, history: Sequence[tuple[str, str]], names: Names) -> str:
    """`question` as it reads on its own after the (question, answer) pairs of `history`, oldest first.

    >>> standalone("And who hosted it?", [("When was the unveiling ceremony?", "")], Names())
    'who hosted the unveiling ceremony?'
    >>> standalone("Who made the bowl?", [("When was the unveiling ceremony?", "")], Names())
    'Who made the bowl?'
    """
    reading, answer = "", ""
    for asked, answered in [*history, (question, "")]:
        reading = _read(" ".join(asked.split()), reading, answer, names) if reading else " ".join(asked.split())
        answer = answered
    return reading


def parts(question: str, names: Names) -> list[str]:
    """The questions that `question` puts at once, each as it reads on its own.

    >>> parts("When did the fair open, and how long did it last?", Names())
    ['When did the fair open?', 'how long did the fair last?']
    >>> parts("展览是什么时候开幕的,地址在哪里?", Names())
    ['展览是什么时候开幕的?', '地址在哪里 (展览开幕)?']
    """
    pieces = [p.strip(" ,，、;；") for p in _SPLIT.split(question) if p and p.strip(" ,，、;；?？")]
    asking = [bool(re.search(_QUESTION_WORDS.get(detect(question), _QUESTION_WORDS["en"]), p, _I)) for p in pieces]
    if not 1 < len(pieces) <= _MOST_PARTS or not all(asking):
        return [question]
    read = [pieces[0].rstrip("?？") + "?"]
    for piece in pieces[1:]:
        read.append(_read(piece.rstrip("?？") + "?", read[0], "", names, part=True))
    return read


def _read(question: str, before: str, answer: str, names: Names, part: bool = False) -> str:
    """part: whether it is the rest of one question, so that it has its subject from the part before unless it names one."""
    language = detect(question)
    for rule in _ABOUT:
        if (about := rule.match(question)) and not names.spans(about["x"])[1:]:
            return _about(about["x"].strip(), before, language, names)
    plain = _LEAD.sub("", question)
    named = names.ids(plain) or _NAME.search(plain)
    if not named and (person := _PERSON.search(plain)):
        who = _person(before, answer, names)
        if who:
            return _put(plain, person, who, language)
    topic = _topic(before)
    if not topic or named:
        return question
    if thing := _thing(plain):
        return _put(plain, thing, topic, language)
    if _lacks_subject(plain, language) or _POINTS.search(plain) or (part and not _PHRASE.search(plain)):
        return _swapped(plain, before, language) or f"{plain.rstrip('?？ ')} ({_gist(before, part)})?"
    return question


def _thing(question: str) -> re.Match[str] | None:
    """The pronoun that stands for a thing; of several, "it"."""
    found = list(_THING.finditer(question))
    return next((m for m in found if m.group().lower() in ("it", "its")), found[0] if found else None)


def _put(question: str, pronoun: re.Match[str], what: str, language: str) -> str:
    """The question with `what` in the place of its pronoun, in the possessive where the pronoun is."""
    said = pronoun.group().lower()
    if language == "en" and said in ("his", "her", "its", "their", "hers"):
        what += "’s" if not what.endswith("s") else "’"
    if language == "zh" and said.endswith("的"):
        what += "的"
    if language == "en" and said == "there":
        what = f"at {what}"
    if language == "tr" and not said.startswith(("o", "kendisi")):
        return f"{question.rstrip('?？ ')} ({what})?"
    return question[: pronoun.start()] + what + question[pronoun.end() :]


def _about(what: str, before: str, language: str, names: Names) -> str:
    """The last question asked of another subject, when `what` is a name like one in it; else `what` asked of its subject."""
    kinds = {names.known[identity].kind for identity in names.ids(what)}
    # The subject comes last where it is possessed ("history of Jingdezhen") and first elsewhere; one that is named alone, either.
    for identity, (start, end) in names.spans(before):
        if names.known[identity].kind in kinds and identity not in names.ids(what):
            return before[:start] + re.sub(r"^(?:in|at|for|the) ", "", what) + before[end:]
    if kinds and not _words_beside_names(what, names):
        return f"{before.rstrip('?？ ')} ({what})?"
    topic = _topic(before)
    if re.fullmatch(_QUESTION_WORDS.get(language, _QUESTION_WORDS["en"]), what, _I):
        return _swapped(what, before, language) or f"{what} ({topic})?"
    if language == "zh":
        return f"{topic}的{what}是什么?" if len(what) <= 8 else f"{what}({topic})?"
    return f"{topic}: {what}?" if language == "tr" else f"what is {what} ({topic})?"


def _words_beside_names(text: str, names: Names) -> bool:
    rest = text
    for _, (start, end) in reversed(names.spans(text)):
        rest = rest[:start] + " " + rest[end:]
    return bool(tokens(rest, detect(text)))


def _lacks_subject(question: str, language: str) -> bool:
    """Whether a question is too short to have a subject of its own."""
    size = len(re.sub(r"\W", "", question)) if language == "zh" else len(question.split())
    own = language == "en" and any(tokens(found["np"], language) for found in _PHRASE.finditer(question))
    return size <= _SHORT.get(language, _SHORT["en"]) and not own


def _swapped(question: str, before: str, language: str) -> str:
    """The last question with this one's question word in place of its own, when that is all there is to this one: after "Anlaşmayı
    kim imzaladı?", "ne zaman?" asks "Anlaşmayı ne zaman imzaladı?"."""
    words = _QUESTION_WORDS.get(language, "")
    alone = re.fullmatch(rf"\W*({words})\W*", question, _I) if words and detect(before) == language else None
    found = re.search(rf"(?<!\w)(?:{words})(?!\w)" if language != "zh" else words, before, _I) if alone else None
    if not alone or not found or (language == "en" and not _AUXILIARY.match(before[found.end() :].strip())):
        return ""
    return before[: found.start()] + alone[1] + before[found.end() :]


def _topic(before: str) -> str:
    """What the last question was about, as a noun phrase as far as that can be told."""
    language, text = detect(before), _asked(before)
    if language in ("zh", "tr"):
        return max(_between_question_words(text, language), key=len, default="")
    phrases = [_BREAK.split(found["np"])[0].strip() for found in _PHRASE.finditer(text)]
    phrases = [p for p in phrases if p and tokens(p, language)]
    if phrases:
        return "the " + phrases[-1] if not fold(phrases[-1]).startswith("the ") else phrases[-1]
    if named := [m.group().strip() for m in _NAME.finditer(text)]:
        return named[-1]
    words = _QUESTION_WORDS["en"]
    return _AUXILIARY.sub("", re.sub(rf"(?<!\w)(?:{words})(?!\w)", " ", text, flags=_I).strip()).strip()


def _gist(before: str, whole: bool = False) -> str:
    """What the last question says of its subject; whole: all of it, in English too."""
    language = detect(before)
    if language not in _QUESTION_WORDS or (language == "en" and not whole):
        return _topic(before)
    pieces = _between_question_words(_asked(before), language)
    return ("" if language == "zh" else " ").join(pieces)


def _asked(before: str) -> str:
    """The last question without its mark, and without what was put behind it, unless it has nothing else."""
    text = re.sub(r"[?？!！。.]+$", "", before).strip()
    if inside := re.search(r"^(.*)\(([^()]+)\)$", text):
        own = inside[1].strip()
        words = _QUESTION_WORDS.get(detect(own), _QUESTION_WORDS["en"])
        return own if tokens(re.sub(words, " ", own, flags=_I), detect(own)) else inside[2]
    return text


def _between_question_words(text: str, language: str) -> list[str]:
    words = _QUESTION_WORDS[language]
    if language == "zh":
        return [part for piece in re.split(rf"{words}|[,，]", text) if (part := piece.strip(" ,，的是在有于了、"))]
    pieces = [part.strip(" ,") for part in re.split(rf"(?<!\w)(?:{words})(?!\w)", text, flags=_I)]
    return [
        own
        for part in pieces
        if (own := re.sub(r"\b(?:did|does|do|is|was|are|were|has|have|had)\b ?", "", part).strip())
    ]


def _person(before: str, answer: str, names: Names) -> str:
    """The one person the last question names, or the holder of the office it names, or the first person of its answer; "" when
    there is none."""
    topic = _topic(before)
    for text in (before, topic if offices(topic) else "", answer):
        if text and text is topic:
            return topic
        found = [text[slice(*span)] for identity, span in names.spans(text) if names.known[identity].kind == "person"]
        if found:
            return found[0]
    named = re.findall(r"(?:[A-ZÇĞİÖŞÜ][\w’-]+ )+[A-ZÇĞİÖŞÜ][\w’-]+", before[1:]) or re.findall(
        r"(?:[A-ZÇĞİÖŞÜ][a-zçğıöşü’-]+ )[A-ZÇĞİÖŞÜ][a-zçğıöşü’-]+", answer
    )
    return named[0] if named else ""
