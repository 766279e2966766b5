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

from training.articles import MAX_PARAGRAPHS, mix_articles, read_held_out_articles
from training.average import average_weights
from training.calibrate import calibrate, calibrate_checker
from training.claims import describe_claims, read_claims
from training.examples import tokenize
from training.export import export_weights
from training.mixture import describe, read_rows
from training.reworded import read_reworded
from training.rows import ClaimRow, Row
from training.train import train
from training.validate import Scorer, print_articles, print_claims, print_table, print_written
from training.written import FOLDER as WRITTEN
from training.written import is_held_out, mix_claims, mix_written, pair_composed, parse_lines, read_written, write_squad

app = typer.Typer(add_completion=False, help="Train the weights in rag/weights/. See training/README.md.")
Data = Annotated[
    Path, typer.Option(help="folder with reading/*.jsonl.gz and xquad-dev/*.json", exists=True, file_okay=False)
]
Work = Annotated[Path, typer.Option(help="folder for rows, checkpoints and figures")]
CLAIMS = "validation.pkl"  # the claims of a run that are held out


@app.command()
def prepare(data: Data, work: Work = Path(".training"), seed: int = 5, limit: int = 0) -> None:
    """Read the data, make negatives, near misses and claims, tokenise; writes WORK/reader.data. limit: rows, 0 for all."""
    work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    rows, parallel = read_rows(data, rng)
    rows = rows[:limit] if limit else rows
    (work / "rows.txt").write_text(f"{describe(rows)}\n", encoding="utf-8")
    claims, held_out = read_claims(data / "reading", rows, parallel, rng)
    claims = claims[:limit] if limit else claims
    with (work / CLAIMS).open("wb") as stream:
        pickle.dump(held_out, stream)
    (work / "claims.txt").write_text(f"{describe_claims(claims)}\n", encoding="utf-8")
    size = tokenize([*rows, *claims]).save(work / "reader.data")
    print(f"{len(rows)} questions, {len(claims)} claims, {size / 1e6:.0f} MB; counts in {work}/*.txt")  # noqa: T201


@app.command()
def prepare_written(
    data: Data, work: Work = Path(".training/written"), copies: int = 3, others: int = 30_000, seed: int = 23
) -> None:
    """Make the rows of the reader's second run: each question of training/written so many times, among others."""
    _save_questions(mix_written(data, copies, others, random.Random(seed)), work)


def _save_questions(rows: list[Row], work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    (work / "rows.txt").write_text(f"{describe(rows)}\n", encoding="utf-8")
    size = tokenize(rows).save(work / "reader.data")
    print(f"{len(rows)} questions, {size / 1e6:.0f} MB; counts in {work}/rows.txt")  # noqa: T201


@app.command()
def prepare_checker(
    data: Data,
    work: Work = Path(".training/checker"),
    help_pages: Annotated[Path | None, typer.Option(help="folder with en-US, zh-CN and tr of LibreOffice's help")] = None,
    copies: Annotated[int, typer.Option(help="of each claim of training/written")] = 1,
    others: Annotated[int, typer.Option(help="claims that code made, from the sets")] = 14_000,
    seed: int = 11,
) -> None:
    """Make the claims of the checker's last run, in words of their own; writes WORK/reader.data."""
    work.mkdir(parents=True, exist_ok=True)
    lines = [line for path in sorted(WRITTEN.glob("composed-*.txt")) for line in parse_lines(path) if not is_held_out(line.key)]
    claims, held_out = read_reworded(data, help_pages, pair_composed(lines), random.Random(seed))
    (_, written), (_, own) = read_written(data, held_out=False), read_written(data, held_out=True)
    claims = mix_claims(written, copies, claims, others, random.Random(seed))
    held_out = [*own, *held_out[: len(own) // 2]]
    with (work / CLAIMS).open("wb") as stream:
        pickle.dump(held_out, stream)
    (work / "claims.txt").write_text(f"{describe_claims(claims)}\n", encoding="utf-8")
    size = tokenize(claims).save(work / "reader.data")
    print(f"{len(claims)} claims, {size / 1e6:.0f} MB; counts in {work}/claims.txt")  # noqa: T201


@app.command()
def prepare_articles(
    data: Data,
    work: Work = Path(".training/articles"),
    drawings: Annotated[int, typer.Option(help="of the excerpts that questions about articles are put to")] = 3,
    others: Annotated[int, typer.Option(help="of the rows that prepare-written makes; without them it takes a minute")] = 250_000,
    seed: int = 37,
) -> None:
    """Make the rows of the reader's run on articles of several paragraphs, among others; writes WORK/reader.data."""
    _save_questions(mix_articles(data, drawings, others, random.Random(seed)), work)


@app.command(name="train")
def run_training(
    work: Work = Path(".training"),
    minutes: Annotated[float, typer.Option(help="time to train, pauses included")] = 180.0,
    processes: Annotated[int, typer.Option(help="one a core; one where there is a GPU")] = 2,
    start: Annotated[Path | None, typer.Option(help="checkpoint or weights to begin from; e5's own layers when left out")] = None,
    rate: Annotated[float | None, typer.Option(help="highest learning rate; 1.5e-4, or 2.5e-4 on a GPU, when left out")] = None,
    frozen: Annotated[int, typer.Option(help="of the first layers, left as they are: six make a step 1.8 times as fast")] = 0,
    window: Annotated[int, typer.Option(help="tokens of a context that are read at once; several lengths when left out")] = 0,
    seed: int = 7,
) -> None:
    """Train from WORK/reader.data; goes on from WORK/reader.pt when it is there."""
    processes = 1 if torch.cuda.is_available() else processes
    arguments = (processes, work / "reader.data", work / "reader.pt", minutes * 60, start, seed, rate, frozen, window)
    if processes == 1:
        train(0, *arguments)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["MASTER_PORT"] = str(probe.getsockname()[1])
    torch.multiprocessing.spawn(train, arguments, nprocs=processes)  # type: ignore[no-untyped-call]


@app.command()
def validate(data: Data, work: Work = Path(".training"), limit: int = 300, checkpoint: Path | None = None) -> None:
    """Print the figures of the checkpoint on articles never trained on."""
    scorer = Scorer(checkpoint or work / "reader.pt")
    print_table(scorer, data, limit)
    print_claims(scorer, read_held_out_claims(work), limit)


@app.command()
def validate_written(data: Data, start: Path) -> None:
    """Print how a checkpoint or a file that ships tells what is written about paragraphs that are held out."""
    print_written(Scorer(start), *read_written(data, held_out=True))


@app.command()
def validate_articles(start: Path, paragraphs: int = MAX_PARAGRAPHS, limit: int = 150) -> None:
    """Print how a checkpoint or a file that ships reads articles that are held out. paragraphs: at most, of an excerpt."""
    print_articles(Scorer(start), read_held_out_articles(paragraphs, limit, random.Random(41)))


@app.command()
def write_held_out(data: Data, folder: Path) -> None:
    """Write the composed paragraphs that are held out into SQuAD files, after the parallel articles of the data, for
    `python -m evals calibrate`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for path in sorted(WRITTEN.glob("composed-*.txt")) for line in parse_lines(path)]
    articles = write_squad(lines, folder, data / "xquad-dev")
    print(f"{len(articles)} paragraphs in each of three languages: --articles {' '.join(map(str, articles))}")  # noqa: T201


@app.command()
def average(before: Path, after: Path, out: Path) -> None:
    """Write a checkpoint of the mean of two sets of weights; after: trained from before."""
    average_weights(before, after, out)


def read_held_out_claims(work: Path) -> list[ClaimRow]:
    """The claims of the validation articles that `prepare` made."""
    with (work / CLAIMS).open("rb") as stream:
        held_out: list[ClaimRow] = pickle.load(stream)
    return held_out


@app.command()
def export(
    data: Data, work: Work = Path(".training"), out: Path = Path("rag/weights/reader.npz"), limit: int = 150
) -> None:
    """Calibrate the checkpoint and write the weights that ship; chances of claims too where the run had claims."""
    checkpoint = work / "reader.pt"
    scorer = Scorer(checkpoint)
    fitted = {"calibration": calibrate(scorer, data, limit)}
    if (work / CLAIMS).exists():
        fitted["checker"] = calibrate_checker(scorer, read_held_out_claims(work))
    meta = {name: {kind: asdict(own) for kind, own in kinds.items()} for name, kinds in fitted.items()}
    digest = export_weights(checkpoint, out, meta)
    print(f"{out} {out.stat().st_size / 1e6:.1f} MB {digest} {json.dumps(meta)}")  # noqa: T201


@app.command()
def export_checker(work: Work = Path(".training/checker"), out: Path = Path("rag/weights/checker.npz")) -> None:
    """Calibrate the checkpoint on claims and write the checker that ships."""
    checkpoint = work / "reader.pt"
    fitted = calibrate_checker(Scorer(checkpoint), read_held_out_claims(work))
    checker = {kind: asdict(own) for kind, own in fitted.items()}
    digest = export_weights(checkpoint, out, {"checker": checker})
    print(f"{out} {out.stat().st_size / 1e6:.1f} MB {digest} {json.dumps(checker)}")  # noqa: T201


@app.command()
def reader(
    data: Data, work: Work = Path(".training"), out: Path = Path("rag/weights/reader.npz"), minutes: float = 180.0
) -> None:
    """Prepare, train, validate and export, one after the other; what is there already is gone on from."""
    if not (work / "reader.data").exists():
        prepare(data, work)
    run_training(work, minutes)
    validate(data, work)
    export(data, work, out)


if __name__ == "__main__":
    app()
