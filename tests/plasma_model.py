"""A small model with kinetics and a table for it, which several tests share."""

import pandas as pd

MODEL = """
exposure = "plasma"
time_assumed = 6.0
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[ec50.people.sd]
dist = "LogNormal"
mu = -0.9162907
sigma = 0.3
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.2
[pk.A]
schedule = { every_h = 24.0 }
fu = 0.1
people = { clearance = 0.4, volume = 0.3, absorption = 0.5 }
absorption = { dist = "LogNormal", mu = 0.0, sigma = 0.3 }
clearance = { dist = "LogNormal", mu = 3.4, sigma = 0.2 }
half_life = { dist = "LogNormal", mu = 3.2, sigma = 0.1 }
[pk.B]
clearance = 20.0
half_life = 21.0
absorption = 0.9
people = { clearance = 0.45 }
[pk.B.saturable]
reference = 20.0
power = { dist = "LogNormal", mu = -0.7, sigma = 0.4 }
first_half_life = 8.4
first_bioavailability = 0.3
"""

TABLE = pd.DataFrame(
    [
        {"drug": "A", "dose": 10, "regimen": "single", "time_h": 4, "subject": "1", "value": 0.42},
        {"drug": "A", "dose": 10, "regimen": "single", "time_h": 48, "subject": "1", "value": 0.2},
        {"drug": "A", "dose": 40, "regimen": "repeated", "time_h": 6, "n": 5, "sd": 0.06, "value": 0.8},
        {
            "drug": "A",
            "dose": 20,
            "regimen": "repeated",
            "time_h": None,
            "n": 5,
            "value": 0.7,
            "days_on_drug": 3,
        },
        {"drug": "B", "dose": 20, "regimen": "single", "time_h": 4, "n": 4, "value": 0.45},
        {"drug": "B", "dose": 20, "regimen": "repeated", "time_h": 24, "n": 7, "sd": 0.05, "value": 0.8},
        {"drug": "B", "dose": 0, "regimen": "single", "time_h": 4, "n": 3, "value": 0.01},
    ]
)
"""Single and repeated doses, a late scan, a scan without a time, and a placebo."""

MEASURED = TABLE.assign(
    concentration=[12.0, 3.0, 60.0, None, None, 40.0, None], concentration_unit="ng/mL", study="ours"
)
"""The same with concentrations in some rows."""
