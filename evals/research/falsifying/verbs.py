"""Verbs put wrong: into their opposite, negated, told as done where it is planned and as planned where it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from evals.research.falsifying.changes import Change, put
from evals.research.falsifying.names import POOL
from evals.research.falsifying.texts import Sentence

_DENIED = re.compile(r"\b(?:not|no|never|nor|neither|hardly|without)\b|n['’]t\b|[不没无非未]|\bdeğil|m[ae]z|m[ae]d[ıi]|m[ae]m[ıi]ş|\byok", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|《[^》]*》")
_BESIDE = re.compile(r"(?i)\b(?:after|before|when|while|that|which|who|because|as|since|if|whether|where|what|until|time)\b")  # not the main clause
Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((re.compile(pattern), new) for pattern, new in pairs)


_NOT: dict[str, Rules] = {
    "en": _rules(
        (r"\b(was|were|is|are|has|have|had|will|would|can|could|may|must)(?= (?!being\b|no\b)[a-z]+)", r"\1 not"),
        (r"(?<=[a-z] )(became|won|lost|attended|received|defeated|wrote|joined|took|said|says|features|hosts|operates|runs|includes|remains)\b",
         r"never \1"),
    ),
    "zh": _rules((r"(?<![也就便还但正只总不])是(?!否|因|由|在)", "不是"), (r"(?<=[^没拥具所只还])有(?![关着效机时些])", "没有"), (r"(?<![会机议社])会(?![议长员])", "不会"),
                 (r"可以", "不可以"), (r"能够", "不能够"), (r"已经?(?!故)", "尚未"), (r"(?<=[^）])于(?=\d{4}年[^，。]{2,20}(?:成立|建立|出版|出生|去世|开幕))", "并未于"),
                 (r"(?=(?:举行|出席|签署|参加|发表|赢得|击败|出版|建立|允许|包括)(?!的))", "没有")),
    "tr": _rules(
        (r"\bvardı(?=[.,;])", "yoktu"), (r"\bvar(?:dır)?(?=[.,;])", "yok"), (r"\bsahipti(?=[.,;])", "sahip değildi"),
        (r"(?<=\w)(?:mıştır)(?=[.,;])", "mamıştır"), (r"(?<=\w)miştir(?=[.,;])", "memiştir"), (r"(?<=\w)muştur(?=[.,;])", "mamıştır"),
        (r"(?<=\w)müştür(?=[.,;])", "memiştir"), (r"(?<=[^mnsş]\w)[dt]ı(?=[.,;])", "madı"), (r"(?<=[^mnsş]\w)[dt]i(?=[.,;])", "medi"),
        (r"(?<=\w)[dt]u(?=\.)", "madı"), (r"(?<=\w)[dt]ü(?=\.)", "medi"), (r"(?<=[^m]a)caktır(?=[.,;])", "cak değildir"),
        (r"(?<=\w)acak(?=[.,;])", "mayacak"), (r"(?<=\w)ecek(?=[.,;])", "meyecek"),
        (r"(?<=\w)(?:d[ıiuü]r|t[ıiuü]r)(?=\.)", " değildir"), (r"(?<=[ıiuü]yor)(?=[.,;])", " değil"),
    ),
}  # fmt: skip
_PLANNED_TOLD_DONE: dict[str, Rules] = {
    "en": _rules(
        (r"\bwill (?:soon )?be (?=[a-z]+(?:ed|en|ished|ade|uilt|eld|un)\b)", "has already been "), (r"\b(?:is|are) expected to (?=serve\b)", "already "),
        (r"\bplans? to (open|close|teach|publish|join|launch|visit)\b", r"has already \1ed"), (r"\bwill (introduce|play|receive|continue|allow)\b", r"has already \1d"),
        (r"\baspires to teach\b", "has taught"), (r"\bto start planning\b", "to hold"), (r"\bis aiming to breathe\b", "has breathed"),
    ),
    "zh": _rules((r"(?<!即)将会|(?<!即)将(?=成为|出|举行|建|被|于|在|继续|共同|通过|帮助|推出|提供|取)", "已经"), (r"(?:计划|打算|准备|有望|即将)(?=[^，。]{2,})", "已经"), (r"希望能?够?(?=[^，。]{4,})", "已经")),
    "tr": _rules((r"(?<=\w)(?:y?acak)(?=[.,;])", "DI-a"), (r"(?<=\w)(?:y?ecek)(?=[.,;])", "DI-e"), (r"(?<=\w)acak olan\b", "mış olan"), (r"(?<=\w)ecek olan\b", "miş olan"),
                 (r"\bkurulacak olan\b", "kurulmuş olan"), (r"\bplanlıyor\b", "tamamladı"), (r"\bbekleniyor\b", "gerçekleşti")),
}  # fmt: skip
_DONE_TOLD_PLANNED: dict[str, Rules] = {
    "en": _rules(
        (r"\b(?:was|were) (?=(?!born|known|said|not|also|only|often|used|able)[a-z]+ed\b(?! in (?:to|by)))", "will be "),
        (r"\b(?:has|have) been\b", "will be"), (r"\b(?:was|were) (?=(?:built|founded|held|sent|made|won|sold|given|taken|chosen)\b)", "is going to be "),
        (r"\bhas (?:established|built|opened|created)\b", "plans to establish"), (r"\b(open|join|visit|sign|publish|launch|attend)ed(?= (?:the|a|an|in|on|at)\b)", r"will \1"),
    ),
    "zh": _rules((r"已经?([^，。了故知]{1,8})了", r"将\1"), (r"已经?(?=[^知故，。了]{2,}[，。])", "将"), (r"(?<!未)曾经?(?=前往|访问|担任|参加|获得|在|于|被)", "将"),
                 (r"(?<![为除极好已就也都还又被并而将新则])([\u4e00-\u9fff][^为除极好成到不的\W])了(?=[\u4e00-\u9fff\d《“])", r"将\1"),
                 (r"(?<!重新)(?<!后来)(?<!也)(?<!还)(发表|出版|建立|赢得|举行|签署|通过|开设|成立|创办|建造|收购|推出|加入|吸引|完成|发明|获得)了", r"将\1"),
                 (r"(?<=于)(\d{4}年)(?=(?:成立|建立|出版|开幕|建成|发表|加入))", r"\1计划")),
    "tr": _rules((r"(?<=[^mnsş]\w)(?<!\bvar)[dt]ı(?=[.,;])", "acak"), (r"(?<=[^mnsş]\w)(?<!sahip)[dt]i(?=[.,;])", "ecek"), (r"(?<=\w)mıştır(?=[.,;])", "acaktır"),
                 (r"(?<=\w)miştir(?=[.,;])", "ecektir"), (r"(?<=l)du(?=\.)", "acak"), (r"(?<=l)dü(?=\.)", "ecek")),
}  # fmt: skip
# Past forms that are told as to come, where they are the verb of a main clause.
_PAST = {
    **{f"{stem}ed": stem for stem in (
        "attack attract award captur collect complet conquer convert design develop discover enter establish expand found gather "
        "influenc introduc invad invent invit launch lower migrat mov obtain order own perform plac play produc purchas rais reach "
        "receiv reduc releas replac retain return scor serv settl start support surrender surround travel visit vot"
    ).split()},
    "became": "become", "won": "win", "led": "lead", "fled": "flee", "wrote": "write", "took": "take", "gave": "give", "made": "make",
    "began": "begin", "brought": "bring", "sent": "send", "sold": "sell", "came": "come", "went": "go", "held": "hold", "met": "meet",
}  # fmt: skip
_MUTE = frozenset("captur complet influenc introduc invad invit migrat mov plac produc purchas rais receiv reduc releas replac scor serv settl vot".split())
_VOICED = re.compile(r"(?<=[aıoueiöü])t(?=[ae]c[ae]k)")  # etti, edecek


def opposite(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with one word put into its opposite, where the paragraph has not that too."""
    pattern, turned = _opposites(sentence.language)
    for match in pattern.finditer(sentence.text):
        old = _lower(match[0])
        new, name = turned[old], match[0][0].isupper() and match.start() > 0
        if not name and new not in sentence.passage.texts[sentence.language].lower() and not _inside_quotes(sentence.text, match.start()):
            yield Change("opposite", f"{old} → {new}", put(sentence.text, *match.span(), _as(match[0], new)))


@cache
def _opposites(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    turned: dict[str, str] = {}
    for one, other in POOL["opposites"][language]:
        turned.setdefault(one, other)
        turned.setdefault(other, one)
    words = "|".join(sorted(map(re.escape, turned), key=len, reverse=True))
    return re.compile(words if language == "zh" else rf"(?<![\w-])(?:{words})(?![\w-]| on\b)", re.IGNORECASE), turned


def _as(old: str, new: str) -> str:
    return new[0].replace("i", "İ" if old[0] == "İ" else "I").upper() + new[1:] if old[0].isupper() else new


def _lower(word: str) -> str:
    return word.replace("İ", "i").lower()


def negation(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence denied, unless it denies already."""
    if not _DENIED.search(sentence.text):
        yield from _first("negation", "denied", _NOT[sentence.language], sentence)


def tense(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """What is planned told as done, and what is done as planned."""
    yield from _first("tense", "planned told as done", _PLANNED_TOLD_DONE[sentence.language], sentence)
    done = list(_first("tense", "done told as planned", _DONE_TOLD_PLANNED[sentence.language], sentence))
    yield from done or (_to_come(sentence) if sentence.language == "en" else ())


def _to_come(sentence: Sentence) -> Iterator[Change]:
    """The first past verb of the main clause with "will"."""
    pattern = rf"(?<=[a-z0-9)] )(?<!\bwas )(?<!\bwere )(?<!\bhad )(?<!\bbeen )(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bhave )(?<!\bhas )(?:{'|'.join(_PAST)})\b(?! by\b)"
    match = re.search(pattern, sentence.text)
    if match and not _BESIDE.search(sentence.text[: match.start()]) and not _inside_quotes(sentence.text, match.start()):
        stem = _PAST[match[0]]
        base = f"{stem}e" if stem in _MUTE else stem
        yield Change("tense", "done told as planned", put(sentence.text, *match.span(), f"will {base}"))


def _first(kind: str, way: str, rules: Rules, sentence: Sentence) -> Iterator[Change]:
    """The sentence changed by the first rule that fits outside of quotations."""
    for pattern, new in rules:
        for match in pattern.finditer(sentence.text):
            beside = way.startswith("done") and sentence.language == "en" and _BESIDE.search(sentence.text[: match.start()])
            if not beside and not _inside_quotes(sentence.text, match.start()):
                yield Change(kind, way, _sounding(sentence.text, match, new))
                return


def _sounding(text: str, match: re.Match[str], new: str) -> str:
    """The match replaced; a Turkish past by the vowel before it, d for t where the stem has it."""
    if new.startswith("DI-"):
        stem = text[: match.start()]
        vowel = [c for c in stem.lower() if c in "aıoueiöü"][-1]
        new = ("t" if stem[-1] in "fstkçşhp" else "d") + {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "i": "i", "ö": "ü", "ü": "ü"}[vowel]
        return f"{stem}{new}{text[match.end() :]}"
    changed = f"{text[: match.start()]}{match.expand(new)}{text[match.end() :]}"
    at = match.start() + 3
    return changed[: at - 5] + _VOICED.sub("d", changed[at - 5 : at + 3]) + changed[at + 3 :] if at > 5 else changed


def _inside_quotes(text: str, at: int) -> bool:
    return any(match.start() < at < match.end() for match in _QUOTED.finditer(text))
