"""What the assistant says in its own voice, by language, and the form of a citation marker. Everything else it says is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from rag.file_messages import word_file_reason
from rag.reason_messages import REASONS, ReasonMessage
from rag.types import Reason, Source

OwnMessage = Literal[
    "not_found", "foreign", "translated", "empty", "too_long", "unreadable", "question_cut", "too_busy", "out_of_time",
    "nearest", "elsewhere", "differ", "variants", "undated", "dated_time", "undated_time", "recent", "reckoned", "counted",
    "part", "abilities", "greeting", "thanks", "farewell", "assent", "wellbeing", "identity", "ask_about",
    "page", "model_unavailable", "model_unsupported", "model_cut", "model_length", "withheld",
]  # fmt: skip

__all__ = ["Message", "add_markers", "name_page", "word_file_reason", "word_message", "word_reason"]

Message = OwnMessage | ReasonMessage

_MESSAGES: dict[OwnMessage, dict[str, str]] = {
    "not_found": {
        "en": "The articles do not say.",
        "zh": "文章中没有提到。",
        "tr": "Makalelerde bu bilgi yok.",
        "de": "Die Artikel sagen dazu nichts.",
        "fr": "Les articles n’en disent rien.",
        "es": "Los artículos no lo dicen.",
        "ru": "В статьях об этом не сказано.",
    },
    "foreign": {
        "en": "Quoted in the language of the article.",
        "zh": "以下引文为文章原文语言。",
        "tr": "Alıntılar makalenin kendi dilindedir.",
        "de": "Zitiert in der Sprache des Artikels.",
        "fr": "Cité dans la langue de l’article.",
        "es": "Citado en el idioma del artículo.",
        "ru": "Цитаты приведены на языке статьи.",
    },
    "translated": {
        "en": "Translated from the article; its own words are quoted beside it.",
        "zh": "以上为译文，文章原文见引文。",
        "tr": "Makaleden çevrilmiştir; özgün sözler yanında alıntılanmıştır.",
        "de": "Aus dem Artikel übersetzt; der Wortlaut steht daneben.",
        "fr": "Traduit de l’article ; le texte original est cité à côté.",
        "es": "Traducido del artículo; al lado se cita el original.",
        "ru": "Переведено из статьи; рядом приведён оригинал.",
    },
    "nearest": {
        "en": "The nearest thing they say:",
        "zh": "文章中最接近的内容是:",
        "tr": "En yakın söyledikleri şu:",
        "de": "Am nächsten kommt dem:",
        "fr": "Ce qui s’en approche le plus :",
        "es": "Lo más cercano que dicen:",
        "ru": "Ближе всего к этому:",
    },
    "elsewhere": {
        "en": "An article that was not chosen answers this: {titles}.",
        "zh": "未选的文章回答了这个问题:{titles}。",
        "tr": "Bunu seçilmemiş bir makale yanıtlıyor: {titles}.",
    },
    "differ": {
        "en": "The sources differ. {sources}.",
        "zh": "各来源说法不一。{sources}。",
        "tr": "Kaynaklar farklı söylüyor. {sources}.",
    },
    "variants": {
        "en": "The article writes this name in two ways: {one} and {other}.",
        "zh": "文章中这个名字有两种写法:{one}和{other}。",
        "tr": "Makale bu adı iki biçimde yazıyor: {one} ve {other}.",
    },
    "undated": {"en": "undated", "zh": "日期不详", "tr": "tarihsiz"},
    "dated_time": {
        "en": "“{said}” means {meant}: the article is of {date}.",
        "zh": "“{said}”即{meant}:文章日期为{date}。",
        "tr": "“{said}” burada {meant} demektir: makale {date} tarihlidir.",
    },
    "counted": {
        "en": "Our own arithmetic: “{said}”, seen from {date}, points to {meant}.",
        "zh": "以下为我们的推算:以{date}为准,“{said}”对应{meant}年。",
        "tr": "Hesap bize ait: {date} itibarıyla “{said}”, {meant} yılına işaret eder.",
    },
    "undated_time": {
        "en": "The article’s date is not known, so “{said}” is left undated.",
        "zh": "文章日期不详,“{said}”具体指何时无法确定。",
        "tr": "Makalenin tarihi bilinmediğinden “{said}” için bir tarih verilmedi.",
    },
    "recent": {
        "en": "“{said}”: seen from {date}, the date of the article.",
        "zh": "“{said}”:以文章日期{date}为准。",
        "tr": "“{said}”: makalenin tarihi olan {date} itibarıyla.",
    },
    "reckoned": {
        "en": "Our own arithmetic: {first} and {length}, the first day counted, make {last} the last day.",
        "zh": "以下为我们的推算:从{first}起,{length},首日计入,最后一天为{last}。",
        "tr": "Hesap bize ait: {first} başlangıç, süre {length}; ilk gün sayılırsa son gün {last}.",
    },
    "part": {
        "en": "Not found in the articles: “{part}”.",
        "zh": "文章中没有提到:“{part}”。",
        "tr": "Makalelerde bulunamadı: “{part}”.",
    },
    "abilities": {
        "en": "Ask about the articles below, in English, Chinese or Turkish. Every sentence of an answer is quoted and cited; "
        "what the articles do not say is not made up.",
        "zh": "可以用中文、英文或土耳其文就下列文章提问。回答中的每一句都引自文章并注明出处;文章没有提到的,不会编造。",
        "tr": "Aşağıdaki makaleler hakkında Türkçe, İngilizce veya Çince soru sorabilirsiniz. Yanıttaki her cümle alıntıdır ve "
        "kaynağı gösterilir; makalelerde olmayan uydurulmaz.",
    },
    "greeting": {"en": "Hello!", "zh": "您好！", "tr": "Merhaba!"},
    "thanks": {"en": "You are welcome.", "zh": "不客气。", "tr": "Rica ederim."},
    "farewell": {"en": "Goodbye.", "zh": "再见。", "tr": "Hoşça kalın."},
    "assent": {"en": "Good.", "zh": "好的。", "tr": "Tamam."},
    "wellbeing": {"en": "All is well, thank you.", "zh": "一切都好，谢谢。", "tr": "Her şey yolunda, teşekkürler."},
    "identity": {
        "en": "I am Kilnmark, a program that answers with sentences from a few articles and shows where each stands.",
        "zh": "我是 Kilnmark，一个引用几篇文章中的句子来回答并标明出处的程序。",
        "tr": "Ben Kilnmark; birkaç makalenin cümleleriyle yanıt veren ve her cümlenin yerini gösteren bir programım.",
    },
    "ask_about": {
        "en": "You can ask about: {titles}",
        "zh": "您可以就以下内容提问：{titles}",
        "tr": "Şunlar hakkında soru sorabilirsiniz: {titles}",
    },
    "model_unavailable": {
        "en": "The language model is unavailable; this is quoted from the articles.",
        "zh": "语言模型暂时不可用；以下内容直接引自文章。",
        "tr": "Dil modeli şu anda kullanılamıyor; yanıt makalelerden alıntılandı.",
    },
    "model_unsupported": {
        "en": "Nothing the language model wrote is carried by the articles; this is quoted from them.",
        "zh": "语言模型所写的内容在文章中均无依据；以下内容直接引自文章。",
        "tr": "Dil modelinin yazdıklarının hiçbirini makaleler doğrulamıyor; yanıt makalelerden alıntılandı.",
    },
    "model_cut": {
        "en": "The language model broke off; the answer may be incomplete.",
        "zh": "语言模型的回答中断，内容可能不完整。",
        "tr": "Dil modeli yarıda kesildi; yanıt eksik olabilir.",
    },
    "model_length": {
        "en": "The language model reached its limit; the answer may be incomplete.",
        "zh": "语言模型已达到长度上限，回答可能不完整。",
        "tr": "Dil modeli uzunluk sınırına ulaştı; yanıt eksik olabilir.",
    },
    "withheld": {
        "en": "Sentences withheld because the articles do not carry them: {count}.",
        "zh": "已隐去模型所写的{count}句话：文章中没有依据。",
        "tr": "Modelin {count} cümlesi gösterilmedi: makaleler doğrulamıyor.",
    },
    "empty": {"en": "Please ask a question.", "zh": "请输入一个问题。", "tr": "Lütfen bir soru sorun."},
    "too_long": {
        "en": "This question is too long. Please keep it under {limit} characters.",
        "zh": "问题太长，请不要超过{limit}个字符。",
        "tr": "Bu soru çok uzun. Lütfen {limit} karakteri geçmeyin.",
    },
    "question_cut": {
        "en": "This question is long; only its first {count} characters were read.",
        "zh": "问题较长，只读了前{count}个字符。",
        "tr": "Bu soru uzun; yalnızca ilk {count} karakteri okundu.",
    },
    "too_busy": {
        "en": "Too many questions are being answered at the moment. Please ask again shortly.",
        "zh": "目前提问较多，请稍后再问。",
        "tr": "Şu anda çok fazla soru yanıtlanıyor. Lütfen birazdan yeniden sorun.",
    },
    "out_of_time": {
        "en": "There was no time to read everything; the answer may be incomplete.",
        "zh": "时间不足，未能读完全部内容，回答可能不完整。",
        "tr": "Her şeyi okumaya zaman yetmedi; yanıt eksik olabilir.",
    },
    "page": {"en": "p. {page}", "zh": "第{page}页", "tr": "s. {page}"},
    "unreadable": {
        "en": "This question has control characters in it. Please type it as plain text.",
        "zh": "问题中含有控制字符，请输入普通文本。",
        "tr": "Soruda denetim karakterleri var. Lütfen düz metin yazın.",
    },
}

_ALL: dict[Message, dict[str, str]] = dict([*_MESSAGES.items(), *REASONS.items()])


def word_message(message: Message, language: str, **values: object) -> str:
    """A message in `language`, in English when we do not have it."""
    texts = _ALL[message]
    return texts.get(language, texts["en"]).format(**values)


def word_difference(figures: Sequence[tuple[Source, int | None, str]], language: str) -> str:
    """What articles that differ say, side by side: each with where and when it was published, and on which page.

    >>> bowls = Source("b", "Bowls", "en", "Xinhua", "2025-05-14")
    >>> word_difference([(Source("a", "Kilns", "en"), None, "12"), (bowls, 3, "15")], "en")
    'The sources differ. Kilns (undated): 12; Xinhua (2025-05-14, p. 3): 15.'
    """
    rows = []
    for source, page, figure in figures:
        known = ", ".join(filter(None, (source.published or word_message("undated", language), name_page(page, language))))
        rows.append(f"{source.outlet or source.title or source.id} ({known}): {figure}")
    return word_message("differ", language, sources="; ".join(rows))


def word_reason(reason: Reason, language: str) -> str:
    """Why a claim is withheld, in `language`, in English when we do not have it.

    >>> from rag.types.reasons import NumberDiffers
    >>> word_reason(NumberDiffers("Oct 19", "Oct 18"), "en")
    'says Oct 19; the paragraph says Oct 18'
    """
    return word_message(cast(Message, reason.code), language, **{k: v for k, v in reason.to_dict().items() if k != "code"})


def name_page(page: int | None, language: str) -> str:
    """The page on which a quote stands, in words, "" where there are no pages.

    >>> name_page(4, "zh")
    '第4页'
    """
    return word_message("page", language, page=page) if page else ""


def add_markers(text: str, numbers: tuple[int, ...]) -> str:
    """A sentence with its markers.

    >>> add_markers("Kilns glow.", (1, 2))
    'Kilns glow. [1][2]'
    """
    return f"{text} {''.join(f'[{n}]' for n in numbers)}".rstrip()
