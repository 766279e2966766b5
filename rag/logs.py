"""What is written down while the assistant works: one line an event, for people or as JSON, on Python's own logging.

An event is a name with facts: `tell("answered", {"citations": 2})`. What libraries log at warning or above goes the
same way, and so do the warnings and tracebacks that would else go to the terminal by themselves. Nothing says what was asked or
answered, unless that is wanted, and no secret is in a line: an error is told by its type and place, as its text may hold a
question, and what looks like a key or a login is struck out wherever it came from.

A library says nothing by itself: `writing` is for the program that serves.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Literal, TextIO

Form = Literal["text", "json", "off"]
STRUCK_OUT = "[secret]"
LOG = logging.getLogger("rag")
_OWN_HANDLERS = ("uvicorn", "uvicorn.access")  # loggers that would write past ours
_MIN_SECRET_CHARS = 4  # a shorter one stands in too many words
_MAX_FRAMES = 30
_current_id: ContextVar[str] = ContextVar("request_id", default="")
# Control, line-ending, bidi and surrogate characters: a line stays one line, and a terminal does as it did.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SECRETS = (
    # A header with what it says, up to the end of a quoted text or line.
    re.compile(r"(?i)(\b(?:proxy-)?authorization|\b(?:set-)?cookie|\bx-[a-z-]*(?:key|token)|\bapi[-_]?key|\bpassword)"
               r"([\"']{0,2}\s?[:=]\s?[\"']?)[^\"',}\r\n]+"),
    re.compile(r"(?i)(\b(?:bearer|basic))( )[\w.~+/=-]{6,}"),
    re.compile(r"()(\bsk-)[\w-]{4,}"),
    re.compile(r"(://)()[^/\s@:]*:[^/\s@]*@"),
)  # fmt: skip


def log_event(event: str, facts: Mapping[str, object], level: int = logging.INFO) -> None:
    """Write an event down. The fact `question` is left out unless questions are wanted."""
    LOG.log(level, "%s", event, extra={"event": event, "facts": facts})


def tell_failure(event: str, error: BaseException, facts: Mapping[str, object] | None = None) -> None:
    """Write down that something failed, and where; once, even when the same error is told again further out."""
    LOG.error("%s", event, extra={"event": event, "facts": facts or {}, "failure": error})


def silence_error(error: BaseException) -> None:
    """Have an error not told, or not again."""
    with suppress(AttributeError):
        error._told = True  # type: ignore[attr-defined]


@contextmanager
def naming_request(identity: str) -> Iterator[None]:
    """What is written down inside belongs to this request."""
    token = _current_id.set(identity)
    try:
        yield
    finally:
        _current_id.reset(token)


@contextmanager
def write_logs(
    form: Form, secrets: Collection[str] = (), questions: bool = False, stream: TextIO | None = None
) -> Iterator[logging.Handler]:
    """Write lines inside, on `stream` or standard error. A filter added to the handler can set `record.request_id`.

    secrets: struck out wherever they stand. questions: write questions, and the texts of errors.
    """
    handler = _Handler(stream)
    handler.setFormatter(LineFormatter(form, secrets, questions))
    handler.setLevel(logging.CRITICAL + 1 if form == "off" else logging.NOTSET)
    root, level = logging.getLogger(), LOG.level
    hooks = sys.excepthook, threading.excepthook
    root.addHandler(handler)
    LOG.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, place: tell_failure("ended by an error", error)
    threading.excepthook = _tell_of_thread
    try:
        yield handler
    finally:
        sys.excepthook, threading.excepthook = hooks
        logging.captureWarnings(False)
        LOG.setLevel(level)
        root.removeHandler(handler)


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value and not isinstance(failed.exc_value, SystemExit):
        tell_failure("a thread failed", failed.exc_value)


def take_over() -> None:
    """Have the web server's loggers write here, once it has set up its own."""
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


class _Handler(logging.StreamHandler[TextIO]):
    """Writes each failure once. Without a stream of its own it follows `sys.stderr`."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream or sys.stderr)
        self._follows = stream is None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless it tells a failure that was told before."""
        error = _find_failure(record)
        if error is not None:
            if getattr(error, "_told", False):
                return
            silence_error(error)
        if self._follows:
            self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A line that cannot be written must not end an answer, nor print what it was about."""


class LineFormatter(logging.Formatter):
    """Makes a line of a record."""

    def __init__(self, form: Form = "text", secrets: Collection[str] = (), questions: bool = False) -> None:
        super().__init__()
        self._form, self._questions = form, questions
        encoded = {base64.b64encode(secret.encode("utf-8", "replace")).decode() for secret in secrets}
        self._secrets = sorted((s for s in {*secrets, *encoded} if len(s) >= _MIN_SECRET_CHARS), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, or with a failure in a text its lines."""
        event = getattr(record, "event", "")
        told: dict[str, Any] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "request_id": getattr(record, "request_id", "") or _current_id.get(),
            "event": event or "logged",
        }
        if not event:
            told |= {"logger": record.name, "message": record.getMessage()}
        told |= {name: value for name, value in getattr(record, "facts", {}).items() if value is not None}
        if not self._questions:
            told.pop("question", None)
        if error := _find_failure(record):
            told["failure"] = describe_error(error, self._questions)
        told = {name: self._clean(value) for name, value in told.items()}
        if self._form == "json":
            return json.dumps(told, ensure_ascii=False)
        head = f"{told.pop('time')} {told.pop('level'):<8}{told.pop('request_id') or '-'} {told.pop('event')}"
        places = told.pop("failure", ())
        return "\n    ".join((" ".join([head, *(f"{name}={_as_word(told[name])}" for name in told)]), *places))

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - whatever is told
        """A fact as plain JSON values, with nothing in it that is secret or does something to a terminal."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {str(name): self._clean(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(part) for part in value]
        return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", self.strike_out(str(value)))

    def strike_out(self, text: str) -> str:
        """A text without what is secret in it.

        >>> LineFormatter(secrets=["kiln-1904"]).strike_out("kiln-1904 'Authorization': 'Bearer abcdefgh', sk-12345678")
        "[secret] 'Authorization': '[secret]', sk-[secret]"
        """
        for secret in self._secrets:
            text = text.replace(secret, STRUCK_OUT)
        for pattern in _SECRETS:
            text = pattern.sub(rf"\1\2{STRUCK_OUT}", text)
        return text


def describe_error(error: BaseException, texts: bool = False) -> list[str]:
    """Where an error came from, a line a step, the innermost first: its type, the places it went through, and what caused it.

    texts: with the text of each error, which may hold what somebody asked.

    >>> describe_error(ValueError("my question"))
    ['ValueError']
    """
    lines: list[str] = []
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        said = str(found) if texts else found.strerror if isinstance(found, OSError) else ""
        lines.append(("caused by " if lines else "") + type(found).__name__ + (f": {said}" if said else ""))
        frames = traceback.extract_tb(found.__traceback__)[-_MAX_FRAMES:]
        lines += [f"  at {_shorten(frame.filename)}:{frame.lineno} in {frame.name}" for frame in reversed(frames)]
        if isinstance(found, BaseExceptionGroup):
            found = found.exceptions[0]
        else:
            found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return lines


def _shorten(file: str) -> str:
    """A path from the package on: whose machine it is says nothing."""
    return re.sub(r"^.*/(?:site-packages|lib/python[^/]*)/|^.*/(?=rag/)", "", file)


def _find_failure(record: logging.LogRecord) -> BaseException | None:
    told: BaseException | None = getattr(record, "failure", None)
    return told or (record.exc_info[1] if record.exc_info else None)


def _as_word(value: object) -> str:
    """A fact in a text: quoted where it would else not end where it ends.

    >>> _as_word(0.25), _as_word("a b"), _as_word({"embed": 0.02})
    ('0.25', '"a b"', '{"embed": 0.02}')
    """
    if isinstance(value, str) and re.fullmatch(r"[\w./:#*-]+", value):
        return value
    return json.dumps(value, ensure_ascii=False)
