"""The only door to a language model: any OpenAI-compatible endpoint, through `langchain-openai`.

Nothing is sent anywhere unless a model is named in the settings, whatever keys there are.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from functools import cached_property, partial
from typing import Any

from rag.config import Settings
from rag.errors import ModelError, hide_password

_HINT = "Name a chat model: RAG_MODEL=gpt-… with OPENAI_API_KEY, or with OPENAI_BASE_URL for a server of your own."
_OPENAI = "https://api.openai.com/v1"
_CONNECT = 10.0  # seconds
MAX_REPLY_BYTES = 16_000_000  # a token that was reasoned over takes some 300
MAX_LINE_BYTES = 1_000_000  # of a stream; its reader keeps a line until it has all of it
_PAUSE = 0.5  # seconds before a second attempt, where the server names none
_PLAIN = {"accept-encoding": "identity"}
# What the responses of the current attempt are handed to, as their first bytes come.
_answered: ContextVar[Callable[[Any], None]] = ContextVar("answered")


class ReplyTooLarge(Exception):
    """A server sends more than any reply takes."""


class ChatModel:
    """The chat model of the settings. Raises ModelError when none is named.

    where: address of the server, without a password that stands in it.
    tokens: (read, written) by `ask` since it was made, as far as the server counts them.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.model:
            raise ModelError("There is no language model configured.", _HINT)
        self.name = settings.model
        self.where = hide_password(settings.base_url or _OPENAI)
        self._settings = settings
        self.tokens = (0, 0)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - a ChatOpenAI; importing it takes a second
        import openai

        seconds = self._settings.deadline
        client = openai.DefaultHttpxClient(timeout=seconds, headers=_PLAIN, event_hooks={"response": [_limit]})
        return self._chat(http_client=client, timeout=seconds, max_retries=1, temperature=0)

    @cached_property
    def streaming(self) -> Any:  # noqa: ANN401 - a ChatOpenAI
        """A Runnable to stream from, on one event loop only and inside `closing_connections`.

        It does not try again by itself and has no limit on silence: both are those of who asks."""
        import openai

        seconds = self._settings.deadline
        timeout = openai.Timeout(seconds, connect=min(_CONNECT, seconds))
        return self._chat(
            # A client of our own: its connections are bound to an event loop, and clients with equal settings share theirs
            # otherwise.
            http_async_client=openai.DefaultAsyncHttpxClient(
                timeout=timeout, headers=_PLAIN, event_hooks={"response": [_hand_over]}
            ),
            timeout=timeout,
            stream_chunk_timeout=None,
            max_retries=0,
            temperature=0,
            stream_usage=True,
        )

    @cached_property
    def streaming_plain(self) -> Any:  # noqa: ANN401 - a ChatOpenAI
        """The same for servers and models that refuse `stream_options` or a temperature."""
        return self.streaming.model_copy(update={"temperature": None, "stream_usage": False})

    def _chat(self, **options: Any) -> Any:  # noqa: ANN401 - a ChatOpenAI and what it takes
        from langchain_openai import ChatOpenAI

        key = self._settings.api_key
        return ChatOpenAI(
            model=self.name,
            # Servers of one's own take any key, but the client insists on one.
            api_key=key.get_secret_value() if key else "none",  # type: ignore[arg-type]
            # Always named, for else the client looks for further variables of the environment.
            base_url=self._settings.base_url or _OPENAI,
            use_responses_api=False,
            **options,
        )

    def ask(self, system: str, user: str) -> str:
        """One reply. Raises ModelError, in words that never hold the key or the text."""
        try:
            reply = self._client.invoke([("system", system), ("human", user)])
        except Exception as error:
            raise self.explain(error, self._settings.deadline) from None
        used = reply.usage_metadata or {}
        self.tokens = (
            self.tokens[0] + int(used.get("input_tokens", 0)),
            self.tokens[1] + int(used.get("output_tokens", 0)),
        )
        return str(reply.content)

    def cost(self, tokens: tuple[int, int] | None) -> float | None:
        """What (read, written) tokens cost, in the currency of the prices of the settings; None when either is not known."""
        prices = self._settings.prices
        return (tokens[0] * prices[0] + tokens[1] * prices[1]) / 1_000_000 if tokens and prices else None

    def explain(self, error: Exception, seconds: float) -> ModelError:
        """Any failure in our own words: those of the server and of the libraries may hold the key or the prompt.

        seconds: how long was waited, for failures that are a matter of time.
        """
        import openai

        status = error.status_code if isinstance(error, openai.APIStatusError) else None
        if status in (401, 403):
            return ModelError(f"{self.where} does not accept the key.", "Check OPENAI_API_KEY.")
        if status == 429:
            return ModelError(f"{self.where} takes no more requests for now (status 429).", "Try again later.", True)
        if status is not None:
            hint = "" if status >= 500 else "Check RAG_MODEL and OPENAI_BASE_URL."
            return ModelError(f"{self.where} answered with status {status}.", hint, _may_pass(status))
        if isinstance(error, openai.APITimeoutError | TimeoutError):
            return ModelError(f"{self.name} did not answer in {seconds:g} s.", "", True)
        if isinstance(error, openai.APIConnectionError):
            return ModelError(f"{self.where} cannot be reached.", "Check OPENAI_BASE_URL.", True)
        return ModelError(
            f"{self.where} sent no answer that can be read.", "Check OPENAI_BASE_URL and RAG_MODEL.", True
        )


@asynccontextmanager
async def closing_connections(heard: Callable[[], None]) -> AsyncIterator[None]:
    """Closes the connections of the replies that were begun inside, when it is left.

    The libraries leave some of their generators to the garbage collector, and with them a reply that is not read to its end.
    heard: called when a server begins to answer.
    """
    opened: list[Any] = []

    def answered(response: Any) -> None:  # noqa: ANN401 - a Response of the library
        opened.append(response)
        heard()

    before = _answered.set(answered)
    try:
        yield
    finally:
        _answered.reset(before)
        for response in opened:
            await response.aclose()


async def _hand_over(response: Any) -> None:  # noqa: ANN401 - a Response of the library
    _check_encoding(response)
    response.aiter_bytes = partial(_count_async, response.aiter_bytes)
    _answered.get()(response)


def _limit(response: Any) -> None:  # noqa: ANN401 - a Response of the library
    _check_encoding(response)
    response.iter_bytes = partial(_count, response.iter_bytes)


def _check_encoding(response: Any) -> None:  # noqa: ANN401
    """A kilobyte can be a megabyte once it is decompressed; nobody asked for that."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise ReplyTooLarge


class _Counter:
    """Bytes of a reply. Raises ReplyTooLarge at the first that is too many."""

    def __init__(self) -> None:
        self.whole = self.line = 0

    def add(self, part: bytes) -> bytes:
        self.whole += len(part)
        ended = max(part.rfind(b"\n"), part.rfind(b"\r")) + 1
        self.line = len(part) - ended if ended else self.line + len(part)
        if self.whole > MAX_REPLY_BYTES or self.line > MAX_LINE_BYTES:
            raise ReplyTooLarge
        return part


async def _count_async(read: Callable[..., Any], *args: Any) -> AsyncIterator[bytes]:  # noqa: ANN401
    counter = _Counter()
    async with aclosing(read(*args)) as parts:
        async for part in parts:
            yield counter.add(part)


def _count(read: Callable[..., Any], *args: Any) -> Iterator[bytes]:  # noqa: ANN401
    counter = _Counter()
    for part in read(*args):
        yield counter.add(part)


def refuses_options(error: Exception) -> bool:
    """Whether a request may have been refused for its options."""
    import openai

    return isinstance(error, openai.APIStatusError) and error.status_code in (400, 422)


def pause_before_retry(error: Exception) -> float | None:
    """Seconds to wait before a second attempt, as the server asks for; None when it would not help."""
    import openai

    if isinstance(error, openai.APITimeoutError | TimeoutError | ReplyTooLarge):
        return None
    if not isinstance(error, openai.APIStatusError):
        return _PAUSE
    if not _may_pass(error.status_code):
        return None
    try:
        return max(_PAUSE, float(error.response.headers.get("retry-after", _PAUSE)))
    except ValueError:
        return _PAUSE


def _may_pass(status: int) -> bool:
    return status in (408, 409, 429) or status >= 500
