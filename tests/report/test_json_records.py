import json

import numpy as np
import pandas as pd

from petfit.report.json_records import json_records
from petfit.results.summary import frame


def test_records_hold_infinity_as_a_string(ssri_fit):
    flat = frame(ssri_fit.dose_for_occupancy([0.8, 0.999]))
    records = json.loads(json.dumps(json_records(flat), allow_nan=False))
    assert len(records) == 10
    needed = {
        "drug",
        "predict_for",
        "median",
        "low",
        "high",
        "interval",
        "prob",
        "unit",
        "p_reached",
        "relative_to_tested",
    }
    assert needed <= records[0].keys()
    for record, median in zip(records, flat["median"], strict=True):
        assert record["median"] == ("inf" if np.isinf(median) else median)
    assert {"inf"} < {record["high"] for record in records}


def test_records_hold_missing_numbers_as_null():
    flat = pd.DataFrame({"a": [np.nan, np.inf, 1.0], "n": [1, 2, 3]})
    text = json.dumps(json_records(flat), allow_nan=False)
    assert [record["a"] for record in json.loads(text)] == [None, "inf", 1.0]
