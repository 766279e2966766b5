"""Why a file is not used as an article, by language: a message for every code."""

from __future__ import annotations

from typing import Literal

FileMessage = Literal[
    "missing", "outside", "unreachable", "no_file", "nothing_in_folder", "unknown_kind", "readme", "too_large", "empty", "binary",
    "encoding_unknown", "encoding_wrong", "same_text", "same_id", "no_paragraph", "unreadable", "encrypted", "no_text", "garbled",
    "no_article", "too_large_inside", "time", "memory", "crashed", "not_received", "no_room",
    "other",
]  # fmt: skip

FILE_REASONS: dict[FileMessage, dict[str, str]] = {
    "missing": {"en": "no such file or folder", "zh": "没有这个文件或文件夹", "tr": "böyle bir dosya ya da klasör yok"},
    "outside": {
        "en": "a link to nowhere or out of the folder", "zh": "链接无效，或指向文件夹之外",
        "tr": "hiçbir yere ya da klasörün dışına giden bir bağlantı",
    },
    "unreachable": {"en": "cannot be read ({detail})", "zh": "无法读取（{detail}）", "tr": "okunamıyor ({detail})"},
    "no_file": {"en": "not a regular file", "zh": "不是普通文件", "tr": "olağan bir dosya değil"},
    "nothing_in_folder": {
        "en": "holds no article ({detail})", "zh": "其中没有文章（{detail}）", "tr": "içinde makale yok ({detail})",
    },
    "unknown_kind": {"en": "not {detail}", "zh": "不属于 {detail}", "tr": "şunlardan biri değil: {detail}"},
    "readme": {
        "en": "describes its folder, and is no article", "zh": "是文件夹的说明，不是文章",
        "tr": "klasörünü anlatıyor, makale değil",
    },
    "too_large": {"en": "larger than {detail} MB", "zh": "大于 {detail} MB", "tr": "{detail} MB’den büyük"},
    "empty": {"en": "empty", "zh": "内容为空", "tr": "boş"},
    "binary": {
        "en": "not a text file (control or replacement characters)", "zh": "不是文本文件（含有控制字符或替换字符）",
        "tr": "metin dosyası değil (denetim ya da yerine koyma karakterleri var)",
    },
    "encoding_unknown": {
        "en": "not text in any encoding we know", "zh": "不是任何已知编码的文本", "tr": "bilinen hiçbir kodlamada metin değil",
    },
    "encoding_wrong": {"en": "not valid {detail}", "zh": "不是有效的 {detail}", "tr": "geçerli {detail} değil"},
    "same_text": {"en": "same text as {detail}", "zh": "与 {detail} 内容相同", "tr": "metni {detail} ile aynı"},
    "same_id": {
        "en": "the id {detail} was given twice", "zh": "标识 {detail} 出现了两次", "tr": "{detail} kimliği iki kez verildi",
    },
    "no_paragraph": {"en": "no paragraph in it", "zh": "其中没有段落", "tr": "içinde paragraf yok"},
    "unreadable": {
        "en": "damaged, or not what its name says ({detail})", "zh": "文件已损坏，或与其扩展名不符（{detail}）",
        "tr": "bozuk ya da adının söylediği türden değil ({detail})",
    },
    "encrypted": {
        "en": "protected by a password, or in an old format; save it without one, in a current format",
        "zh": "有密码保护，或为旧格式；请另存为不带密码的新格式",
        "tr": "parolayla korunuyor ya da eski biçimde; parolasız ve güncel biçimde kaydedin",
    },
    "no_text": {
        "en": "{detail} pages without text, as a scanner makes them", "zh": "共 {detail} 页，没有文字，像是扫描件",
        "tr": "{detail} sayfasında metin yok, taranmış olmalı",
    },
    "garbled": {
        "en": "its letters cannot be read: a font does not say which they are", "zh": "文字无法读取：字体没有说明是哪些字",
        "tr": "harfleri okunamıyor: yazı tipi hangi harfler olduğunu söylemiyor",
    },
    "no_article": {"en": "no article text in this page", "zh": "网页中没有文章正文", "tr": "bu sayfada makale metni yok"},
    "too_large_inside": {
        "en": "unpacks to more than is read", "zh": "解压后过大", "tr": "açıldığında okunamayacak kadar büyük",
    },
    "time": {
        "en": "not read within {detail} seconds", "zh": "未能在 {detail} 秒内读完", "tr": "{detail} saniyede okunamadı",
    },
    "memory": {
        "en": "takes more than {detail} MB of memory to read", "zh": "读取所需内存超过 {detail} MB",
        "tr": "okunması {detail} MB’den çok bellek istiyor",
    },
    "crashed": {
        "en": "ended the process that reads it", "zh": "使读取它的进程崩溃", "tr": "onu okuyan süreci sonlandırdı",
    },
    "not_received": {"en": "did not arrive whole", "zh": "没有完整上传", "tr": "eksiksiz ulaşmadı"},
    "no_room": {
        "en": "no room: {detail} are kept at most", "zh": "空间已满：最多保存 {detail}",
        "tr": "yer yok: en çok {detail} saklanır",
    },
    "other": {"en": "{detail}", "zh": "{detail}", "tr": "{detail}"},
}  # fmt: skip


def word_file_reason(code: str, detail: str = "", language: str = "en") -> str:
    """Why a file is not used, in `language`, in English when we do not have it.

    >>> word_file_reason("too_large", "20", "tr")
    '20 MB’den büyük'
    """
    texts = FILE_REASONS[code]  # type: ignore[index]
    return texts.get(language, texts["en"]).format(detail=detail)
