"""Why a claim is not carried by its evidence: codes with values, worded in the reader's language by `rag.messages`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `code` is its class in snake case, such as "number_differs"; its fields are words of claim and paragraph."""

    @property
    def code(self) -> str:
        return code_of(type(self))

    def to_dict(self) -> dict[str, Any]:
        """Code and values as plain JSON values."""
        return {"code": self.code} | asdict(self)


@dataclass(frozen=True, slots=True)
class NumberDiffers(Reason):
    """A number, date or time of the claim, and what the paragraph says in its place."""

    claim: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class NumberMissing(Reason):
    """A number, date or time of the claim that the paragraph has nothing like."""

    claim: str


@dataclass(frozen=True, slots=True)
class NumberUnread(Reason):
    """What looks like a number in the claim and cannot be read for sure."""

    claim: str


@dataclass(frozen=True, slots=True)
class NameMissing(Reason):
    """A name that the paragraph does not name."""

    name: str


@dataclass(frozen=True, slots=True)
class QuoteMissing(Reason):
    """Quoted words that do not stand in the paragraph."""

    quote: str


@dataclass(frozen=True, slots=True)
class AddressMissing(Reason):
    """A web or e-mail address that does not stand in the paragraph."""

    address: str


@dataclass(frozen=True, slots=True)
class AddressHidden(Reason):
    """The claim is not carried, and holds an address, which is not repeated."""


@dataclass(frozen=True, slots=True)
class InstructionsRepeated(Reason):
    """The claim repeats what the model was told."""


@dataclass(frozen=True, slots=True)
class NegationDiffers(Reason):
    """One of claim and sentence is negated."""


@dataclass(frozen=True, slots=True)
class NotSaid(Reason):
    """No sentence says this."""


@dataclass(frozen=True, slots=True)
class TooLittle(Reason):
    """The claim says too little to be checked."""


@dataclass(frozen=True, slots=True)
class ClaimTooLong(Reason):
    """The claim is too long to be checked. limit: characters."""

    limit: int


@dataclass(frozen=True, slots=True)
class LanguageUnknown(Reason):
    """Nothing here can check claims of this language. spoken: its ISO 639-1 code."""

    spoken: str


@dataclass(frozen=True, slots=True)
class NothingCited(Reason):
    """There is no paragraph to rest on."""


@dataclass(frozen=True, slots=True)
class NothingToCompare(Reason):
    """Claim or paragraphs hold no words."""


@dataclass(frozen=True, slots=True)
class MarkerUnknown(Reason):
    """A marker with the number of a paragraph that was not given."""

    number: int


@dataclass(frozen=True, slots=True)
class MarkerWrong(Reason):
    """Markers of paragraphs that do not carry the sentence; another one does. numbers: such as "[1][2]"."""

    numbers: str


def code_of(kind: type[Reason]) -> str:
    """The code of a kind of reason.

    >>> code_of(NumberDiffers)
    'number_differs'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


REASONS: Mapping[str, type[Reason]] = {code_of(kind): kind for kind in Reason.__subclasses__()}


def parse_reason(values: Mapping[str, Any]) -> Reason:
    """The reason that `to_dict` wrote. Raises ValueError when it is none."""
    if not all(isinstance(value, str | int) for value in values.values()):
        raise ValueError(f"no reason: {values}")
    try:
        return REASONS[values["code"]](**{name: value for name, value in values.items() if name != "code"})
    except (KeyError, TypeError) as error:
        raise ValueError(f"no reason: {values}") from error
