"""The journal of a run: one finished round of a group a line, so that an interrupted run goes on where it was.

A round is kept whole or not at all, since its ratios are of measurements that ran one after the other. Rounds of another version
of the code are another run: its journal is put aside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "run.jsonl"


@dataclass(frozen=True)
class Round:
    """What one round of a group measured: values and seconds of each step by label, why steps failed, and lines they said.

    load: of the machine when it began, the mean number of processes that wanted a core in the minute before."""

    group: str
    number: int
    values: Mapping[str, Mapping[str, float]]
    seconds: Mapping[str, float]
    failed: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    load: float = 0.0


class Journal:
    """Rounds in a file of the folder; `about` says of which run: code, machine, start."""

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self._file = folder / FILE
        self.about: dict[str, Any] = {}
        self.rounds: list[Round] = []
        self._read()
        if {key: self.about.get(key) for key in identity} != dict(identity):
            self._begin(folder, identity)

    def _read(self) -> None:
        """Take in what is there; a last line that was cut off is dropped, and ended, so that the next one stands by itself."""
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        if text and not text.endswith("\n"):
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write("\n")
        for line in text.splitlines():
            try:
                row = json.loads(line)
                if self.about:
                    self.rounds.append(Round(**row))
                else:
                    self.about = dict(row)
            except (ValueError, TypeError):
                continue

    def _begin(self, folder: Path, identity: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            aside = folder / "runs"
            aside.mkdir(exist_ok=True)
            self._file.rename(aside / f"{self.about.get('started', 'unknown').replace(':', '')}.jsonl")
        self.rounds = []
        self.about = dict(identity) | {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        self._file.write_text(json.dumps(self.about) + "\n", encoding="utf-8")

    def keep(self, done: Round) -> None:
        """Add a finished round."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
        self.rounds.append(done)

    def rounds_of(self, group: str) -> list[Round]:
        """The finished rounds of a group, in order."""
        return [one for one in self.rounds if one.group == group]


def digest_files(files: Iterable[Path]) -> str:
    """Changes with the name and content of every file."""
    made = hashlib.blake2b(digest_size=6)
    for file in sorted(files):
        made.update(file.name.encode() + b"\0" + file.read_bytes())
    return made.hexdigest()
