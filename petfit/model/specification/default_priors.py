"""Default priors of a specification, each with its source, and where they are filled in."""

from __future__ import annotations

from typing import Any

from petfit.model.curves import CURVES
from petfit.model.prior import Prior

__all__ = ["CURVE_DEFAULTS", "IN_VIVO", "SHRINKING", "SIGMA", "with_defaults"]

CURVE_DEFAULTS = {
    "hill": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 0.0,
            "sigma": 0.3,
            "source": "one site gives 1; kinetics and several sites bend it a little: 95 % of the prior lies "
            "between 0.56 and 1.8",
        }
    ),
    "ec50_ratio": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 2.995732273553991,
            "sigma": 1.5,
            "source": "median 21: the affinities of five ligands for the two forms of TSPO differ by a "
            "factor of 4 to 50 [Owen2011]; widened, as this is one target: 95 % of the prior lies between 2 "
            "and 380",
        }
    ),
    "high_affinity_fraction": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 0.0,
            "sigma": 1.0,
            "source": "either kind may prevail, with a half where both are expressed alike; 95 % of the "
            "prior lies between 0.12 and 0.88",
        }
    ),
}
"""Default prior of the centre of each parameter that some curves have, on its link scale."""

SIGMA = Prior.model_validate(
    {
        "dist": "LogNormal",
        "mu": -2.8134107167600364,
        "sigma": 0.5,
        "source": "test-retest gives an SD of occupancy of 4 to 12 points [Ogden2007]",
    }
)

SHRINKING = {
    "sigma": Prior.model_validate(
        {
            "dist": "LogNormal",
            "mu": -2.1628231506188871,
            "sigma": 0.5,
            "source": "median 0.115: eleven [11C]DASB test-retest pairs give about 12 points of SD "
            "at no occupancy, 7 at 50 % and 4 at 80 % [Ogden2007]",
        }
    ),
    "floor": Prior.model_validate(
        {
            "dist": "LogNormal",
            "mu": -3.3524072174927233,
            "sigma": 0.5,
            "source": "median 0.035, the part of that noise that is left near full occupancy [Ogden2007]",
        }
    ),
}
"""Default priors of noise with ``shrinks = true``."""


SCAN_NOISE = {
    "vt": {
        "sigma": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.9187712324178627,
                "sigma": 0.4,
                "source": "median 0.054: the SD of log V_T within people over eleven [11C]DASB test-retest "
                "pairs [Ogden2007]; widened, because other tracers and regions may differ",
            }
        )
    },
    "bpnd": {
        "sigma": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.4651040224918206,
                "sigma": 0.5,
                "source": "median 0.085: eleven [11C]DASB test-retest pairs give 0.054 of V_T near 27 "
                "[Ogden2007], which is 0.085 of V_T - V_ND if V_ND is near 10; widened, as other tracers "
                "and regions may differ",
            }
        ),
        "floor": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.9957322735539909,
                "sigma": 0.5,
                "source": "median 0.05: with all sites occupied V_T is V_ND, and 0.054 of that is 0.05 of "
                "BP_ND [Ogden2007]",
            }
        ),
    },
}
"""Default priors of the noise of scans, by outcome."""

BELOW_LOQ = Prior.model_validate(
    {
        "dist": "Beta",
        "alpha": 1.0,
        "beta": 1.0,
        "source": "a concentration below the limit of quantification is only known to lie between 0 and "
        "the limit",
    }
)

IN_VIVO = Prior.model_validate(
    {
        "dist": "Normal",
        "mu": 0.0,
        "sigma": 1.4,
        "source": "for four drugs with PET at two targets, affinities in vitro miss the log ratio of the two "
        "EC50s by 0.6 [Moriguchi2017], 0.75 [Nogami2013], 0.9 [Smith2015] and 2.4 [DeLorenzo2011], a root "
        "mean square of 1.4",
    }
)


def with_defaults(given: Any) -> Any:
    """Return the content of a model file with the priors that its curve, exposure and scans need."""
    if not isinstance(given, dict):
        return given
    filled = dict(given)
    curve = CURVES.get(str(given.get("curve")))
    for name in CURVE_DEFAULTS.keys() & set(curve.parameters if curve else ()):
        filled.setdefault(name, {"centre": CURVE_DEFAULTS[name].model_dump()})
    if given.get("exposure", "dose") != "dose":
        filled.setdefault("below_loq", BELOW_LOQ.model_dump())
    if given.get("exposure") == "plasma":
        filled.setdefault("plasma", {})
    noise = given.get("scan_noise", {})
    if "baseline" in given and isinstance(noise, dict):
        defaults = SCAN_NOISE["vt" if "nondisplaceable" in given else "bpnd"]
        if "fixed" in noise:
            defaults = {name: prior for name, prior in defaults.items() if name != "sigma"}
        filled["scan_noise"] = {**defaults, **noise}
    return filled
