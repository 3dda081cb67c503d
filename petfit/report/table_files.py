"""The files next to a page: each of its tables as TSV and JSON, and the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from petfit.errors import PetfitError
from petfit.report.table import Table

__all__ = ["outdated_files", "table_files", "tables_folder"]

_CONTENTS = "contents.json"


def tables_folder(page: Path) -> Path:
    """Return the folder of a page's tables.

    Examples
    --------
    >>> tables_folder(Path("report.html")).name
    'report_tables'
    """
    return page.with_name(f"{page.stem}_tables")


def table_files(folder: Path, tables: Iterable[Table], models: dict[str, str]) -> dict[Path, str]:
    """Return the files to write and their texts.

    Parameters
    ----------
    folder : Path
        The folder of the tables.
    tables : iterable of Table
        The page's tables.
    models : dict of str to str
        Texts of model files, by file name.

    Raises
    ------
    PetfitError
        When the folder contains a file of the same name that petfit did not write.
    """
    texts = dict(models)
    for table in tables:
        texts |= {f"{table.name}.tsv": table.tsv, f"{table.name}.json": table.json}
    own_names = set(_listed_files(folder))
    foreign = sorted(
        name for name in (*texts, _CONTENTS) if (folder / name).exists() and name not in own_names
    )
    if foreign:
        raise PetfitError(
            f"{folder}: contains {', '.join(foreign)}, which petfit did not write. Move the file, or give "
            "the report another name."
        )
    contents = {"made_by": "petfit report", "files": sorted(texts)}
    texts[_CONTENTS] = json.dumps(contents, indent=1) + "\n"
    return {folder / name: text for name, text in texts.items()}


def outdated_files(folder: Path, texts: Iterable[Path]) -> list[Path]:
    """Return the files of an older report that the new one does not replace."""
    outdated = {folder / name for name in _listed_files(folder)} - set(texts)
    return [path for path in outdated if path.parent == folder and path.is_file()]


def _listed_files(folder: Path) -> Iterator[str]:
    """Yield the names in the table of contents of a folder, and that of the table of contents."""
    try:
        contents = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
        if contents["made_by"] == "petfit report":
            yield from (_CONTENTS, *(name for name in contents["files"] if isinstance(name, str)))
    except (OSError, ValueError, KeyError, TypeError):
        return
