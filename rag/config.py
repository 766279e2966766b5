"""Settings: the only reader of the environment.

Every setting is an argument of `Settings`, or a variable with the prefix `RAG_`, but for the two that every OpenAI client
knows, `OPENAI_API_KEY` and `OPENAI_BASE_URL`; arguments win. A variable `RAG_…`
that is not known is an error, so that a misspelt one is not silently ignored.
"""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "RAG_"
EMBEDDED = "embedded"
_HEADER = re.compile(r"[!-~]([ -~]*[!-~])?")


class Settings(BaseSettings):
    """Where the index is, and how it is asked and served.

    store: folder of the index (`RAG_STORE`).
    auth: "user:password" the chat page asks for (`RAG_AUTH`).
    host, port: where the chat page listens (`RAG_HOST`, `RAG_PORT`).
    insecure: serve other machines without a password (`RAG_INSECURE`).
    uploads: files can be added on the chat page (`RAG_UPLOADS`), where it is for this machine only or asks for a password.
    deadline: seconds an answer may take (`RAG_DEADLINE`), whatever a model's server does; quoted ones take a small part of one.
    reading_seconds: how long the passages found for a question may be read (`RAG_READING_SECONDS`), the best first; two in any
    case. Each part of a question, and each way to read a follow-up, has this time of its own.
    model: a chat model that writes the answers, and translates articles when asked to (`RAG_MODEL`); a key alone switches
    nothing on.
    api_key, base_url: of the server it runs on (`OPENAI_API_KEY`, `OPENAI_BASE_URL`).
    prices: what a million tokens cost, read and written, in any currency (`RAG_PRICES="0.15,0.60"`); without them, and without
    a server that counts tokens, the cost of an answer is not known.
    embeddings: what embeds texts (`RAG_EMBEDDINGS`): "embedded", the encoder that comes along; "openai:<model>", a model on the
    server of `base_url`; or, as an argument, any LangChain `Embeddings` object. A key alone switches nothing on.
    chroma_url: a Chroma server that keeps the index instead of a folder (`RAG_CHROMA_URL`). The folder `store` then keeps only
    what this machine has fetched and embedded, and may be empty.
    chroma_token: sent to it as "Authorization: Bearer" (`RAG_CHROMA_TOKEN`). chroma_headers: other headers that it, or a proxy
    before it, asks for, as JSON (`RAG_CHROMA_HEADERS`). Neither is ever shown.
    chroma_name: what the collections of this index begin with, so that one server can keep several (`RAG_CHROMA_NAME`).
    chroma_timeout: seconds that it may take for one request of a reader (`RAG_CHROMA_TIMEOUT`).
    languages: a folder of further languages (`RAG_LANGUAGES`), for the whole process: `locales/xx.toml` says how one is read,
    `messages/xx.toml` what people read in it.
    log: what the chat page's server writes down on standard error, one line an event (`RAG_LOG`): "text", "json" or "off".
    log_questions: write questions too, and the texts of errors, which may hold one (`RAG_LOG_QUESTIONS`).

    Raises SettingsError naming the setting, what was given and what is allowed.

    >>> Settings(store="elsewhere").store.name
    'elsewhere'
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    store: Path = Path(".store")
    auth: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=1, le=65535)
    insecure: bool = False
    uploads: bool = True
    deadline: float = Field(30.0, gt=0, le=3600)
    # Two busy cores read all passages in a second or two. A limit that is reached makes answers depend on the machine.
    reading_seconds: float = Field(5.0, ge=0, le=3600)
    chroma_url: str | None = None
    chroma_token: SecretStr | None = None
    chroma_headers: SecretStr | None = None
    chroma_name: str = Field("kilnmark", pattern=r"^[a-z][a-z0-9]{2,29}$")
    chroma_timeout: float = Field(5.0, gt=0, le=600)
    languages: Path | None = None
    log: Literal["text", "json", "off"] = "text"
    log_questions: bool = False
    model: str | None = None
    api_key: SecretStr | None = Field(None, validation_alias=AliasChoices("api_key", "OPENAI_API_KEY"))
    base_url: str | None = Field(None, validation_alias=AliasChoices("base_url", "OPENAI_BASE_URL"))
    prices: Annotated[tuple[float, float] | None, NoDecode] = None
    embeddings: Annotated[Any, NoDecode] = EMBEDDED

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - what pydantic takes
        unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in self.list_variables())
        if unknown:
            raise SettingsError(f"Unknown setting {unknown[0]}.", f"Known: {', '.join(self.list_variables())}.")
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"Setting {name!r}: {first['msg']}.", f"Settings are {', '.join(self.list_variables())}."
            ) from None

    @classmethod
    def list_variables(cls) -> list[str]:
        """The environment variables that are read, sorted."""
        aliases = {name: field.validation_alias for name, field in cls.model_fields.items()}
        return sorted(
            str(alias.choices[-1]) if isinstance(alias, AliasChoices) else PREFIX + name.upper()
            for name, alias in aliases.items()
        )

    def list_secrets(self) -> list[str]:
        """What must never be written down: the value of every secret setting, the password and each header by itself."""
        found = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        found += self.chroma_request_headers.values()
        return found + ([self.auth.get_secret_value().partition(":")[2]] if self.auth else [])

    @field_validator("store")
    @classmethod
    def _a_plain_path(cls, value: Path) -> Path:
        if not str(value).isprintable():
            raise ValueError("is not a path")
        return value.expanduser()

    @property
    def index(self) -> str:
        """Where the index is, as it is shown: the address of its server, or its folder."""
        return self.chroma_url or str(self.store)

    @property
    def chroma_request_headers(self) -> dict[str, str]:
        """Headers of every request to the Chroma server, secrets among them."""
        given = json.loads(self.chroma_headers.get_secret_value()) if self.chroma_headers else {}
        token = {"Authorization": f"Bearer {self.chroma_token.get_secret_value()}"} if self.chroma_token else {}
        return token | given

    @field_validator("chroma_url")
    @classmethod
    def _a_plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and value.isprintable()
        except ValueError:
            plain = False
        if not plain:
            raise ValueError("must be an address such as http://127.0.0.1:8000")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("must be without user, password and query; give them as RAG_CHROMA_TOKEN or RAG_CHROMA_HEADERS")
        return value.rstrip("/")

    @field_validator("chroma_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _HEADER.fullmatch(value.get_secret_value()):
            raise ValueError("must be one line of plain characters")
        return value

    @field_validator("chroma_headers")
    @classmethod
    def _headers_as_json(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            given = json.loads(value.get_secret_value()) if value else {}
            known = all(_HEADER.fullmatch(name) and _HEADER.fullmatch(text) for name, text in given.items())
        except (ValueError, TypeError, AttributeError):
            known = False
        if not known:
            raise ValueError('must be JSON such as {"X-Api-Key": "..."}')
        return value

    @field_validator("embeddings")
    @classmethod
    def _a_known_embedder(cls, value: object) -> object:
        if isinstance(value, str):
            server, colon, model = value.partition(":")
            known = value == EMBEDDED or (server == "openai" and colon and model.strip())
        else:
            known = all(callable(getattr(value, name, None)) for name in ("embed_documents", "embed_query"))
        if not known:
            raise ValueError("must be embedded, openai:<model>, or a LangChain Embeddings object")
        return value

    @field_validator("prices", mode="before")
    @classmethod
    def _two_prices(cls, value: object) -> object:
        if value is None:
            return None
        parts = value.split(",") if isinstance(value, str) else value
        try:
            read, written = map(float, parts)  # type: ignore[call-overload]
        except (TypeError, ValueError):
            read = written = math.nan
        if not (0 <= read < math.inf and 0 <= written < math.inf):
            raise ValueError("must be two prices of a million tokens, read and written, such as 0.15,0.60")
        return read, written

    @field_validator("auth")
    @classmethod
    def _user_and_password(cls, value: SecretStr | None) -> SecretStr | None:
        user, colon, password = value.get_secret_value().partition(":") if value else ("u", ":", "p")
        if not (user and colon and password):
            raise ValueError("must be user:password")
        return value
