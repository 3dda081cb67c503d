"""A model of one drug and a table of three people for tests of the report."""

import pandas as pd

MODEL = """
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.0
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
"""


def small_table(**columns):
    rows = {"drug": ["A", "A", "A"], "dose": [5.0, 10.0, 40.0], "value": [0.4, 0.5, 0.8], **columns}
    return pd.DataFrame(rows)
