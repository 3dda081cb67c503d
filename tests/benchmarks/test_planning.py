"""The page of the planning benchmark."""

import numpy as np
import pandas as pd

from benchmarks.measured import Row
from benchmarks.planning import page


def test_the_page_has_every_number_with_its_error_and_cases():
    rows = [Row("assurance", "promised", 0.8), Row("assurance", "reached", 0.77, 0.025, 300)]
    text = page(pd.DataFrame(rows))
    assert "| assurance | promised | 0.8 |  |  |" in text
    assert "| assurance | reached | 0.77 | 0.025 | 300 |" in text
    assert np.isnan(rows[0].error)
