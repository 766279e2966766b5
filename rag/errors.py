"""Everything that can go wrong on purpose, in one tree.

    RagError
    ├── SettingsError      a setting is unknown or out of range
    ├── LanguageError      a language's file cannot be used
    ├── QuestionError      the question cannot be read (empty, too long, control characters)
    ├── ArgumentError      another argument cannot be used: an unknown language, a number out of range; also a ValueError
    ├── UnknownIdError     no article or paragraph has this id; also a KeyError
    ├── EmbeddingsError    the server or object that embeds texts cannot be used
    ├── ModelError         the language model cannot be reached or is not configured
    ├── ArticleError       one article file cannot be used; ingestion goes on without it
    ├── EncoderError       the encoder's weights or engine cannot be used
    ├── FeedbackError      the file of readers' verdicts cannot be used
    └── IndexUnusable      the store cannot be searched
        ├── IndexMissing   nothing has been ingested there
        ├── IndexMismatch  written by another embedder, rule set or library version
        ├── IndexDamaged   files are missing, cut or changed
        ├── IndexBusy      another ingestion holds the lock, or has published meanwhile
        ├── IndexRetired   the generation that was open is not kept any more
        └── IndexUnreachable  the Chroma server that keeps the index does not answer

Each error is one line for a person, says what to do next (`hint`) and whether trying the same call again
can help (`retryable`). Errors of the libraries below are translated where they enter, in the file that owns the library.
"""

from __future__ import annotations

from urllib.parse import urlsplit


class RagError(Exception):
    """A failure with a remedy. `str(error)` is one line: what happened, then what to do."""

    retryable = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = " ".join(message.split())
        self.hint = " ".join(hint.split())

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(RagError):
    """A setting is unknown, malformed or out of range."""


class LanguageError(RagError):
    """A file that describes a language cannot be used; the message names file and key."""


class QuestionError(RagError):
    """The question cannot be answered because it cannot be read."""


class ArgumentError(RagError, ValueError):
    """What a caller gave cannot be used; the message names what can."""


class UnknownIdError(RagError, KeyError):
    """No article or paragraph of the index has this id; the hint says which there are."""


class ModelError(RagError):
    """The language model cannot be used; `retryable` when it may be back in a moment."""

    def __init__(self, message: str, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message, hint)
        self.retryable = retryable


class EmbeddingsError(RagError):
    """What embeds texts cannot be used; `retryable` when it may be back in a moment."""

    def __init__(self, message: str, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message, hint)
        self.retryable = retryable


class ArticleError(RagError):
    """An article file or object cannot be used; `message` is the reason shown beside its name. `code` and `detail` are the same
    for `rag.file_messages`, which words it in other languages."""

    def __init__(self, message: str, hint: str = "", code: str = "other", detail: str = "") -> None:
        super().__init__(message, hint)
        self.code, self.detail = code, detail if code != "other" else self.message


class ArticlesGone(RagError):
    """The files of more than half of the indexed articles are not there any more, and nobody said that this is meant."""


class EncoderError(RagError):
    """The weights of the encoder, or the engine that runs them, cannot be used."""


class FeedbackError(RagError):
    """The file that keeps readers' verdicts cannot be read or written."""


class IndexUnusable(RagError):
    """The store cannot be searched as it is."""


class IndexMissing(IndexUnusable):
    """There is no index at the given place."""


class IndexMismatch(IndexUnusable):
    """The index was made by another embedder, rule set or library version, so its vectors do not compare."""


class IndexDamaged(IndexUnusable):
    """The index is incomplete or was changed from outside."""


class IndexBusy(IndexUnusable):
    """Another process is ingesting into the same store."""

    retryable = True


class IndexRetired(IndexUnusable):
    """The generation that was open is not kept any more; there is a newer one."""

    retryable = True


class IndexUnreachable(IndexUnusable):
    """The Chroma server that keeps the index cannot be reached, or does not answer in time."""

    retryable = True


def hide_password(address: str) -> str:
    """An address as it may be shown.

    >>> hide_password("http://me:secret@host:80/v1?key=secret")
    'http://host:80/v1'
    """
    try:
        parts = urlsplit(address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return "OPENAI_BASE_URL"
