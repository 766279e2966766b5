"""Attributes that are asked for by name: a ticket price, a population, opening hours, a birthplace, in English, Chinese and Turkish.

A paragraph without any word of the attribute cannot state it, however much else it shares with the question. Each row has
the words that ask, and further ones that state; those that ask also state.
"""

from __future__ import annotations

import re
from functools import lru_cache

_I = re.IGNORECASE
_ROWS: tuple[tuple[str, str], ...] = (
    (r"\btickets?\b|\b(?:admission|entry|entrance) (?:fee|price|cost)|门票|票价|入场(?:费|券)|\bbilet|giriş ücret", r"free of charge|免费|ücretsiz"),
    (r"\b(?:price[sd]?|costs?|fees?|expensive|cheap|spend|spent|budget|pay|paid)\b|价格|售价|定价|多少钱|造价|成本|预算|花费|花了多少|投资了?多少|\bfiyat|\bmaliyet|\bücret|\bbütçe|\bkaça\b|kaç (?:lira|dolar|para|yuan)", r"\binvest\w*|投资额|\byatırım|价(?!值)"),
    (r"\brent\b|租金|房租|\bkira(?:sı|lık)?\b", r"\bleas"),
    (r"\bpopulation\b|\binhabitants\b|\bresidents\b|\bhow many people live|人口|居民|\bnüfus", r"\bcitizens\b|yaşayan"),
    (r"\bhow many (?:\w+ )?(?:visitors|tourists|guests|attendees|spectators)|\bvisitor (?:numbers|count)|\bnumber of visitors|多少(?:人|名|位)?(?:参观|观众|游客|来宾|人次)|(?:观众|游客|参观者?)(?:人数|有多少)|\bkaç (?:\w+ )?(?:ziyaretçi|turist|konuk)|\bkaç kişi (?:gel|gez|ziyaret|katıl)", r"\bvisit(?:or|ors|ed)\b|\btourists?\b|\bguests?\b|\battend\w*|观众|游客|参观|嘉宾|ziyaret|turist|konuk|katıl"),
    (r"\bhow many (?:\w+ )?(?:workers|employees|staff|jobs|people (?:\w+ )?(?:work|employed))|\bstaff\b|\bemploys?\b|员工|雇员|职工|就业|多少(?:个|名)?工人|多少人(?:工作|上班)|\bçalışan(?:ı|lar)?\b|\bpersonel|\bistihdam|\bkaç kişi(?:ye)? (?:çalış|iş)", r"\bjobs?\b|\bworkforce|岗位|\bişçi"),
    (r"\b(?:tele)?phone\b|电话|手机号|\btelefon", r"\btel\b"),
    (r"\be-?mail\b|\bweb ?sites?\b|邮箱|官网|网站|\be-?posta\b|\bweb sitesi|internet sitesi", r"https?:|www\.|@|网址"),
    (r"\b(?:opening|business|working|visiting) hours\b|\bwhat time (?:does|do|is|will) .*\b(?:open|close)|几点(?:开门|关门|营业|下班|打烊)|营业时间|开放时间|\bsaat kaçta (?:aç|kapan)|(?:çalışma|açılış|ziyaret) saat", r"\d{1,2}:\d\d|o['’]clock|\d\s?[ap]\.?m\b|\d点"),
    (r"\bborn\b|\bbirth(?:place|day)?\b|\bnative of\b|\bhome ?town\b|出生|哪里人|籍贯|老家|生日|\bnereli|\bdoğum|\bdoğdu|\bdoğmuş|memleket", r"\bhails? from|来自"),
    (r"\bgraduat\w+|\bstudied (?:at|in)\b|\bdegrees?\b|\bwhich (?:university|college)|毕业|哪所(?:大学|学校)|学历|学位|\bmezun|\bhangi üniversite|eğitimini", r"\buniversit|\bcollege\b|\bacadem|大学|学院|学者|üniversite|akadem"),
    (r"\bwife\b|\bhusband\b|\bmarried\b|\bchildren\b|\b(?:his|her) (?:son|daughter|kids|family)\b|妻子|丈夫|结婚|孩子|儿子|女儿|配偶|\bkarısı|\bkocası|\bevli|\bçocuğu|\bçocukları|\beşi\b", ""),
    (r"\b(?:which|what) (?:political )?party\b|哪个(?:政)?党|\bhangi parti", r"\bmember of the [\w ]{1,40}party|党员|partisinden|partili"),
    (r"\barchitects?\b|\bwho (?:designed|built|drew)\b|\bdesigned by\b|建筑师|谁设计|设计者|设计师是谁|\bmimar|\bkim (?:tasarla|inşa)|tasarımcısı", r"\bbuilt by|由[^,，。]{1,20}(?:设计|建造)"),
    (r"\bsponsor\w*|\bfund(?:ed|s|ing)\b|\bfinanc(?:ed|ing|es)\b|\bwho (?:pays|paid)\b|赞助|出资|资助|拨款|\bsponsor|\bfinanse", r"\binvest\w*|投资|投控|yatırım"),
    (r"\bprizes?\b|\bawards?\b|\bmedals?\b|获奖|奖项|得奖|什么奖|奖金|\bödül|\bmadalya", r"\bhono(?:u?r)|\btitle\b|recogni|称号|奖|unvan"),
    (r"\bcapital (?:city )?of\b|首都|\bbaşkenti (?:neresi|hangi|ne\b)", ""),
    (r"\bhotels?\b|\baccommodation\b|酒店|宾馆|旅馆|住宿|\botel(?:i|ler|de)?\b|\bkonakla", ""),
    (r"\bairports?\b|\bflights?\b|\bfl(?:y|ies)\b|\btrains?\b|\bbus(?:es)?\b|\bmetro\b|\bsubway\b|\bparking\b|机场|航班|直飞|高铁|火车|地铁|公交|停车|\bhavaalanı|\buçuş|\buçak|\btren(?:le|i)?\b|\bmetro\b|\botobüs|\botopark", ""),
    (r"\bweather\b|\btemperature\b|\brain(?:ed|ing)?\b|天气|气温|下雨|\bhava durumu|\bsıcaklık|\byağmur", r"\bdegrees?\b|\bkiln|窑"),
    (r"\b(?:total |annual )?sales\b(?! (?:point|outlet))|\bturnover\b|\bprofits?\b|\brevenues?\b|\b(?:deals?|contracts?|orders?) (?:signed|worth|closed|were|was|did)|\btransactions?\b|成交(?:额|量|了)|销售额|销量|利润|营业额|营收|订单|\bciro|\bkâr(?:ı|lılık)?\b|\bsatış (?:rakam|tutar|hacm|gelir)|\bsipariş|\banlaşma tutarı", r"\boutput value|\bearn|产值|üretim değer"),
    (r"\bcapacity\b|\bhow many (?:\w+ )?(?:pieces|tiles|tons|tonnes|bowls|products) .*\b(?:produce|make|made)|产能|年产|产量|\bkapasite", r"\byearly\b|每年"),
    (r"\bwho owns\b|\bowners?\b|业主|老板|归谁|\bsahibi\b|\bkime ait", r"\bowned\b|\boperat\w*|\bruns\b|经营|运营|işlet"),
    (r"\bfound(?:ed|er|ers|ing)\b|\bestablished\b|\bset up\b|成立|创办|创立|创始|创建|始建|\bkurul(?:du|muş|uş)|\bkuruldu|\bkurucu|\bkim kurdu", r"\binaugurat\w*|\bsince\b|\bbegan\b|\bstarted\b|\bhistory\b|\bfirst held|建立|始于|开始|历史|举办|\bbaşla|\bdüzenlen|\btarih|\bkur"),
    (r"\bfirst (?:held|opened|launched|organi[sz]ed|started|took place)\b|最早|首次举办|第一次(?:举办|举行)|\bilk (?:kez|defa) (?:ne zaman|hangi yıl|düzenlen|yapıl)", r"\binaugurat\w*|\bfound(?:ed|ing)\b|\bestablished\b|\bbegan\b|\bsince\b|创办|创立|始于|创建|\bbaşlat\w*|\bkurul"),
    (r"\b(?:next|following|upcoming) (?:\w+ )?(?:expo|fair|edition|event|exhibition|store|one)\b|下一?届|下一?(?:家|次|站)|明年的|\b(?:gelecek|bir sonraki|önümüzdeki) (?:fuar|etkinlik|yıl|mağaza)", r"\bnext\b|\bwill\b|\bplan\w*|将|计划|明年|gelecek|sonraki|planl"),
    (r"\bcancel\w*|\bpostpon\w*|\bcalled off|取消|推迟|延期|\biptal|\bertele", ""),
    (r"\bclosed? down\b|\bshut(?: down)?\b|\bbankrupt|\bout of business|停业|倒闭|歇业|关门了|\bneden kapan|\bkapatıl|\biflas", ""),
    (r"\bmoved?\b (?:\w+ ){0,4}(?:to|from)\b|\brelocat\w*|改到|改在|搬到|搬迁|迁(?:到|至|往)|\btaşı(?:ndı|dı|nma|nıyor|yor|ma)", ""),
    (r"\bresign(?:ed|s)?\b|\bwas fired\b|\bwas arrested\b|辞职|被捕|受伤|\bistifa (?:etti|etmiş)|\byaralan(?:dı|mış)", ""),
    (r"\bsalary\b|\bearns?\b|工资|薪水|\bmaaş", r"\bpaid\b|\bpays?\b"),
    (r"\bwhy (?:did|does|do|has|have) .*\b(?:critici[sz]e\w*|complain\w*|refuse\w*|reject\w*)|为什么.*(?:批评|抱怨|拒绝)|\b(?:neden|niye|niçin) .*(?:eleştir|şikayet|şikâyet|reddet)", r"\bcritici[sz]\w*|\bcomplain\w*|\brefus\w*|\breject\w*|批评|抱怨|拒绝|eleştir|şik[aâ]yet|redd"),
    (r"\bweigh\w*|\bhow heavy\b|多重|重量|\bkaç kilo|\bağırlı", r"\bkg\b|\bton|公斤|吨|千克|kilo"),
    (r"\bobtained from\b|\braw materials?\b|\bwhat (?:material|substance)|\bmade (?:of|from|out of)\b|原料|什么材料|\bhangi (?:madde|malzeme)|\bhammadde", r"\busing\b|\bclay\b|\bglaze|\bquartz|材料|用|黏土|石英|釉|\bkil\b|\bmalzeme|\bkuvars|kullan"),
    (r"\b(?:elected|appointed)\b|\b(?:took|take|taken) office\b|\bin office\b|任职|上任|当选|就任|任命|开始当|\bseçildi|\bseçilmiş|\batandı|\bgöreve", r"\bsince\b|起任"),
    (r"\bvot(?:e|ed|es|ers|ing)\b|\belections?\b|选举|投票|得票|\bseçim|\boy(?:u|lar)?\b (?:al|kul)", ""),
    (r"\bvaccin\w*|\bpandemic\b|\bcovid|\bearthquakes?\b|\bfire broke|疫情|地震|火灾|\bsalgın|\bdeprem|\byangın", ""),
    (r"\brecipes?\b|\bmenu\b|\brestaurants?\b|菜谱|菜单|餐厅|饭店|\btarif(?:i|ini)\b|\bmenü|\brestoran", ""),
)  # fmt: skip
_ATTRIBUTES = tuple((re.compile(asks, _I), re.compile(f"{asks}|{says}" if says else asks, _I)) for asks, says in _ROWS)

# What dates and amounts belong to: one asked of a symposium is not answered by that of a shop.
_SUBJECTS = tuple(
    re.compile(rule, _I)
    for rule in (
        r"\bexpos?\b|\bexpositions?\b|\bfairs?\b|\bexhibit\w*|\bevent\b|博览会|[瓷陶]博会|展会|展览|参展|活动|\bfuar|\bsergi|\betkinlik",
        r"\bsymposi\w*|\bconference|研讨会|座谈|\bsempozyum|\bkonferans",
        r"\bstores?\b|\bshops?\b|\bbranch|\boutlets?\b|店|\bmağaza|\bdükk[aâ]n|\bşube|satış nokta",
        r"\bagreement|\bdeal\b|\bcontract|\bmemorand\w*|\baccord|\balliance|\bsign(?:ed|ing)\b|协议|协定|备忘录|合同|联盟|签|\banlaşma|\bmutabakat|\bsözleşme|\bittifak|\bimza",
        r"\bfacilit\w*|\bplants?\b|\bfactor\w*|工厂|设施|厂|基地|\btesis|\bfabrika",
        r"\bmuseums?\b|博物馆|\bmüze",
        r"\bceremon\w*|\bunveil\w*|仪式|揭牌|典礼|\btören|\baçılış",
        r"\bcarnival|\bfestival|嘉年华|节(?!目)|\bkarnaval|\bfestival|\bşenlik",
        r"\bworkshops?\b|\bstudios?\b|作坊|工作室|\batölye",
        r"\binterviews?\b|采访|专访|\bröportaj|\bmülakat",
    )
)

_WHY_NOT = re.compile(
    r"\bwhy\b.*(?:\bnot\b|n['’]t\b|\bnever\b|\bno longer\b|\bonly\b)|为什么(?:没|不|未|只)|为何(?:没|不|未|只)|\b(?:neden|niye|niçin)\b.*(?:m[ae]d[ıi]|m[ıiuü]yor|değil|yok|hiç|sadece|yalnızca)",
    _I,
)
_NOT = re.compile(
    r"\bnot\b|n['’]t\b|\bnever\b|\bno longer\b|\bwithout\b|\bonly\b|没|未(?!来)|不(?![仅但断同只少])|仅(?!仅)|只|\bdeğil|m[ae]d[ıi]|\byok\b|\bhiç|\bsadece|\byalnız",
    _I,
)
# Places that Chinese questions name without a capital to know them by.
_PLACES = re.compile(
    "北京|上海|广州|深圳|香港|澳门|台湾|台北|杭州|南京|西安|成都|重庆|武汉|天津|苏州|巴黎|伦敦|柏林|罗马|米兰|威尼斯|马德里|维也纳|莫斯科|纽约|华盛顿|洛杉矶|东京|京都|大阪|首尔|新加坡"
    "|曼谷|开罗|雅典|安卡拉|伊兹密尔|布尔萨|安塔利亚|科尼亚|德黑兰|巴格达|美国|英国|法国|德国|意大利|西班牙|葡萄牙|荷兰|瑞士|希腊|埃及|日本|韩国|朝鲜|印度|巴基斯坦|伊朗|沙特|俄罗斯|乌克兰"
    "|加拿大|墨西哥|巴西|阿根廷|澳大利亚|新西兰|南非|泰国|越南|马来西亚"
)


@lru_cache(maxsize=256)
def asked(question: str) -> tuple[int, ...]:
    """The attributes that `question` asks for by name, as rows of the table.

    >>> [states(row, "Tickets are free.") for row in asked("How much is a ticket?")]
    [True]
    """
    return tuple(row for row, (asks, _) in enumerate(_ATTRIBUTES) if asks.search(question))


@lru_cache(maxsize=16384)  # the same sentences are looked at for every question
def states(row: int, paragraph: str) -> bool:
    """Whether `paragraph` has a word of an attribute."""
    return bool(_ATTRIBUTES[row][1].search(paragraph))


@lru_cache(maxsize=16384)  # the same sentences are looked at for every question
def of_another_subject(question: str, paragraph: str) -> bool:
    """Whether `question` names a kind of event or place whose date or amount it asks for, and `paragraph` has none of that kind.

    >>> of_another_subject("When is the symposium?", "The shop opened in May.")
    True
    """
    asked_of = [rule for rule in _SUBJECTS if rule.search(question)]
    return bool(asked_of) and not any(rule.search(paragraph) for rule in asked_of)


@lru_cache(maxsize=16384)
def tells_of_another(question: str, sentence: str) -> bool:
    """Whether `sentence` names kinds of event or place, and none that `question` asks the date or amount of.

    >>> tells_of_another("When is the symposium?", "It was planned at the fair of 1999.")
    True
    """
    asked_of = [rule for rule in _SUBJECTS if rule.search(question)]
    told = [rule for rule in _SUBJECTS if rule.search(sentence)]
    return bool(asked_of and told) and not set(asked_of) & set(told)


def denies(question: str, sentence: str) -> bool:
    """Whether `question` asks why something is not so, and nothing in `sentence` is negated or restricted.

    >>> denies("Why did she not come?", "She came."), denies("Why did she not come?", "She could not come.")
    (True, False)
    """
    return bool(_WHY_NOT.search(question)) and not _NOT.search(sentence)


def places(question: str) -> list[str]:
    """Well-known places that a Chinese question names."""
    return _PLACES.findall(question)
