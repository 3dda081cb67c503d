"""Stop each command that writes a file by each signal at many moments: what is left behind, and what is said.

Run ``python -m benchmarks.kills``, with ``--moments 5`` for fewer, or with ``--commands report`` to measure
one again. Writes ``benchmarks/kills.csv`` and ``benchmarks/kills.md``. Commands run in forks of a process
that has imported petfit, so that the moments fall into their work; those of ``start`` fall into the start of
Python and the imports.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import petfit
import petfit.cli  # as the commands in forks need it
from petfit.__main__ import main as petfit_main
from petfit.errors import PetfitError

HERE = Path(__file__).parent
SIGNALS = ("SIGINT", "SIGTERM", "SIGKILL")
TABLE = "study,subject,drug,dose,value\n" + "".join(
    f"s{i % 2},{i},x,{dose},{dose / (dose + 9):.3f}\n" for i, dose in enumerate((2, 5, 10, 20, 40, 80))
)
COMMANDS = {
    "fit": "fit table.csv --draws 100 --tune 200 --chains 2 -o new.nc",
    "report": "report fit.nc -o report.html",
    "compare": "compare fit.nc other.nc --report report.html",
    "plot": "plot fit.nc forest -o figure.pdf",
    "priors": "priors emax --plot figure.svg",
    "data": "data table.csv -o saved.tsv",
    "dose": "dose fit.nc -o dose.tsv",
    "predict": "predict fit.nc --dose 10 -o predicted.tsv",
    "start": "dose fit.nc -o dose.tsv",
}


@dataclass(frozen=True)
class Row:
    """One command and signal: how often each ending was seen."""

    command: str
    signal: str
    moments: int
    finished: int
    stopped: int
    replaced: int
    tracebacks: int
    half_files: int
    parts_left: int
    parts_after_next: int


def is_whole(path: Path) -> bool:
    """Whether a file is complete."""
    content = path.read_bytes()
    if path.suffix == ".nc":
        with contextlib.suppress(PetfitError):
            return bool(petfit.load(path))
        return False
    ends = {".html": b"</html>", ".svg": b"</svg>", ".pdf": b"%%EOF", ".tsv": b"\n", ".json": b"}"}
    return content.rstrip(b" ").endswith((ends[path.suffix], ends[path.suffix] + b"\n"))


def start_fork(words: list[str], log: Path) -> int:
    """Run a command in a fork, its output in a file; return its process."""
    process = os.fork()
    if process:
        return process
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        sys.argv = ["petfit", *words]
        petfit_main()
    except SystemExit as left:
        sys.stdout.flush()
        os._exit(left.code if isinstance(left.code, int) else 3)
    finally:
        os._exit(3)


def start_process(words: list[str], log: Path) -> int:
    """Run a command in a process of its own, as from the shell."""
    with log.open("wb") as output:
        return subprocess.Popen([sys.executable, "-m", "petfit", *words], stdout=output, stderr=output).pid


def wait(process: int) -> int:
    """Return the exit status of a process, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def measure(command: str, name: str, moments: int) -> Row:
    """Stop one command by one signal at evenly spaced moments of its run."""
    words = COMMANDS[command].split()
    start: Callable[[list[str], Path], int] = start_process if command == "start" else start_fork
    log, target = Path("log"), Path(words[-1])
    begin = time.perf_counter()
    wait(start(words, log))
    duration = time.perf_counter() - begin
    assert is_whole(target), log.read_text()
    counts = dict.fromkeys(["finished", "stopped", "replaced", "tracebacks", "half_files"], 0)
    for moment in range(moments):
        before = target.stat().st_ino
        process = start(words, log)
        time.sleep(duration * (moment + 0.5) / moments)
        os.kill(process, signal.Signals[name])
        status = wait(process)
        counts["finished"] += status in (0, 1)
        counts["stopped"] += status in (130, -signal.SIGKILL)
        counts["replaced"] += target.stat().st_ino != before and status not in (0, 1)
        if "Traceback" in log.read_text():
            print(log.read_text(), flush=True)
            counts["tracebacks"] += 1
        counts["half_files"] += sum(not is_whole(path) for path in Path().glob(f"{target.stem}.*"))
    parts = len(list(Path().glob(".petfit-part-*")))
    wait(start(words, log))
    left = len(list(Path().glob(".petfit-part-*")))
    return Row(command, name, moments, **counts, parts_left=parts, parts_after_next=left)


def page(rows: list[Row]) -> str:
    """Return the page with the table."""
    lines = [f"| {' | '.join(str(value) for value in asdict(row).values())} |" for row in rows]
    return f"""# Stopped commands

Measured by `python -m benchmarks.kills`: each command was stopped by each signal at evenly spaced moments of
its run, an older result in place of its output. `start` is `petfit dose` in a process of its own, so that
moments fall into the start of Python and the imports.

- finished: it ended by itself, before the signal or in spite of it.
- stopped: it ended with status 130, or was killed. The others ended before petfit began.
- replaced: of those that did not finish, the new file was in place already.
- tracebacks: there was one in the output; those of `start` are of its first 0.1 s, before petfit began.
- half files: outputs that were not complete.
- parts: folders of unfinished files that were left beside the output after all moments.
- parts later: those that were left when the command had run once more.

| command | signal | moments | finished | stopped | replaced | tracebacks | half files | parts | parts later |
|---|---|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}
"""


def _rows_of_others(commands: Sequence[str]) -> list[Row]:
    table = HERE / "kills.csv"
    if not table.exists():
        return []
    rows = (Row(*record) for record in pd.read_csv(table).itertuples(index=False))
    return [row for row in rows if row.command not in commands and row.command in COMMANDS]


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=30)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=tuple(COMMANDS))
    arguments = parser.parse_args()
    rows = _rows_of_others(arguments.commands)
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("table.csv").write_text(TABLE, encoding="utf-8")
        for name, seed in (("fit.nc", "1"), ("other.nc", "2")):
            words = COMMANDS["fit"].split()
            wait(start_process([*words[:-1], name, "--seed", seed], Path("log")))
        petfit.load("fit.nc").report("warm.html")  # import what the commands need
        for command in arguments.commands:
            for name in SIGNALS:
                rows.append(measure(command, name, arguments.moments))
                print(rows[-1], flush=True)
                pd.DataFrame([asdict(row) for row in rows]).to_csv(HERE / "kills.csv", index=False)
                (HERE / "kills.md").write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
