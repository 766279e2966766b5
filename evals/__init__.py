"""Evaluation of the assistant: gold questions over the articles, and fitting on other people's SQuAD-format data."""
