"""Command line: `python -m training reader --data FOLDER` makes the reader's weights from data to the file that ships."""

from __future__ import annotations

import json
import os
import pickle
import random
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import torch
import typer

from training.calibrate import calibrate
from training.examples import tokenize
from training.export import export_weights
from training.mixture import describe, read_rows
from training.train import train
from training.validate import Scorer, print_table

app = typer.Typer(add_completion=False, help="Train the weights in rag/weights/. See training/README.md.")
Data = Annotated[
    Path, typer.Option(help="folder with reading/*.jsonl.gz and xquad-dev/*.json", exists=True, file_okay=False)
]
Work = Annotated[Path, typer.Option(help="folder for rows, checkpoints and figures")]


@app.command()
def prepare(data: Data, work: Work = Path(".training"), seed: int = 5, limit: int = 0) -> None:
    """Read the data, make negatives and near misses, tokenise; writes WORK/reader.pkl. limit: rows, 0 for all."""
    work.mkdir(parents=True, exist_ok=True)
    rows, _ = read_rows(data, random.Random(seed))
    rows = rows[:limit] if limit else rows
    (work / "rows.txt").write_text(f"{describe(rows)}\n", encoding="utf-8")
    dataset = tokenize(rows)
    with (work / "reader.pkl").open("wb") as stream:
        pickle.dump(dataset, stream)
    print(f"{len(dataset.examples)} examples, {len(dataset.contexts)} contexts; counts in {work / 'rows.txt'}")  # noqa: T201


@app.command(name="train")
def run_training(
    work: Work = Path(".training"),
    minutes: Annotated[float, typer.Option(help="time to train, pauses included")] = 180.0,
    processes: Annotated[int, typer.Option(help="one a core")] = 2,
    start: Annotated[Path | None, typer.Option(help="checkpoint to begin from")] = None,
    seed: int = 7,
) -> None:
    """Train from WORK/reader.pkl; goes on from WORK/reader.pt when it is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["MASTER_PORT"] = str(probe.getsockname()[1])
    arguments = (processes, work / "reader.pkl", work / "reader.pt", minutes * 60, start, seed)
    torch.multiprocessing.spawn(train, arguments, nprocs=processes)  # type: ignore[no-untyped-call]


@app.command()
def validate(data: Data, work: Work = Path(".training"), limit: int = 300, checkpoint: Path | None = None) -> None:
    """Print the figures of the checkpoint on articles never trained on."""
    print_table(Scorer(checkpoint or work / "reader.pt"), data, limit)


@app.command()
def export(
    data: Data, work: Work = Path(".training"), out: Path = Path("rag/weights/reader.npz"), limit: int = 150
) -> None:
    """Calibrate the checkpoint and write the weights that ship."""
    checkpoint = work / "reader.pt"
    calibration = {kind: asdict(fitted) for kind, fitted in calibrate(Scorer(checkpoint), data, limit).items()}
    digest = export_weights(checkpoint, out, {"calibration": calibration})
    print(f"{out} {out.stat().st_size / 1e6:.1f} MB {digest} {json.dumps(calibration)}")  # noqa: T201


@app.command()
def reader(
    data: Data, work: Work = Path(".training"), out: Path = Path("rag/weights/reader.npz"), minutes: float = 180.0
) -> None:
    """Prepare, train, validate and export, one after the other; what is there already is gone on from."""
    if not (work / "reader.pkl").exists():
        prepare(data, work)
    run_training(work, minutes)
    validate(data, work)
    export(data, work, out)


if __name__ == "__main__":
    app()
