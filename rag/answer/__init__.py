"""Question and paragraphs -> the spans that answer.

spans.py   scores of tokens -> the best span of each sentence
reader.py  a question read together with paragraphs
"""
