"""Names meet across scripts: by the list, by the locale data, in pinyin and by their sound; others are missing."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.types import Name
from rag.verification.names import find_missing_names

LISTED = Names([
    Name("usta", "person", {"en": ("Kağan Mehmet Usta",), "zh": ("卡安·买合麦德·乌斯塔",)}),
    Name("lane", "person", {"en": ("Ada Lane",), "zh": ("艾达",)}),
])  # fmt: skip


def missing(claim, language, paragraph, paragraph_language, context="", names=LISTED):
    return find_missing_names(claim, language, [(paragraph, paragraph_language)], context, names)


@pytest.mark.parametrize(
    ("claim", "language", "paragraph", "paragraph_language"),
    [
        ("Yesterday Yu Xiaobing spoke.", "en", "仪式由余笑兵主持。", "zh"), ("Töreni Yu Xiaobing yönetti.", "tr", "仪式由余笑兵主持。", "zh"),
        ("The store is in Istanbul.", "en", "商店位于伊斯坦布尔。", "zh"), ("商店在伊斯坦布尔。", "zh", "Mağaza İstanbul'da.", "tr"),
        ("Turkish artists came from France.", "en", "来自法国的土耳其艺术家。", "zh"), ("土耳其和中国合作。", "zh", "Çin ile Türkiye birlikte çalışıyor.", "tr"),
        ("Fransız sanatçılar geldi.", "tr", "Artists came from France.", "en"), ("A British firm.", "en", "一家英国公司。", "zh"),
        ("Michael Jordan played.", "en", "迈克尔·乔丹上场。", "zh"), ("The Silk Road and the Grand Bazaar.", "en", "丝绸之路和大巴扎。", "zh"),
        ("In the Ministry of Culture.", "en", "Kültür Bakanlığı'nda.", "tr"), ("IZNIK'te", "tr", "the kilns of Iznik", "en"),
        ("Ottomans lived there.", "en", "An Ottoman city.", "en"), ("Then Mayor Usta spoke.", "en", "Usta spoke.", "en"),
        ("卡安·买合麦德·乌斯塔出席。", "zh", "Kağan Mehmet Usta attended.", "en"), ("马里奥得分。", "zh", "Mario scored.", "en"),
        ("Then Thomas Crowley spoke.", "en", "托马斯·克劳利随后发言。", "zh"), ("Sonra Mette Lindqvist konuştu.", "tr", "梅特·林奎斯特随后发言。", "zh"),
        ("随后托马斯·克劳利发言。", "zh", "Then Thomas Crowley spoke.", "en"), ("Kopernik orada doğdu.", "tr", "There Nicolaus Copernicus was born.", "en"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(claim, language, paragraph, paragraph_language):
    assert missing(claim, language, paragraph, paragraph_language) == []


@pytest.mark.parametrize(
    ("claim", "language", "paragraph", "paragraph_language", "name"),
    [
        ("Yesterday Hu Xuemei spoke.", "en", "仪式由余笑兵主持。", "zh", "Hu Xuemei"), ("Töreni Hu Xuemei yönetti.", "tr", "仪式由余笑兵主持。", "zh", "Hu Xuemei"),
        ("The store is in Tokyo.", "en", "商店位于伊斯坦布尔。", "zh", "Tokyo"), ("商店在东京。", "zh", "Mağaza İstanbul'da.", "tr", "东京"),
        ("It came from Spain.", "en", "来自意大利和德国。", "zh", "Spain"), ("Mağaza İtalya'da.", "tr", "The store is in Spain.", "en", "İtalya"),
        ("Then Elon Musk spoke.", "en", "Ada Lane spoke.", "en", "Musk"), ("Kağan Mehmet Usta attended.", "en", "艾达出席。", "zh", "Kağan Mehmet Usta"),
        ("There Friedrich Schumpeter taught.", "en", "迈克尔·乔丹上场。", "zh", "Friedrich Schumpeter"), ("安·穆出席。", "zh", "艾达出席。", "zh", "安·穆"),
        ("Then Thomas Lindqvist spoke.", "en", "托马斯·克劳利随后发言。", "zh", "Lindqvist"), ("Sonra Lindqvist konuştu.", "tr", "Then Crowley spoke.", "en", "Lindqvist"),
        ("Then Pieter Kowalczyk spoke.", "en", "Pieter Jansen sonra konuştu.", "tr", "Kowalczyk"),
        ("随后马格努斯·林奎斯特发言。", "zh", "Then Thomas Crowley spoke.", "en", "随后马格努斯·林奎斯特发言"),
    ],
)  # fmt: skip
def test_a_name_that_the_paragraph_does_not_have_is_missing(claim, language, paragraph, paragraph_language, name):
    assert name in missing(claim, language, paragraph, paragraph_language)


def test_a_pronoun_may_be_named_as_the_context_has_it_but_not_beside_another_person():
    assert missing("Ada Lane spoke.", "en", "She spoke.", "en", "Ada Lane came.") == []
    assert missing("Ada Lane spoke.", "en", "Kağan Mehmet Usta spoke.", "en", "Ada Lane came.") == ["Ada Lane"]


@pytest.mark.parametrize(
    "claim", ["The kiln glows.", "However it glows.", "In March it may glow.", "I think so.", "博物馆开馆。", "Müze açıldı.", ""]
)
def test_what_is_no_name_is_never_missing(claim):
    assert find_missing_names(claim, "en", [("Nothing here.", "en")], "", LISTED, [(3, 8)]) == []
