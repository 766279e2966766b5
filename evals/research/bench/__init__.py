"""The bench: what the assistant costs, beside the floors that no assistant over the same libraries can go below.

`python -m evals bench` measures ratios within one run: what is compared runs in turn (A B A B …), each in a fresh child process,
so that memory and imports are its own, and the middle one of several rounds counts. `command.py` tells the story of a run.
"""
