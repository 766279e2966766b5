"""Quoted words and addresses put wrong: a word of a quotation changed, another's quotation, one made up; a letter or a digit of an
address changed, an address where none was.

A paragraph hardly ever holds an address, so one is put at its end for these claims, in its own language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evals.research.falsifying.changes import Change, before_stop, draw, pick, put
from evals.research.falsifying.texts import Passage, Sentence, elsewhere

_QUOTED = re.compile(r"“([^“”]{2,160})”|\"([^\"]{2,160})\"|「([^「」]{2,80})」|《([^《》]{2,40})》")
_WORD = re.compile(r"[^\W\d_]{5,}")
_PHRASES = {
    "en": ("the finest of its kind", "a gift to the next generation", "long overdue", "beyond all doubt", "the heart of the matter",
           "a quiet revolution", "worth every effort", "nothing short of a miracle", "a house without doors", "the last of the old guard"),
    "zh": ("同类之最", "留给后代的礼物", "姗姗来迟", "毋庸置疑", "问题的核心", "静悄悄的革命", "值得付出一切", "堪称奇迹", "没有门的房子", "最后的守望者"),
    "tr": ("türünün en iyisi", "gelecek kuşağa bir armağan", "çok gecikmiş bir adım", "her türlü kuşkunun ötesinde", "işin özü",
           "sessiz bir devrim", "her çabaya değer", "mucizeden farksız", "kapısız bir ev", "eski kuşağın son temsilcisi"),
}  # fmt: skip
_CALLED = {
    "en": (', described as "{}"', ', which one observer called "{}"', ', or "{}" in the words of the author'),
    "zh": ("，被称为“{}”", "，有人称之为“{}”", "，用作者的话说就是“{}”"),
    "tr": (' ("{}" olarak anılır)', ' (yazarın deyişiyle "{}")', ' (bir gözlemciye göre "{}")'),
}
_HOSTS = ("kilnhouse", "northgate", "blueharbour", "oldmint", "rivermill", "stonebridge", "lakeview", "greenfield", "papermoon", "westend")
_TLDS = (".org", ".com", ".net", ".edu", ".info")
_USERS = ("info", "press", "office", "m.aydin", "l.chen", "archive", "contact")
_CONTACT = {
    "en": "More information is available at {url}, by e-mail at {mail} and by telephone at {phone}.",
    "zh": "更多信息请访问{url}，或发送邮件至{mail}，或致电{phone}。",
    "tr": "Ayrıntılı bilgi {url} adresinden, {mail} e-posta adresinden ve {phone} numaralı telefondan alınabilir.",
}
_SINGLE = {
    "en": {"url": "The website is {}.", "mail": "The e-mail address is {}.", "phone": "The telephone number is {}."},
    "zh": {"url": "网址是{}。", "mail": "电子邮箱是{}。", "phone": "联系电话是{}。"},
    "tr": {"url": "İnternet adresi {}.", "mail": "E-posta adresi {}.", "phone": "Telefon numarası {}."},
}
_BESIDE = {
    "en": {"url": " (see {})", "mail": " (write to {})", "phone": " (call {})"},
    "zh": {"url": "（见{}）", "mail": "（邮箱：{}）", "phone": "（电话：{}）"},
    "tr": {"url": " (bkz. {})", "mail": " (e-posta: {})", "phone": " (tel: {})"},
}
_LETTERS = re.compile(r"[a-z]")


def wrong_quotations(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with a word of a quotation or the whole of it changed, or with a quotation made up where it has none."""
    others = elsewhere(sentence, pool)
    found = list(_QUOTED.finditer(sentence.text))
    for match in found:
        (start, end), key = match.span(match.lastindex or 0), f"{sentence.id}/{match.start()}"
        inner = sentence.text[start:end]
        words = [w for w in _WORD.finditer(inner) if w[0].islower()]
        foreign = pick(others, key).text if others else ""
        theirs = [w for w in _WORD.findall(foreign) if w.islower() and w not in sentence.passage.all]
        if words and theirs and sentence.language != "zh":
            word = pick(words, key)
            changed = f"{inner[: word.start()]}{pick(theirs, key)}{inner[word.end() :]}"
            yield Change("quoted words", "a word", put(sentence.text, start, end, changed))
        fitting = [m[m.lastindex or 0] for s in others for m in _QUOTED.finditer(s.text) if m[0][0] == match[0][0]]
        if fitting and inner.rstrip(",.") not in (other := pick(fitting, key)):
            yield Change("quoted words", "another's", put(sentence.text, start, end, other))
        yield Change("quoted words", "made up", put(sentence.text, start, end, pick(_PHRASES[sentence.language], key)))
    if not found and not sentence.text.endswith(("”", '"')):
        phrase = pick(_PHRASES[sentence.language], sentence.id)
        yield Change("quoted words", "put in", before_stop(sentence.text, pick(_CALLED[sentence.language], sentence.id).format(phrase)))


def wrong_addresses(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with an address put in, of a website, of a mailbox or of a telephone."""
    if sentence.text.endswith(("”", '"', "）", ")")):
        return
    for kind, address in addresses(sentence.id).items():
        yield Change("address", f"{kind} put in", before_stop(sentence.text, _BESIDE[sentence.language][kind].format(address)))


def addresses(key: str) -> dict[str, str]:
    """A website, a mailbox and a telephone, told from a key.

    >>> sorted(addresses("a"))
    ['mail', 'phone', 'url']
    """
    host, number = pick(_HOSTS, key) + pick(_TLDS, f"{key}/"), draw(key)
    phone = f"+{(1, 44, 86, 90)[number % 4]} {number % 900 + 100} {number // 7 % 900 + 100} {number // 11 % 9000 + 1000}"
    path = f"/{pick(_HOSTS, key + '/path')}/{number % 90 + 10}"
    return {"url": f"https://www.{host}{path}", "mail": f"{pick(_USERS, key)}@{host}", "phone": phone}


def with_contact(passage: Passage) -> Passage:
    """A passage with one more sentence that tells a website, a mailbox and a telephone."""
    told = {code: f"{text.rstrip()}{'' if code == 'zh' else ' '}{_CONTACT[code].format(**addresses(passage.id))}"
            for code, text in passage.texts.items()}  # fmt: skip
    return replace(passage, id=f"{passage.id}+contact", texts=told, indexed=False)


def of_contact(passage: Passage, language: str) -> Iterator[tuple[Sentence, Change]]:
    """Of a passage without its contact: sentences that tell one of its addresses, rightly and wrongly."""
    for kind, address in addresses(passage.id).items():
        line = _SINGLE[language][kind]
        sentence = Sentence(line.format(address), language, 99, with_contact(passage))
        yield sentence, Change("address kept", kind, sentence.text)
        for way, changed in _spoilt(kind, address, passage.id):
            yield sentence, Change("address", f"{kind}, {way}", line.format(changed))


def _spoilt(kind: str, address: str, key: str) -> Iterator[tuple[str, str]]:
    """An address with one thing wrong."""
    if kind == "phone":
        digits = [m.start() for m in re.finditer(r"\d", address)][3:]
        at = pick(digits, key)
        yield "a digit", put(address, at, at + 1, str((int(address[at]) + 1 + draw(key) % 8) % 10))
        swaps = [n for n in digits[:-1] if address[n + 1].isdigit() and address[n] != address[n + 1]]
        if swaps:
            at = pick(swaps, key)
            yield "two digits swapped", put(address, at, at + 2, address[at + 1] + address[at])
        return
    letters = [m.start() for m in _LETTERS.finditer(address)][-9 if kind == "mail" else 11 :]
    at = pick(letters, key)
    yield "a letter", put(address, at, at + 1, "bcdfghklmnprstz"[draw(key) % 15] if address[at] in "aeiouwvxyjq" else "aeiou"[draw(key) % 5])
    ending = next(tld for tld in _TLDS if tld in address)
    yield "another ending", address.replace(ending, _TLDS[(_TLDS.index(ending) + 1) % len(_TLDS)])
    if kind == "mail":
        user, host = address.split("@")
        yield "another mailbox", f"{pick([u for u in _USERS if u != user], key)}@{host}"
    else:
        yield "another page", re.sub(r"\d+$", lambda m: str(int(m[0]) % 90 + 11), address)
