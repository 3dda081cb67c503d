"""Results of tasks, kept in a folder: a run that was stopped makes only those that are missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from petfit.errors import PetfitError
from petfit.evidence.files import write_files
from petfit.inference import workers as engine

__all__ = ["digest", "run_missing"]

type Records = list[dict[str, Any]]


def digest(*parts: str) -> str:
    """Return the SHA-256 of texts, as the name of a result that depends on them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run_missing[T](
    function: Callable[[T], Records],
    tasks: Sequence[T],
    digests: Sequence[str],
    folder: str | Path | None,
    columns: Sequence[str],
    **where: Any,
) -> dict[int, Records | engine.Failure]:
    """Return the records of each task: those in a folder, and of the tasks that are run for them.

    Parameters
    ----------
    function, tasks
        See `petfit.inference.workers.run`. A result is a list of rows, of texts and numbers.
    digests : sequence of str
        By task: what its result depends on, as the name of a file.
    folder : str or path, optional
        Where results are kept, a file for each; made if it is not there. Failures are not kept.
    columns : sequence of str
        What every row has. A file whose rows lack any of them, or that is damaged, is made again.
    **where
        ``workers``, ``scheduler`` and ``title`` of `petfit.inference.workers.run`.

    Raises
    ------
    PetfitError
        If the folder cannot be made.

    Examples
    --------
    >>> run_missing(lambda n: [{"n": n}], [3, 4], ["a", "b"], None, ["n"], workers=1)
    {0: [{'n': 3}], 1: [{'n': 4}]}
    """
    files = None if folder is None else [_made(Path(folder)) / f"{digest}.json" for digest in digests]
    found: dict[int, Records | engine.Failure] = {}
    for i, file in enumerate(files or []):
        if (records := _kept(file, set(columns))) is not None:
            found[i] = records
    missing = [i for i in range(len(tasks)) if i not in found]
    for position, result in engine.run(function, [tasks[i] for i in missing], **where):
        i = missing[position]
        found[i] = result
        if files is not None and not isinstance(result, engine.Failure):
            write_files({files[i]: json.dumps(result)})
    return found


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PetfitError(f"{folder}: cannot be made ({error.strerror}). Choose another folder.") from None
    return folder


def _kept(file: Path, columns: set[str]) -> Records | None:
    """Return the rows in a file; None if there is none, or it is damaged."""
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(records, list) and all(
        isinstance(row, dict) and columns <= set(row) for row in records
    )
    return records if is_whole else None
