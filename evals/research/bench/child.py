"""One measurement in a process of its own: reads {"step", "options"} from standard input, writes lines of `protocol`."""

from __future__ import annotations

import importlib
import json
import sys

from evals.research.bench.protocol import send_result, tell_progress


def main() -> int:
    """Measure what standard input asks for; the exit code is 2 when it cannot be, with one line on standard error."""
    asked = json.load(sys.stdin)
    module, _, function = asked["step"].partition(".")
    try:
        # Imported by name, so that a floor's process holds nothing of ours.
        step = getattr(importlib.import_module(f"evals.research.bench.{module}"), function)
        send_result(step(asked["options"], tell_progress))
    except Exception as error:
        print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
