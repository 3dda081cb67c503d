"""Measure how long large tables take to read, and how much memory, by kind and number of rows.

Run ``python -m benchmarks.load``, with ``--counts 1000 4000`` for some sizes. Writes ``benchmarks/load.csv``
and ``benchmarks/load.md``.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence import read_evidence

HERE = Path(__file__).parent
COUNTS = (1_000, 10_000, 100_000)
DOSES = (5, 10, 20, 40)


def people(count: int) -> str:
    """Return a table of people with one row each."""
    rows = (f"s{i % 50},{i},x,{DOSES[i % 4]},0.{i % 90 + 10}\n" for i in range(count))
    return "study,subject,drug,dose,value\n" + "".join(rows)


def groups(count: int) -> str:
    """Return a table of groups: 200 drugs, in one study for each 200 rows."""
    rows = (
        f"study {i // 200},drug {i % 200} {'abcdefghij'[i % 10]},{DOSES[i // 200 % 4]},{i % 90 + 5},7,12\n"
        for i in range(count)
    )
    return "study,drug,dose (mg),occupancy (%),SD,n\n" + "".join(rows)


def scans(count: int) -> str:
    """Return a table of people with a baseline and a drug scan, the dose and the time with their units."""
    rows = (
        f"{i // 2},x,{('0 mg', '10 mg')[i % 2]},{('', '90 min')[i % 2]},{(2.1, 1.1)[i % 2] + i % 7 / 100}\n"
        for i in range(count)
    )
    return "subject,drug,dose,time_h,BP_ND\n" + "".join(rows)


def logarithms(count: int) -> str:
    """Return a table of people with the logarithm of their concentration."""
    rows = (f"{i},x,{i % 300 / 100},{i % 90 + 5}%\n" for i in range(count))
    return "subject,drug,log10 Cp (ng/mL),occupancy\n" + "".join(rows)


def placebo(count: int) -> str:
    """Return a table of trials with one drug and placebo each."""
    rows = (
        f"trial {i // 40},{i},{('placebo', f'drug {i // 40}')[i % 2]},{('', '10')[i % 2]},0.{i % 90 + 10}\n"
        for i in range(count)
    )
    return "study,subject,drug,dose,value\n" + "".join(rows)


def medians(count: int) -> str:
    """Return a table of groups with a median, quartiles and limits."""
    rows = (f"study {i},x,{DOSES[i % 4]},50 [40-6{i % 9}],12\n" for i in range(count))
    return "study,drug,dose,Median [IQR] (%),n\n" + "".join(rows)


def wide(count: int) -> str:
    """Return a wide table of twenty regions, with as many values as rows are asked for."""
    regions = [f"area {10 + number}" for number in range(20)]
    cells = ",".join(f"0.{place + 30}" for place in range(20))
    rows = (f"{i},x,{DOSES[i % 4]},{cells}\n" for i in range(count // 20))
    return f"subject,drug,dose,{','.join(regions)}\n" + "".join(rows)


def unreadable(count: int) -> str:
    """Return a table in which every row has a cell that is no number."""
    rows = (f"{i},x,{DOSES[i % 4]},~{i % 90 + 5}\n" for i in range(count))
    return "subject,drug,dose,value\n" + "".join(rows)


KINDS: dict[str, tuple[Callable[[int], str], str | None]] = {
    function.__name__: (function, option)
    for function, option in (
        (people, None),
        (groups, None),
        (scans, None),
        (logarithms, None),
        (placebo, None),
        (medians, None),
        (wide, "region"),
        (unreadable, None),
    )
}


@dataclass(frozen=True)
class Row:
    """One table: CPU seconds to read it and peak memory in MB, without those of starting Python."""

    kind: str
    rows: int
    seconds: float
    memory: float


def measure(counts: tuple[int, ...], kinds: tuple[str, ...]) -> Iterator[Row]:
    """Yield one row a table, each read in a process of its own."""
    for kind in kinds:
        for count in counts:
            command = [sys.executable, "-m", "benchmarks.load", "--one", kind, str(count)]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            seconds, memory = map(float, output.split())
            yield Row(kind, count, seconds, memory)


def read_one(kind: str, count: int) -> tuple[float, float]:
    """Return the CPU seconds and MB that one table takes."""
    make, option = KINDS[kind]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(make(count), encoding="utf-8")
        before = _peak()
        start = time.process_time()
        try:
            read_evidence(path, wide=option)
        except PetfitError as error:
            str(error)
        return time.process_time() - start, _peak() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def page(rows: list[Row]) -> str:
    """Return the page with the table."""
    lines = []
    for row in rows:
        each = f"{1e6 * row.seconds / row.rows:.0f} | {1024 * row.memory / row.rows:.1f}"
        lines.append(f"| {row.kind} | {row.rows:,} | {row.seconds:.1f} | {row.memory:.0f} | {each} |")
    meanings = [f"- {name}: {_first_line(make)}" for name, (make, _) in KINDS.items()]
    return f"""# Large tables

Measured by `python -m benchmarks.load` on 2 cores: CPU seconds to read and validate a CSV file, as
`petfit data check` does, and the memory that this adds at its peak. Where µs and kB a row stay the same as
tables grow, time and memory are proportional to the number of rows.

| table | rows | CPU s | MB | µs a row | kB a row |
|---|---|---|---|---|---|
{chr(10).join(lines)}

{chr(10).join(meanings)}
"""


def _first_line(make: Callable[[int], str]) -> str:
    return str(make.__doc__).splitlines()[0].removeprefix("Return a table of ").removeprefix("Return a ")


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    parser.add_argument("--kinds", nargs="+", default=tuple(KINDS))
    parser.add_argument("--one", nargs=2)
    arguments = parser.parse_args()
    if arguments.one:
        print(*read_one(arguments.one[0], int(arguments.one[1])))
        return
    rows = []
    for row in measure(tuple(arguments.counts), tuple(arguments.kinds)):
        print(row, flush=True)
        rows.append(row)
    pd.DataFrame([asdict(row) for row in rows]).to_csv(HERE / "load.csv", index=False)
    (HERE / "load.md").write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
