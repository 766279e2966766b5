"""The only door to a language model: any OpenAI-compatible endpoint, through `langchain-openai`.

Nothing is sent anywhere unless a model is named in the settings, whatever keys there are.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rag.config import Settings
from rag.errors import ModelError

_HINT = "Name a chat model: RAG_MODEL=gpt-… with OPENAI_API_KEY, or with OPENAI_BASE_URL for a server of your own."


class ChatModel:
    """The chat model of the settings. Raises ModelError when none is named.

    tokens: (read, written) since it was made, as far as the server counts them.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.model:
            raise ModelError("There is no language model configured.", _HINT)
        self.name = settings.model
        self.where = settings.base_url or "https://api.openai.com/v1"
        self._settings = settings
        self.tokens = (0, 0)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - a ChatOpenAI; importing it takes a second
        from langchain_openai import ChatOpenAI

        key = self._settings.api_key
        return ChatOpenAI(
            model=self.name,
            # Servers of one's own take any key, but the client insists on one.
            api_key=key.get_secret_value() if key else "none",  # type: ignore[arg-type]
            base_url=self._settings.base_url,
            timeout=self._settings.deadline,
            max_retries=1,
            temperature=0,
        )

    def ask(self, system: str, user: str) -> str:
        """One reply. Raises ModelError, in words that never hold the key or the text."""
        import openai

        try:
            reply = self._client.invoke([("system", system), ("human", user)])
        except openai.AuthenticationError:
            raise ModelError(f"{self.where} does not accept the key.", "Check OPENAI_API_KEY.") from None
        except openai.APITimeoutError:
            raise ModelError(f"{self.name} did not answer in {self._settings.deadline:g} s.", "", True) from None
        except openai.APIConnectionError:
            raise ModelError(f"{self.where} cannot be reached.", "Check OPENAI_BASE_URL.", True) from None
        except openai.APIStatusError as error:
            again = error.status_code in (408, 409, 429) or error.status_code >= 500
            raise ModelError(f"{self.where} answered with status {error.status_code}.", "", again) from None
        used = reply.usage_metadata or {}
        self.tokens = (
            self.tokens[0] + int(used.get("input_tokens", 0)),
            self.tokens[1] + int(used.get("output_tokens", 0)),
        )
        return str(reply.content)
