"""How paragraphs are named."""

from __future__ import annotations

_MARK = "#p"


class ParagraphId(str):
    """Names a paragraph: `{article id}#p{number}`, the number counted from 1 in the order of the text.

    It is the string that files, links and answers hold. Of a string of another form `article_id` is the whole, and `number` None.
    """

    __slots__ = ()

    @classmethod
    def from_place(cls, article_id: str, number: int) -> ParagraphId:
        """The id of a paragraph of an article."""
        return cls(f"{article_id}{_MARK}{number}")

    @property
    def article_id(self) -> str:
        """The article that the paragraph belongs to."""
        return str(self) if self.number is None else self.rpartition(_MARK)[0]

    @property
    def number(self) -> int | None:
        """The place of the paragraph in its article."""
        _, mark, digits = self.rpartition(_MARK)
        return int(digits) if mark and digits.isdecimal() and digits.isascii() else None

    @property
    def neighbours(self) -> tuple[ParagraphId, ...]:
        """The paragraphs before and after, whether there are such paragraphs or not; none of a string of another form."""
        number, article_id = self.number, self.article_id
        return () if number is None else (self.from_place(article_id, number - 1), self.from_place(article_id, number + 1))
