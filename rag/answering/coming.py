"""A reply as it comes: its text without the reasoning at its start, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_LONGEST = 8_000  # characters of a reply
# Some servers have their own words for an end that was reached.
_REASONS = {"eos": "stop", "eos_token": "stop", "end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length"}


@dataclass(frozen=True, slots=True)
class Finished:
    """How a reply ended.

    reason: "stop"; "length" where a limit cut it; "cut" where it broke off, timed out or did not say how it ended.
    tokens: (read, written) when the server reports them.
    """

    reason: str
    tokens: tuple[int, int] | None = None


Event = str | Finished | Exception


class Coming:
    """What came of a reply, without the reasoning at its start.

    put: where each piece of it goes.
    """

    def __init__(self, put: Callable[[Event], None]) -> None:
        self.put = put
        self.length = 0  # characters shown
        self.restart()

    def restart(self) -> None:
        """Forget an attempt of which nothing was shown."""
        self._held = ""  # the start, until it is known whether it is reasoning
        self._thinking = False
        self.reason = ""
        self._tokens: tuple[int, int] | None = None

    @property
    def full(self) -> bool:
        return self.length >= _LONGEST

    def add(self, chunk: Any) -> None:  # noqa: ANN401 - an AIMessageChunk
        if used := chunk.usage_metadata:
            self._tokens = int(used["input_tokens"]), int(used["output_tokens"])
        if reason := chunk.response_metadata.get("finish_reason"):
            self.reason = _REASONS.get(reason, reason)
        text = str(chunk.text)
        self._show(text if self.length else self._without_reasoning(text))

    def flush(self) -> None:
        """Show a start that was held back and is no reasoning."""
        if not self._thinking:
            self._show(self._held)
        self._held = ""

    def is_finished(self) -> Finished:
        if self.full:
            return Finished("length", self._tokens)
        return Finished(self.reason if self.reason in ("stop", "length") else "cut", self._tokens)

    def _show(self, text: str) -> None:
        if text := text[: _LONGEST - self.length]:
            self.length += len(text)
            self.put(text)

    def _without_reasoning(self, text: str) -> str:
        self._held = (self._held + text).lstrip()
        while self._held:
            if self._thinking:
                _, closed, rest = self._held.partition("</think>")
                if not closed:
                    self._held = self._held[-len("</think>") :]
                    return ""
                self._held, self._thinking = rest.lstrip(), False
            elif self._held.startswith("<think>"):
                self._held, self._thinking = self._held.removeprefix("<think>"), True
            elif "<think>".startswith(self._held):
                return ""
            else:
                text, self._held = self._held, ""
                return text
        return ""
