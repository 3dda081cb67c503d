"""The people whose deviations are integrated out, and the order of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel import records
from petfit.inference.kernel.records import Records
from petfit.model.design import Design
from petfit.model.ops import Array

__all__ = ["person_records"]


def person_records(
    design: Design, inputs: Mapping[str, Array], rows: Records, patterns: Records
) -> tuple[NDArray[np.intp], Records]:
    """Return the order of the rows, and the people whose deviations are integrated out.

    Fill in the weight of each row's deviation.
    """
    for k, effect in enumerate(design.effects):
        if effect.integrated:
            rows["deviation_weight"] = inputs["weight"][k]
            return _order_by_person(inputs["index"][k], rows, patterns)
    return np.argsort(rows["pattern"], kind="stable"), np.zeros(0, records.PERSON)


def _order_by_person(
    person: NDArray[np.int64], rows: Records, patterns: Records
) -> tuple[NDArray[np.intp], Records]:
    """Return the order of the rows, and the people.

    Those with a single simple row stand first, by pattern and exposure.
    """
    levels, first_row, n_rows = np.unique(person, return_index=True, return_counts=True)
    pattern = rows["pattern"][first_row]
    is_single = (
        (n_rows == 1) & (patterns["simple"][pattern] == 1) & (rows["deviation_weight"][first_row] == 1.0)
    )
    by_pattern = np.lexsort((rows["x"][first_row], pattern, ~is_single))
    people = np.zeros(len(n_rows), records.PERSON)
    people["level"], people["n_rows"] = levels[by_pattern], n_rows[by_pattern]
    people["first_row"] = np.cumsum(people["n_rows"]) - people["n_rows"]
    singles = pattern[by_pattern][: is_single.sum()]
    people["stop_of_single_rows"][: singles.size] = np.searchsorted(singles, singles, side="right")
    return np.argsort(np.argsort(by_pattern)[np.searchsorted(levels, person)], kind="stable"), people
