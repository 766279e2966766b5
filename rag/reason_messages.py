"""Why a claim is withheld, by language: a message for the code of every reason."""

from __future__ import annotations

from typing import Literal

ReasonMessage = Literal[
    "number_differs", "number_missing", "number_unread", "name_missing", "quote_missing", "address_missing", "negation_differs",
    "address_hidden", "instructions_repeated",
    "not_said", "too_little", "claim_too_long", "language_unknown", "nothing_cited", "nothing_to_compare",
    "marker_unknown", "marker_wrong",
]  # fmt: skip

REASONS: dict[ReasonMessage, dict[str, str]] = {
    "number_differs": {
        "en": "says {claim}; the paragraph says {paragraph}",
        "zh": "此处说“{claim}”，段落说“{paragraph}”",
        "tr": "“{claim}” deniyor; paragrafta “{paragraph}” yazıyor",
    },
    "number_missing": {"en": "{claim} is not in the paragraph", "zh": "段落中没有“{claim}”", "tr": "“{claim}” paragrafta yok"},
    "number_unread": {
        "en": "the number “{claim}” cannot be read for sure",
        "zh": "无法确定数字“{claim}”的含义",
        "tr": "“{claim}” sayısı kesin olarak okunamıyor",
    },
    "name_missing": {
        "en": "{name} is not in the paragraph", "zh": "段落中没有提到“{name}”", "tr": "“{name}” paragrafta geçmiyor",
    },
    "quote_missing": {
        "en": "“{quote}” does not stand in the paragraph",
        "zh": "段落中没有“{quote}”这样的原话",
        "tr": "“{quote}” sözü paragrafta yok",
    },
    "address_missing": {
        "en": "the address {address} does not stand in the paragraph",
        "zh": "段落中没有地址 {address}",
        "tr": "{address} adresi paragrafta yok",
    },
    "negation_differs": {
        "en": "one of sentence and paragraph is negated",
        "zh": "句子与段落一个肯定、一个否定",
        "tr": "cümle ile paragraftan biri olumsuz",
    },
    "address_hidden": {
        "en": "holds an address that no paragraph bears out", "zh": "含有段落无法证实的地址",
        "tr": "hiçbir paragrafın doğrulamadığı bir adres içeriyor",
    },
    "instructions_repeated": {
        "en": "repeats what the model was told", "zh": "重复了给模型的指示", "tr": "modele verilen yönergeyi yineliyor",
    },
    "not_said": {"en": "the paragraph does not say this", "zh": "段落中没有这样说", "tr": "paragraf bunu söylemiyor"},
    "too_little": {"en": "says too little to be checked", "zh": "内容太少，无法核对", "tr": "denetlenemeyecek kadar kısa"},
    "claim_too_long": {
        "en": "longer than {limit} characters, too long to be checked",
        "zh": "超过{limit}个字符，无法核对",
        "tr": "{limit} karakterden uzun, denetlenemiyor",
    },
    "language_unknown": {
        "en": "claims in this language ({spoken}) cannot be checked",
        "zh": "无法核对这种语言（{spoken}）的句子",
        "tr": "bu dildeki ({spoken}) cümleler denetlenemiyor",
    },
    "nothing_cited": {"en": "nothing is cited", "zh": "没有注明出处", "tr": "kaynak gösterilmemiş"},
    "nothing_to_compare": {"en": "there is nothing to compare", "zh": "没有可以核对的内容", "tr": "karşılaştıracak bir şey yok"},
    "marker_unknown": {"en": "[{number}] was not given", "zh": "没有编号为[{number}]的段落", "tr": "[{number}] verilmemişti"},
    "marker_wrong": {
        "en": "cited {numbers}, which does not say it",
        "zh": "引用了{numbers}，但其中没有这样说",
        "tr": "{numbers} gösterilmiş, ama bunu söylemiyor",
    },
}
