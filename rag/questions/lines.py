"""Lines of an article that are not its text: title, date, source, editor, address, captions; and questions that ask for them."""

from __future__ import annotations

import re

_I = re.IGNORECASE
# What is asked about the article itself is answered by a line of its own kind.
LINES = {
    "editor": re.compile(r"\beditors?\b|\bedited\b|编辑|责编|editör", _I),
    "caption": re.compile(r"\bphoto(?:s|graph\w*)?\b|\bpictures?\b|\bpictured\b|\bimages?\b|照片|图片|摄影|拍摄|fotoğraf|resim|resmi", _I),
    "date": re.compile(r"\bpublish|publication date|\bdate of (?:the |this )?\w* ?(?:article|report|story|piece)|发布|发表|刊登|(?:文章|报道|稿件)[^,，。]{0,6}(?:时间|日期)|yayı[nm]l?a?n?", _I),
    "source": re.compile(r"\bsource of\b|\bsource\W*$|来源|稿源|出处|原文地址|\burl\b|网址|kaynağı|\bweb address\b|\blink\b|链接", _I),
    "address": re.compile(r"\baddress\b|\bwhich street\b|地址|店址|哪条(?:街|路)|几号(?:商铺|店)|adres|hangi (?:cadde|sokak|mahalle)", _I),
    "title": re.compile(r"\b(?:title|headline)\b|标题|题目|başlığ|başlık", _I),
}  # fmt: skip


def lines_for(line: str) -> tuple[str, ...]:
    """Kinds of paragraph in which such a line is found; a dateline tells both the date and the agency."""
    return (line, "dateline") if line in ("date", "source") else (line,)


def suits(line: str | None, kind: str) -> float:
    """1 when a line of the asked kind is this one, -1/4 for the furniture of an article that was not asked for, else 0."""
    if line is not None and kind in lines_for(line):
        return 1.0
    return -0.25 if kind in ("title", "source", "date", "dateline", "editor") else 0.0
