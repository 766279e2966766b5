"""The weights in `rag/weights/` are made here, from question-answering data given by path. See README.md."""
