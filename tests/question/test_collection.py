"""Questions about the collection are told from questions about what stands in it, in three languages."""

from __future__ import annotations

import pytest

from rag.question.collection import find_intent


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How many articles do you have?", "articles"), ("how many reports are there", "articles"), ("How many articles are in the index?", "articles"),
        ("What can you do?", "abilities"), ("Bana nasıl yardımcı olabilirsin?", "abilities"), ("Ne işe yarıyorsun?", "abilities"),
        ("Sen ne işe yararsın?", "abilities"), ("Neler yapabilirsin?", "abilities"), ("你能做什么？", "abilities"),
    ],
)  # fmt: skip
def test_the_collection_is_asked_about(question, intent):
    assert find_intent(question) == intent


@pytest.mark.parametrize(
    "question",
    [
        "İznik'teki tesis ne işe yarayacak?", "Bu fırın ne işe yarar?", "Japon ustalar nasıl yardımcı oldu?",
        "Ziyaretçiler fuarda neler yapabilir?", "How many pieces did he bring to the expo?", "How many stories has the building?",
        "新工厂有什么用？",
    ],
)  # fmt: skip
def test_what_stands_in_the_articles_is_asked_about(question):
    assert find_intent(question) is None
