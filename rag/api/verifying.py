"""Verification for anyone: a claim against paragraphs, whether they are indexed or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import rag.paragraphs as paragraphs
from rag.api.edges import check_language, check_texts, find_paragraph
from rag.api.reading import replace_surrogates
from rag.encoder.embeddings import CentredEmbedder
from rag.language import detect_language
from rag.names import Names
from rag.store import Store
from rag.types import Embedder, Paragraph, ParagraphId, Passage, Vectors, Verdict
from rag.verification import Statement, Verifier, shipped_checker


def verify(claim: str, texts: Sequence[str], language: str | None = None) -> Verdict:
    """Whether one of the paragraphs `texts` carries `claim`, and the sentence that does so best.

    `verdict.quote == texts[verdict.paragraph_index][verdict.start:verdict.end]`, in code points. A claim is supported when every
    number, date, name, quoted word and address of it is in the paragraph, and the paragraph says the same; otherwise
    `verdict.reasons` says what is wrong. It is "unchecked" when that cannot be told. Raises ArgumentError when `texts` is no list
    of texts, or `language` no language.

    >>> verify("It opened in 2004.", ["The museum opened in 1998."]).reasons
    (NumberDiffers(claim='2004', paragraph='1998'),)
    """
    made = [_make_paragraph(index, replace_surrogates(text)) for index, text in enumerate(check_texts(texts))]
    plain = " ".join(replace_surrogates(claim).split())
    statement = Statement(plain, check_language(language) or detect_language(plain), tuple(made))
    found = Verifier(compare_texts, find_checker=shipped_checker).verify_claims([statement])[0]
    if found.paragraph_index is None:
        return found
    return replace(found, quote=texts[found.paragraph_index][found.start : found.end])


def _make_paragraph(index: int, text: str) -> Paragraph:
    language = detect_language(text)
    return Paragraph(f"#{index + 1}", "", text, language, tuple(paragraphs.sentence_spans(text, language)))


def compare_texts(statements: Sequence[Statement]) -> list[list[list[float]]]:
    """Likeness of claims to the sentences of paragraphs that are not indexed: all are embedded."""
    texts = {(statement.text, statement.language): 0 for statement in statements}
    for view in (p.original for statement in statements for p in statement.paragraphs):
        texts.update({(view.sentence(i), view.language): 0 for i in range(len(view.sentences))})
    vectors = CentredEmbedder().passages([text for text, _ in texts], [language for _, language in texts])
    rows = dict(zip(texts, vectors, strict=True))
    return [
        [
            [
                float(rows[statement.text, statement.language] @ rows[view.sentence(i), view.language])
                for i in range(len(view.sentences))
            ]
            for view in (p.original for p in statement.paragraphs)
        ]
        for statement in statements
    ]


class IndexComparison:
    """Likeness of claims to the sentences of indexed paragraphs, whose vectors are known: only the claims are embedded, once."""

    def __init__(self, index: Store, embedder: Embedder) -> None:
        self._index, self._embedder = index, embedder
        self._vectors: dict[tuple[str, str], Vectors] = {}

    def prepare(self, claims: Sequence[tuple[str, str]]) -> None:
        """Embed claims, given with their languages, that are about to be compared, all in one call."""
        if new := [claim for claim in dict.fromkeys(claims) if claim not in self._vectors]:
            vectors = self._embedder.passages([text for text, _ in new], [language for _, language in new])
            self._vectors.update(zip(new, vectors, strict=True))

    def __call__(self, statements: Sequence[Statement]) -> list[list[list[float]]]:
        self.prepare([(statement.text, statement.language) for statement in statements])
        return [self._compare(statement) for statement in statements]

    def _compare(self, statement: Statement) -> list[list[float]]:
        vector = self._vectors[statement.text, statement.language]
        compared = self._index.compare(vector, list(dict.fromkeys(p.id for p in statement.paragraphs)))
        near = {(p.id, view.language): similar for p, views in compared for view, _, similar in views}
        return [near.get((p.id, p.view_in(statement.language).language), []) for p in statement.paragraphs]


def verify_in_index(
    claim: str, paragraph_ids: Sequence[str], language: str, index: Store, embedder: Embedder, names: Names
) -> Verdict:
    """A claim against paragraphs of the index; `paragraph_index` counts `paragraph_ids`, each once. Raises UnknownIdError."""
    found = [find_paragraph(index, row) for row in dict.fromkeys(check_texts(paragraph_ids))]
    passages = [Passage(paragraph, index.sources[paragraph.article_id], 1.0) for paragraph in found]
    contexts = tuple(find_context(passage, index) for passage in passages)
    plain = " ".join(replace_surrogates(claim).split())
    statement = Statement(plain, language, tuple(passage.paragraph for passage in passages), contexts)
    return make_verifier(index, embedder, names).verify_claims([statement])[0]


def make_verifier(index: Store, embedder: Embedder, names: Names) -> Verifier:
    """What checks claims against paragraphs of an index."""
    return Verifier(IndexComparison(index, embedder), names, shipped_checker)


def find_context(passage: Passage, index: Store) -> str:
    """What pronouns of a paragraph may stand for: its article's title, and the paragraph before it."""
    found = index.paragraphs(ParagraphId(passage.paragraph_id).neighbours[:1])
    earlier = (view.text for p in found.values() for view in p.views)
    return " ".join([passage.source.title, *earlier])
