"""Text to vectors: the one engine, the cache of what it made, and other embedders behind the same door."""
