"""Tables as JSON: for reports, and for programs that call the command line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["json_records"]


def json_records(flat: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a DataFrame as JSON can hold them: infinity as ``"inf"``, NaN as None.

    Examples
    --------
    >>> json_records(pd.DataFrame({"dose": [np.inf, np.nan]}))
    [{'dose': 'inf'}, {'dose': None}]
    """
    return [
        {str(name): _json_value(value) for name, value in row.items()}
        for row in flat.to_dict(orient="records")
    ]


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return "inf" if value == math.inf else None if math.isnan(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value
