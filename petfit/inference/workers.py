"""Run many independent tasks: in this process, in one process for each core, or on a Dask cluster.

All three go through the executor interface of the standard library, which Dask offers as well. A task gives
the same result wherever and whenever it runs, if its randomness comes from a seed that is part of the task.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from numbers import Integral
from queue import SimpleQueue
from threading import Thread
from typing import Any

from petfit.errors import PetfitError

__all__ = ["Failure", "run"]

_MOST_DEATHS = 3
"""How many workers may end while they run a task before it counts as failed."""

_QUEUED_FOR_EACH_WORKER = 2
_FEWEST_ON_CLUSTER = 2000
"""Tasks sent ahead: few to processes, which lose them when one ends, and more to a cluster that may grow."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Failure:
    """A task without a result.

    Parameters
    ----------
    reason : str
        The message of its error, or how its worker ended.
    """

    reason: str


def run[T, R](
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int | None = None,
    scheduler: Any = None,
    title: str = "",
) -> Iterator[tuple[int, R | Failure]]:
    """Yield the position and the result of each task as soon as it is known.

    Parameters
    ----------
    function : callable
        A function of a module, so that it can be sent to a worker.
    tasks : sequence
        Its arguments, one for each call.
    workers : int, optional
        Processes of this machine; as many as there are processors if not given. With 1, the tasks run in this
        process. With more, a script needs ``if __name__ == "__main__":``, as always with processes.
    scheduler : str or distributed.Client, optional
        The address of a Dask scheduler, such as ``tcp://host:8786``, or its client, instead of processes.
    title : str
        Shown with a progress bar and the time left on stderr; none if empty.

    Yields
    ------
    tuple of int and result
        A task that failed has a `Failure` as its result.

    Raises
    ------
    PetfitError
        If there is no such scheduler, Dask is not installed, or workers end before any task is done.

    Examples
    --------
    >>> sorted(run(abs, [-1, 2, "three"], workers=1), key=lambda pair: pair[0])
    [(0, 1), (1, 2), (2, Failure(reason="TypeError: bad operand type for abs(): 'str'"))]
    """
    if workers is not None and (not isinstance(workers, Integral) or workers < 1):
        raise PetfitError(f"workers must be 1 or more, not {workers!r}")
    count = min(workers or os.cpu_count() or 1, len(tasks))
    results: Iterator[tuple[int, R | Failure]]
    if scheduler is not None:
        results = _on_cluster(function, tasks, scheduler)
    elif count <= 1:
        results = ((i, _attempt(function, task)) for i, task in enumerate(tasks))
    else:
        results = _in_processes(function, tasks, count)
    return _with_progress(results, len(tasks), title)


def _attempt[T, R](function: Callable[[T], R], task: T) -> R | Failure:
    """Return the result of a task, or the message of its error."""
    try:
        return function(task)
    except PetfitError as error:
        return Failure(str(error))
    except Exception as error:
        return Failure(f"{type(error).__name__}: {error}")


def _in_processes[T, R](
    function: Callable[[T], R], tasks: Sequence[T], workers: int
) -> Iterator[tuple[int, R | Failure]]:
    """Run the tasks in processes of this machine; those whose process ended run again, each alone."""
    _compile()
    waiting, suspects = deque(range(len(tasks))), deque[int]()
    deaths: Counter[int] = Counter()
    any_done = False
    while waiting or suspects:
        queue = deque([suspects.popleft()]) if suspects else waiting
        running: dict[Future[R | Failure], int] = {}
        pool = _pool(min(workers, len(queue)))
        try:
            for done in _results(pool, function, tasks, queue, running, _QUEUED_FOR_EACH_WORKER * workers):
                any_done = True
                yield done
        except BrokenExecutor:
            deaths.update(running.values())
            suspects.extend(i for i in running.values() if deaths[i] < _MOST_DEATHS)
            for i in running.values():
                if deaths[i] >= _MOST_DEATHS:
                    yield i, _death(any_done=any_done)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _death(*, any_done: bool) -> Failure:
    if any_done:
        return Failure(f"its worker process ended {_MOST_DEATHS} times; memory may have run out")
    raise PetfitError(
        "the worker processes ended before any task was done. In a script, put what it does under "
        'if __name__ == "__main__":, or use workers=1.'
    )


def _results[T, R](
    executor: Executor,
    function: Callable[[T], R],
    tasks: Sequence[T],
    queue: deque[int],
    running: dict[Future[R | Failure], int],
    width: int,
) -> Iterator[tuple[int, R | Failure]]:
    """Yield results as they come; `running` holds the tasks that were sent and not finished."""
    done: SimpleQueue[Future[R | Failure]] = SimpleQueue()
    while queue or running:
        while queue and len(running) < width:
            future = executor.submit(_attempt, function, tasks[queue[0]])  # may find that workers died
            running[future] = queue.popleft()
            future.add_done_callback(done.put)
        future = done.get()
        result = _result(future)
        yield running.pop(future), result


def _result[R](future: Future[R | Failure]) -> R | Failure:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except CancelledError:
        raise PetfitError("the connection to the scheduler was lost. Start it, and run this again.") from None
    except Exception as error:  # Dask gives up on a task whose workers died too often
        return Failure(f"{type(error).__name__}: {error}")


def _compile() -> None:
    """Compile what the workers need into numba's cache, or find it there, before they start."""
    from petfit.inference import kernel

    functions = kernel.compiled()
    for name in ("log_density", "log_density_of_people", "deviations", "expand"):
        getattr(functions, name)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Set one thread for each library, before a worker imports any, and end it with its parent."""
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _on_cluster[T, R](
    function: Callable[[T], R], tasks: Sequence[T], scheduler: Any
) -> Iterator[tuple[int, R | Failure]]:
    """Run the tasks on a Dask cluster, whose scheduler runs those of a worker that died again."""
    with _client(scheduler) as client, client.get_executor(pure=False) as executor:
        queue = deque(range(len(tasks)))
        width = max(_FEWEST_ON_CLUSTER, _QUEUED_FOR_EACH_WORKER * sum(client.nthreads().values()))
        yield from _results(executor, function, tasks, queue, {}, width)


@contextmanager
def _client(scheduler: Any) -> Iterator[Any]:
    try:
        import distributed
    except ImportError:
        raise PetfitError("a scheduler needs Dask. Install it: pip install petfit[cluster]") from None
    connect: Any = distributed.Client  # untyped
    if isinstance(scheduler, connect):
        yield scheduler
        return
    try:
        client = connect(scheduler)
    except (OSError, ValueError) as error:
        raise PetfitError(f"scheduler {scheduler!r}: cannot be reached ({error}).") from None
    with client:
        yield client


def _with_progress[R](results: Iterator[R], total: int, title: str) -> Iterator[R]:
    if not title:
        return results
    from rich.console import Console
    from rich.progress import track

    return iter(track(results, title, total, console=Console(stderr=True), transient=True))
