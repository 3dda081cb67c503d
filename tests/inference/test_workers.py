"""Tasks run the same in this process, in others and on Dask; a worker that dies loses nothing."""

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import psutil
import pytest

from petfit import PetfitError
from petfit.inference.workers import Failure, run


def draw(seed):
    """A task with randomness."""
    if seed == 3:
        raise PetfitError("three is no seed")
    return float(np.random.default_rng(seed).normal())


def die_at_first(task):
    """Kill the worker the first time, and leave a mark."""
    folder, number = task
    mark = Path(folder) / str(number)
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_always(number):
    """Kill every worker that takes this task."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_do_not_depend_on_where_they_are_made():
    alone = dict(run(draw, list(range(6)), workers=1))
    assert alone == dict(run(draw, list(range(6)), workers=2))
    assert alone[3] == Failure("three is no seed")
    assert len(alone) == 6


def test_the_tasks_of_a_worker_that_died_are_run_again(tmp_path):
    tasks = [(str(tmp_path), number) for number in range(6)]
    assert dict(run(die_at_first, tasks, workers=2)) == {number: number for number in range(6)}


def test_a_task_that_always_kills_its_worker_is_a_failure_and_the_others_are_done():
    results = dict(run(die_always, [0, 1, 2], workers=2))
    assert (results[0], results[2]) == (0, 2)
    assert "ended 3 times" in results[1].reason


def test_workers_that_all_die_are_an_error_and_not_a_list_of_failures():
    with pytest.raises(PetfitError, match="before any task was done"):
        list(run(die_always, [1, 1], workers=2))


def test_workers_end_when_the_process_that_started_them_is_killed():
    code = (
        "import time; from petfit.inference.workers import run; list(run(time.sleep, [300, 300], workers=2))"
    )
    driver = subprocess.Popen([sys.executable, "-c", code])
    try:
        while len(workers := _workers_of(driver.pid)) < 2:
            assert driver.poll() is None
            time.sleep(0.2)
    finally:
        driver.kill()
        driver.wait()
    assert psutil.wait_procs(workers, timeout=60)[1] == []


def _workers_of(pid):
    children = psutil.Process(pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_no_workers_are_refused():
    with pytest.raises(PetfitError, match="workers must be 1 or more"):
        run(abs, [1], workers=0)


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two workers in processes of their own, on loopback."""
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Creating scratch directories")  # where the disk is slow
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster:
            yield cluster


def test_a_scheduler_gives_the_same_results(cluster):
    expected = dict(run(draw, list(range(6)), workers=1))
    assert dict(run(draw, list(range(6)), scheduler=cluster.scheduler_address)) == expected


def test_the_scheduler_runs_the_tasks_of_a_dead_worker_again(cluster, tmp_path):
    tasks = [(str(tmp_path), number) for number in range(6)]
    results = dict(run(die_at_first, tasks, scheduler=cluster.scheduler_address))
    assert results == {number: number for number in range(6)}
