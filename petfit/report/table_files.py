"""The files beside a page: each of its tables as TSV and as JSON, and the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from petfit.errors import PetfitError
from petfit.report.table import Sheet

__all__ = ["files_beside", "outdated", "tables_folder"]

_CONTENTS = "contents.json"


def tables_folder(page: Path) -> Path:
    """Return the folder of a page's tables.

    Examples
    --------
    >>> tables_folder(Path("report.html")).name
    'report_tables'
    """
    return page.with_name(f"{page.stem}_tables")


def files_beside(folder: Path, sheets: Iterable[Sheet], models: dict[str, str]) -> dict[Path, str]:
    """Return the files to write and their texts, or refuse to replace one that petfit did not write.

    Parameters
    ----------
    folder : Path
        Of the tables.
    sheets : iterable of Sheet
        The page's tables.
    models : dict of str to str
        Model files by name.

    Raises
    ------
    PetfitError
        When a file of the same name stands there that the folder's table of contents does not know.
    """
    texts = dict(models)
    for sheet in sheets:
        texts |= {f"{sheet.name}.tsv": sheet.tsv, f"{sheet.name}.json": sheet.json}
    known = set(_known(folder))
    foreign = sorted(name for name in (*texts, _CONTENTS) if (folder / name).exists() and name not in known)
    if foreign:
        raise PetfitError(
            f"{folder}: holds {', '.join(foreign)}, which petfit did not write. Move it, or give the report "
            "another name."
        )
    contents = {"made_by": "petfit report", "files": sorted(texts)}
    texts[_CONTENTS] = json.dumps(contents, indent=1) + "\n"
    return {folder / name: text for name, text in texts.items()}


def outdated(folder: Path, texts: Iterable[Path]) -> list[Path]:
    """Return the files of an older page that the new one does not have, lest they be taken for its own."""
    gone = {folder / name for name in _known(folder)} - set(texts)
    return [path for path in gone if path.parent == folder and path.is_file()]


def _known(folder: Path) -> Iterator[str]:
    """Yield the names that the table of contents of a folder knows, itself included."""
    try:
        contents = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
        if contents["made_by"] == "petfit report":
            yield from (_CONTENTS, *(name for name in contents["files"] if isinstance(name, str)))
    except (OSError, ValueError, KeyError, TypeError):
        return
