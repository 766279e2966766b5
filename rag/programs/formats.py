"""The JSON that programs get, as pydantic models: `Answer.to_dict()`, and what the MCP tools give beside.

`kilnmark schema` prints the JSON Schema of an answer, which is published in docs/answer.schema.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from rag.types import Answer, ClaimStatus, Mode, Paragraph, Passage, Source, Status, Verdict
from rag.types.articles import Kind
from rag.types.reasons import REASONS, Reason, code_of

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_STRICT = ConfigDict(extra="forbid", frozen=True)

Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", description="ISO 639-1 code of a language, such as en, zh or tr.")]
Chance = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0)]


class Format(BaseModel):
    """What every format has in common: nothing is in it that is not described."""

    model_config = _STRICT


def _describe_reason(kind: type[Reason]) -> type[BaseModel]:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {field.name: (hints[field.name], ...) for field in fields(kind)}
    code: Any = (Literal[code_of(kind)], ...)
    return create_model(kind.__name__, __config__=_STRICT, __doc__=kind.__doc__, code=code, **values)


if TYPE_CHECKING:
    ReasonFormat = BaseModel
else:
    ReasonFormat = Annotated[
        reduce(or_, [_describe_reason(kind) for kind in REASONS.values()]), Field(discriminator="code")
    ]


class ClaimFormat(Format):
    """A sentence of an answer. Only one that is "supported" is shown in its text."""

    text: str = Field(description="The sentence, without markers; “…” where it is not repeated.")
    status: ClaimStatus = Field(description="Whether its citations carry it.")
    chance: Chance | None = Field(description="The checker's chance that they do; null where it was not asked.")
    citations: list[Annotated[int, Field(ge=1)]] = Field(description="Numbers of the citations it rests on.")
    reasons: list[ReasonFormat] = Field(description="Why it is not carried; empty when it is.")
    beside: bool = Field(description="Shown for safety beside those that answer.")
    figure: str = Field(description="What it says where sources differ, as it has it; empty where they do not.")


class CitationFormat(Format):
    """A span of a stored paragraph: `text[start:end]` of the paragraph is `quote`, in code points."""

    number: int = Field(ge=1, description="What its marker in the text says, from 1 in order of use.")
    paragraph_id: str = Field(description="Such as expo#p3.")
    article_id: str
    title: str = Field(description="Of the article; may be empty.")
    outlet: str | None = Field(description="Who published the article, where that is known.")
    published: str | None = Field(description="ISO 8601 date of the article, where that is known.")
    page: Annotated[int, Field(ge=1)] | None = Field(description="Page on which the quote begins, where the article has pages.")
    language: Code = Field(description="Of the paragraph and the quote.")
    quote: str = Field(min_length=1)
    start: Offset
    end: Annotated[int, Field(ge=1)]
    translation: str | None = Field(description="The sentence in the answer's language, when that is another; else null.")
    focus: tuple[Offset, Offset] | None = Field(
        description="The exact answer inside the quote, as start and end in the paragraph; null where there is no single one."
    )


class AnswerFormat(Format):
    """An answer: every sentence of its text has a marker such as [1], the number of a citation."""

    question: str = Field(description="As it was understood: of a follow-up, what it asks read on its own.")
    short: str | None = Field(description="The exact answer, as the first sentence has it; null when there is no single one.")
    text: str = Field(description="What is shown, with markers; the sentence that answers comes first.")
    status: Status = Field(description='"not_found" when the articles do not say, or the question cannot be read.')
    language: Code = Field(description="Of the answer.")
    confidence: Chance = Field(description="Calibrated: the share of answers at this value that are right.")
    mode: Mode = Field(description="Quoted from the articles, or written by a language model and verified.")
    model: str | None = Field(description="Name of that language model.")
    notice: str | None = Field(description="What else a reader should know, such as that sources differ.")
    difference: str | None = Field(description="The part of the notice that says how sources differ; null where they do not.")
    claims: list[ClaimFormat] = Field(description="Its sentences in order, and those that were withheld.")
    citations: list[CitationFormat] = Field(description="In order of use.")
    retrieved: list[str] = Field(description="Ids of the paragraphs that were read for it, the best first.")
    tokens: tuple[Offset, Offset] | None = Field(description="That a language model read and wrote; null when not counted.")
    cost: Annotated[float, Field(ge=0)] | None = Field(description="Of those, in the currency of RAG_PRICES.")
    timings: dict[str, Annotated[float, Field(ge=0)]] = Field(description="Seconds by stage, such as search and total.")
    weights: dict[str, str] = Field(description="Versions of the trained weights it was made with, by name.")


class ArticleFormat(Format):
    """What is known of an article."""

    id: str
    title: str
    language: Code
    outlet: str | None
    published: str | None = Field(description="ISO 8601 date.")
    url: str | None


class ArticlesFormat(Format):
    """What is indexed."""

    articles: list[ArticleFormat]


class ParagraphFormat(Format):
    """A stored paragraph, the unit that is cited."""

    id: str = Field(description="Such as expo#p3.")
    article_id: str
    kind: Kind
    language: Code
    text: str
    translations: dict[str, str] = Field(description="The same in other languages, by their code.")


class PassageFormat(Format):
    """A paragraph found for a question."""

    paragraph_id: str
    article_id: str
    text: str
    score: float = Field(description="Orders the passages of one question; higher is better.")
    language: Code


class PassagesFormat(Format):
    """The paragraphs found for a question, the best first."""

    passages: list[PassageFormat]


class VerdictFormat(Format):
    """Whether paragraphs carry a claim; "unchecked" when that cannot be told."""

    status: Literal["supported", "unsupported", "unchecked"]
    paragraph_id: str | None = Field(description="The paragraph of the sentence that comes nearest.")
    quote: str = Field(description="That sentence, as the article has it; empty when there is none.")
    start: Offset | None = Field(description="Where the quote begins in the paragraph, in code points.")
    end: Offset | None
    chance: Chance | None = Field(description="The checker's chance that the claim is carried; null where it was not asked.")
    reasons: list[ReasonFormat] = Field(description="Why it is not carried; empty when it is.")


def describe_answer(answer: Answer) -> AnswerFormat:
    """An answer in its format."""
    return AnswerFormat.model_validate(answer.to_dict())


def describe_article(source: Source) -> ArticleFormat:
    """What is known of an article, in its format."""
    return ArticleFormat.model_validate(asdict(source))


def describe_paragraph(paragraph: Paragraph) -> ParagraphFormat:
    """A paragraph in its format."""
    return ParagraphFormat(
        id=paragraph.id, article_id=paragraph.article_id, kind=paragraph.kind, language=paragraph.language,
        text=paragraph.text, translations={view.language: view.text for view in paragraph.translations},
    )  # fmt: skip


def describe_passages(passages: Sequence[Passage]) -> PassagesFormat:
    """Passages in their format."""
    return PassagesFormat(passages=[PassageFormat.model_validate(passage.to_dict()) for passage in passages])


def describe_verdict(verdict: Verdict, paragraph_ids: Sequence[str]) -> VerdictFormat:
    """A verdict in its format. paragraph_ids: those that the claim was put to."""
    ids = list(dict.fromkeys(paragraph_ids))
    values = {name: getattr(verdict, name) for name in ("status", "quote", "start", "end", "chance")}
    values |= {"reasons": [reason.to_dict() for reason in verdict.reasons]}
    place = None if verdict.paragraph_index is None else ids[verdict.paragraph_index]
    return VerdictFormat.model_validate(values | {"paragraph_id": place})


def make_answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer."""
    return {"$schema": SCHEMA_DIALECT, **AnswerFormat.model_json_schema()}
