"""What is taken out of a text before it is cut into paragraphs, each stretch with a reason.

Two kinds: characters nobody can see (taken out of the text and recorded as repairs, since they may stand inside a word),
and whole lines of web pages that are not the article (left in the text and listed as removed).
"""

from __future__ import annotations

import re

from rag.language.invisible import INVISIBLE
from rag.types import Removed, Repair

# A whole line, folded to lower case and without outer spaces, must match. English, Chinese, Turkish.
_LINES = (
    ("share button", r"分享缩略图|分享到\s*[:：]?|链接已复制|(一键)?分享|share( this)?( (article|story|page))?( on)?:?|copy link|link copied"
                     r"|(facebook|twitter|x|whatsapp|linkedin|telegram|wechat|weibo|email)( *[|/,·] *(facebook|twitter|x|whatsapp|linkedin|telegram|wechat|weibo|email))*"
                     r"|微信|微博|paylaş|bağlantıyı kopyala|bağlantı kopyalandı"),
    ("page control", r"字体\s*[:：]?|字号\s*[:：]?|[大中小](\s*[大中小])*|打印(本页)?|收藏|返回顶部|回到顶部|关闭窗口|上一[篇页]|下一[篇页]|print|font size:?|text size:?|back to top"
                     r"|scroll to top|skip to (main )?content|close|menu|başa dön|yukarı çık|yazdır|yazı boyutu:?|menü"),
    ("breadcrumb", r"(当前位置|您的位置|你的位置|位置)\s*[:：].{0,80}|首页(\s*[->›»/].{0,80})+|home(\s*[>›»]\s*.{1,60})+|(anasayfa|ana sayfa)(\s*[>›»/]\s*.{1,60})+"),
    ("image placeholder", r"!?\[?(image|img|图片|图像|photo|picture|görsel|resim)[ _-]?\d*\]?(\.(png|jpe?g|gif|webp|svg))?|!\[[^\]]*\]\([^)]*\)|\S{1,60}\.(png|jpe?g|gif|webp|svg)"),
    ("advertisement", r"广告|advertisement|sponsored( content)?|reklam"),
    ("reading list link", r"(read|see) (more|also)[:.…]*|相关阅读\s*[:：]?|延伸阅读\s*[:：]?|更多(新闻|内容)?\s*[>»]*|devamını oku[.…]*|ilgili haberler:?"),
    ("copyright line", r"(©|\(c\)|copyright|版权所有|telif hakkı).{0,120}"),
)  # fmt: skip
_RULES = tuple((reason, re.compile(pattern)) for reason, pattern in _LINES)


def without_invisible(text: str) -> tuple[str, tuple[Repair, ...]]:
    """`text` less characters that cannot be seen, and what was taken out where.

    >>> without_invisible("ki\\u200bln")
    ('kiln', (Repair(start=2, end=2, before='\\u200b', after=''),))
    """
    repairs: list[Repair] = []
    shift = 0
    for match in INVISIBLE.finditer(text):
        at = match.start() - shift
        repairs.append(Repair(at, at, match.group(), ""))
        shift += len(match.group())
    return INVISIBLE.sub("", text), tuple(repairs)


def find_boilerplate(text: str, title: str) -> tuple[Removed, ...]:
    """The lines of `text` that belong to the page and not to the article, in order.

    A line that repeats the title goes too; the first one stays, as a paragraph that can be cited.
    """
    found: list[Removed] = []
    titled = False
    for match in re.finditer(r"[^\n]+", text):
        line = match.group().strip()
        reason = next((reason for reason, rule in _RULES if rule.fullmatch(line.lower())), None)
        if line and line == title:
            reason, titled = ("repeated title" if titled else None), True
        if reason:
            found.append(Removed(match.start(), match.end(), match.group(), reason))
    return tuple(found)
