"""Questions about the collection rather than about what stands in it: which articles, what the assistant can do, a summary."""

from __future__ import annotations

import re
from typing import Literal

Intent = Literal["articles", "abilities", "summary"]

_I = re.IGNORECASE
_ARTICLE = r"(?:articles?|stor(?:y|ies)|reports?|texts?|documents?|sources?|pieces?|news)"
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("summary", re.compile(
        rf"\bsummar(?:y|ies|i[sz]e\w*)\b|\bt[l;]+ ?dr\b|\bthe gist\b|\b(?:key|main) (?:points|takeaways|ideas?)\b|\boverview of\b|\bin (?:a nutshell|brief)\b|\brecap\b"
        rf"|\bwhat(?:'s|’s| is| are| does)? .*\b{_ARTICLE}\b.*\b(?:about|says?|tells?)\b|\bwhat (?:is|are) (?:it|they) about\b"
        r"|总结|概括|摘要|概述|大意|梗概|主要内容|主要讲|讲了(?:些|点)?什么|说了(?:些|点)?什么事|要点|简述|用几句话|(?:说说|讲讲|介绍(?:一下)?).*(?:新闻|文章|报道|消息)|(?:新闻|文章|报道|消息).*(?:说说|讲讲|介绍(?:一下)?)|[这那]?[篇则](?:文章|报道|新闻).*(?:讲|说|关于)(?:的是|了)?什么"
        r"|\bözet\w*|ana fikr\w*|ana hat\w*|kısaca (?:anlat|ne)|ne(?:yi|ler)? anlatıyor|(?:makale|haber|yazı|metin)\w* (?:ne hakkında|konusu|ne(?:den)? (?:bahse|anlat|diyor|söz))", _I)),
    ("articles", re.compile(
        rf"\b(?:which|what) (?:\w+ )?{_ARTICLE} (?:do you|can you|have you|are (?:there|you|in|indexed|available|loaded)|you)\b|\blist (?:all |me |the |your |of )*{_ARTICLE}\b"
        rf"|\b(?:your|available|indexed) {_ARTICLE}\b|\bhow many {_ARTICLE}\b|\bwhat (?:do you know|topics|can (?:i|you) (?:ask|answer))"
        r"|(?:你|您|这里|库里|里面|手头|目前)*(?:有|收录|包含|读过|知道|掌握)(?:了)?(?:哪些|几篇|多少篇|什么)(?:文章|资料|报道|文档|新闻|来源|内容)|(?:哪些|几篇|多少篇)(?:文章|资料|报道|文档)|文章(?:列表|目录)|列出.*(?:文章|资料|报道)|能(?:问|回答)(?:你)?(?:些)?(?:什么|哪些)"
        r"|\b(?:hangi|kaç|ne(?:ler)?) (?:makale|haber|yazı|belge|kaynak|metin)\w* (?:var|sende|elinde|biliyor|okudu|yüklü|kayıtlı|mevcut)|(?:makaleleri?|haberleri?|kaynakları|yazıları) (?:listele|sırala|göster)|elin(?:iz)?deki (?:makale|haber|kaynak)|neler biliyorsun|ne(?:ler)? sorabilirim", _I)),
    ("abilities", re.compile(
        r"\bwhat (?:can|could|do) you (?:do|help|offer)\b|\bhow (?:can|do|could) (?:you|i) (?:help|use|work)\b|\bwhat are you\b|\bwho are you\b|\byour (?:capabilities|abilities|purpose)\b|^\W*help\W*$|\bhow do you work\b|\bwhat is this (?:app|tool|assistant|site|page|chat)\b"
        r"|你(?:能|会|可以)(?:做|干|帮)(?:些|我)?(?:做|什么|哪些)|你是谁|你是什么|你有(?:什么|哪些)(?:功能|用|能力|本领)|怎么(?:使用|用)你|^\W*帮助\W*$|介绍一下你自己"
        r"|\bne(?:ler)? yap(?:abilir|abiliyor|ar)s[ıi]n|\bsen kimsin|\bsen nesin|\bnasıl yardımcı|\bne işe yar|\bnasıl çalışıyorsun|^\W*yardım\W*$|\bkendini tanıt|\bneler yapabil", _I)),
)  # fmt: skip


def find_intent(question: str) -> Intent | None:
    """What `question` wants of the collection; None when it asks for something that stands in it.

    >>> find_intent("Summarise the expo article"), find_intent("你有哪些文章?"), find_intent("Neler yapabilirsin?"), find_intent("Who signed?")
    ('summary', 'articles', 'abilities', None)
    """
    return next((name for name, rule in _INTENTS if rule.search(question)), None)
