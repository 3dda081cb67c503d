"""Many fits on one worker, two, and a Dask cluster: time, killed workers, and the load of a scheduler."""

from __future__ import annotations

import inspect
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import psutil  # type: ignore[import-untyped]
import threadpoolctl  # type: ignore[import-untyped]

import petfit
from benchmarks.measured import Row
from petfit.inference import workers as engine
from petfit.planning import many_fits
from petfit.planning.evaluation import QUICK
from petfit.planning.simulation import simulate
from petfit.planning.study_design import Arm, StudyDesign

__all__ = ["killed_workers", "scheduler_load", "two_workers"]

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def two_workers(tables: int) -> Iterator[Row]:
    """Time the same fits in one process, in two, and on a Dask scheduler with two workers."""
    fits = partial(petfit.fit_many, _tables(tables), "emax", settings=QUICK)
    seconds, rows = {}, {}
    with ExitStack() as stack:
        # The workers start and compile, or load what is compiled, before any time is taken.
        scheduler = stack.enter_context(dask_cluster(2))
        petfit.fit_many(_tables(8), "emax", settings=QUICK, scheduler=scheduler)
        places: dict[str, dict[str, Any]] = {
            "one process": {"workers": 1},
            "two processes": {"workers": 2},
            "Dask, two workers": {"scheduler": scheduler},
        }
        for name, where in places.items():
            began = time.perf_counter()
            with threadpoolctl.threadpool_limits(1):
                rows[name] = fits(**where)
            seconds[name] = time.perf_counter() - began
    one, two, dask = seconds.values()
    for name, value in seconds.items():
        yield Row("workers", f"{name}: seconds", value, cases=tables)
    yield Row("workers", "two processes: time over that of one", two / one, cases=tables)
    yield Row("workers", "Dask, two workers: time over that of two processes", dask / two, cases=tables)
    for name in list(rows)[1:]:
        same = float(rows[name].equals(rows["one process"]))
        yield Row("workers", f"{name}: identical rows (1 is yes)", same, cases=tables)


def killed_workers(tables: int, *, seconds: float = 15.0, kills: int = 10) -> Iterator[Row]:
    """Kill workers at random moments while fits run on three, and compare the rows with undisturbed ones."""
    given = _tables(tables)
    expected = petfit.fit_many(given, "emax", settings=QUICK, workers=1)
    for place in ("processes", "Dask"):
        with ExitStack() as stack:
            where: dict[str, Any] = {"workers": 3}
            if place == "Dask":
                where = {"scheduler": stack.enter_context(dask_cluster(3))}
            killed = stack.enter_context(_killer(seconds, kills))
            rows = petfit.fit_many(given, "emax", settings=QUICK, **where)
        yield Row("killed workers", f"{place}: workers killed", len(killed), cases=tables)
        lost = tables - int((rows["verdict"] != "not fitted").sum())
        yield Row("killed workers", f"{place}: rows without a fit", lost, cases=tables)
        same = float(rows.equals(expected))
        yield Row("killed workers", f"{place}: identical rows (1 is yes)", same, cases=tables)


@contextmanager
def _killer(seconds: float, kills: int) -> Iterator[list[int]]:
    """Kill a busy worker at random moments, on average once in some seconds, up to a number of times."""
    killed: list[int] = []
    stop = threading.Event()
    rng = random.Random(1)

    def kill() -> None:
        while len(killed) < kills and not stop.wait(rng.expovariate(1 / seconds)):
            # A worker that is killed while it starts is given up by Dask's nanny.
            if workers := [process for process in _workers() if process.cpu_times().user > 6.0]:
                victim = rng.choice(workers)
                killed.append(victim.pid)
                os.kill(victim.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def _workers() -> list[psutil.Process]:
    """Return the processes that fit: those of the pool, and those that nannies of Dask watch."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if "spawn_main" in line and not process.children():
            found.append(process)
    return found


def scheduler_load(counts: tuple[int, ...], tasks: int) -> Iterator[Row]:
    """Measure what a Dask scheduler does for a task of no work, and for a worker, by number of workers."""
    import distributed

    part = "scheduler"
    yield Row(part, "bytes of a task", len(pickle.dumps(_task())))
    for count in counts:
        with _scheduler() as (address, process), _idle_workers(address, count):
            connect: Any = distributed.Client  # untyped
            with connect(address) as client:
                client.wait_for_workers(count, timeout=300)
                memory = process.memory_info().rss / 2**20
                list(engine.run(abs, range(1000), scheduler=client))
                client.run_on_scheduler(_count_messages)
                began, used = time.perf_counter(), sum(process.cpu_times()[:2])
                list(engine.run(abs, range(tasks), scheduler=client))
                wall = time.perf_counter() - began
                spent = sum(process.cpu_times()[:2]) - used
                messages = client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.messages)
                time.sleep(5.0)
                idle = sum(process.cpu_times()[:2]) - used - spent
        of = f"{count} workers"
        yield Row(part, f"{of}: scheduler's microseconds for a task", 1e6 * spent / tasks, cases=tasks)
        yield Row(part, f"{of}: messages to the scheduler for a task", messages.total() / tasks, cases=tasks)
        yield Row(part, f"{of}: seconds of work in a task that keep 10,000 workers busy", 1e4 * spent / tasks)
        yield Row(
            part, f"{of}: tasks a second, driver and workers on the same cores", tasks / wall, cases=tasks
        )
        yield Row(part, f"{of}: share of a core of the scheduler without tasks", idle / 5.0)
        yield Row(part, f"{of}: memory of the scheduler, MB", memory)


def _count_messages(dask_scheduler: Any) -> None:
    """Count what clients and workers send, in the process of the scheduler."""
    messages = dask_scheduler.messages = Counter()

    def counted(name: str, handle: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **keys: Any) -> Any:
            messages[name] += 1
            return handle(*args, **keys)

        return count

    handlers = dask_scheduler.stream_handlers
    plain = {name: handle for name, handle in handlers.items() if not inspect.iscoroutinefunction(handle)}
    handlers |= {name: counted(name, handle) for name, handle in plain.items()}


def _tables(count: int) -> dict[str, pd.DataFrame]:
    arms = [Arm(n=4, drug="X", doses=[dose]) for dose in (3.0, 20.0, 100.0)]
    return {f"{i}": simulate(StudyDesign(arms=arms), "emax", seed=i) for i in range(count)}


def _task() -> Any:
    """Return a task of `petfit.fit_many`, as it is sent to a worker."""
    sent: list[Any] = []

    def note(_: Callable[..., Any], tasks: list[Any], *__: Any, **___: Any) -> dict[int, engine.Failure]:
        sent.extend(tasks)
        return {0: engine.Failure("not run")}

    with patch.object(many_fits, "run_missing", note):
        petfit.fit_many(_tables(1), "emax")
    return sent[0]


@contextmanager
def dask_cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers in processes of their own, and yield the address of the scheduler."""
    with _scheduler() as (address, _), ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(_process("-m", "distributed.cli.dask_worker", address, "--nthreads", "1"))
        yield address


@contextmanager
def _scheduler() -> Iterator[tuple[str, psutil.Process]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        with _process("-m", "distributed.cli.dask_scheduler", *words) as process:
            for _ in range(600):
                if file.exists() and file.read_text():
                    break
                time.sleep(0.1)
            yield json.loads(file.read_text())["address"], psutil.Process(process.pid)


@contextmanager
def _idle_workers(address: str, count: int) -> Iterator[None]:
    """Start workers as coroutines of one process: the scheduler sees as many as on a real cluster."""
    with _process("-c", _IDLE_WORKERS, address, str(count)):
        yield


_IDLE_WORKERS = """
import asyncio, sys
from distributed import Worker

async def main(address, count):
    workers = [Worker(address, nthreads=1, dashboard=False) for _ in range(count)]
    for worker in workers:
        await worker
    await asyncio.gather(*(worker.finished() for worker in workers))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | _ONE_THREAD
    null = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *words], env=environment, stdout=null, stderr=null)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
