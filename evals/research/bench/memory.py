"""Memory of a process, as Linux counts it."""

from __future__ import annotations

import os
import re
from pathlib import Path

_KIB_PER_MIB = 1024


def read_memory(process: int | None = None) -> dict[str, float]:
    """{"resident_mib", "peak_mib"} of a process, this one when None; mapped files count as far as they are in memory.

    Raises OSError where there is no /proc."""
    status = Path(f"/proc/{process or os.getpid()}/status").read_text(encoding="ascii", errors="replace")
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE))
    return {
        "resident_mib": int(found["VmRSS"]) / _KIB_PER_MIB,
        "peak_mib": int(found["VmHWM"]) / _KIB_PER_MIB,
    }
