"""The embedder and the languages that the settings name."""

from __future__ import annotations

from rag.config import EMBEDDED, Settings
from rag.encoder.embeddings import CentredEmbedder
from rag.encoder.remote import RemoteEmbedder
from rag.languages import add_languages

ChosenEmbedder = CentredEmbedder | RemoteEmbedder


def use_languages(settings: Settings) -> None:
    """Take in the further languages that the settings name. Raises LanguageError."""
    if settings.languages:
        add_languages(settings.languages)


def choose_embedder(settings: Settings) -> ChosenEmbedder:
    """The embedded one, a model on a server, or a LangChain object, as `settings.embeddings` says.

    A server is asked nothing before the first text is embedded.
    """
    given = settings.embeddings
    if given == EMBEDDED:
        embedder = CentredEmbedder()
        embedder.start_loading()  # while the store is opened and articles are read
        return embedder
    if isinstance(given, str):
        key = settings.api_key.get_secret_value() if settings.api_key else None
        return RemoteEmbedder.of_server(given.removeprefix("openai:"), settings.base_url, key)
    return RemoteEmbedder.of_object(given)
