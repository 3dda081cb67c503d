"""Sentences about priors for a methods section."""

from __future__ import annotations

from petfit.model.parameters import PARAMETERS
from petfit.model.prior import Prior

__all__ = ["describe", "quantity", "sentence"]

_DESCRIPTIONS = {
    "noise.sigma": f"the {PARAMETERS['noise'].description} (sigma, a fraction)",
    "noise.floor": "the floor of that SD near full occupancy",
    "scan_noise.sigma": f"the {PARAMETERS['scan_noise'].description} (scan sigma)",
    "scan_noise.floor": "the floor of a scan's residual SD, in BP_ND or V_T",
    "plasma.study": "the SD between studies of the log of measured over predicted concentrations",
    "dose_share": "the share of people on the higher of two doses",
    "below_loq": "the ratio of a concentration below the limit of quantification to the limit",
}

_KINETICS = {
    "clearance": "apparent clearance (L/h)",
    "volume": "apparent volume of distribution (L)",
    "half_life": "half-life (h)",
    "absorption": "rate of absorption (per hour)",
    "power": "power by which concentrations rise faster than doses",
    "first_half_life": "half-life after a single dose (h)",
    "first_bioavailability": "bioavailability of a single dose over that of later ones",
    "ke0": "rate at which occupancy follows plasma (per hour)",
    "koff": "rate of dissociation from the target (per hour)",
}


def describe(path: str, prior: Prior) -> dict[str, str | float]:
    """Return the row of a prior in the table of priors: meaning, prior, median, low, high, source, sentence.

    Examples
    --------
    >>> describe("ec50.centre", Prior(dist="Normal", mu=0, sigma=1))["sentence"]
    'The centre of log EC50 had the prior Normal(mu=0, sigma=1).'
    """
    low, median, high = (float(value) for value in prior.quantile([0.025, 0.5, 0.975]))
    return {
        "meaning": quantity(path).removeprefix("the "),
        "prior": str(prior),
        "median": median,
        "low": low,
        "high": high,
        "source": prior.source,
        "sentence": sentence(path, prior),
    }


def sentence(path: str, prior: Prior) -> str:
    """Return a sentence that states a prior and its source."""
    words = quantity(path)
    reason = f" ({prior.source})" if prior.source else ""
    return f"{words[0].upper()}{words[1:]} had the prior {prior}{reason}."


def quantity(path: str) -> str:
    """Return the quantity that the prior at a path of the model file is for.

    Examples
    --------
    >>> quantity("ec50.study.pooled")
    'the SD of log EC50 between levels of study'
    """
    if path in _DESCRIPTIONS:
        return _DESCRIPTIONS[path]
    name, _, rest = path.partition(".")
    if name == "competition":
        return f"log EC50 of the competitor {rest.removesuffix('.ec50')}"
    if name == "selectivity":
        target = rest.removesuffix(".in_vivo")
        return f"the log ratio of the EC50 at {target} in people over that expected from affinities in vitro"
    if name == "pk":
        drug, parameter = rest.split(".")[0], rest.split(".")[-1]
        return f"the {_KINETICS[parameter]} of {drug}"
    scale = PARAMETERS[name].linked_label
    if rest == "centre":
        return f"the centre of {scale}"
    if rest == "people.sd":
        return f"the SD of {scale} between people (omega)"
    if rest.startswith("covariates."):
        column, _, level = rest.removeprefix("covariates.").partition(".slope")
        return f"the slope of {scale} over {column}{f' for {level[1:]}' if level else ''}"
    key, _, level = rest.partition(".shift")
    if not level and rest.endswith(".pooled"):
        return f"the SD of {scale} between levels of {rest.removesuffix('.pooled').replace(':', ' by ')}"
    suffix = f" for {level[1:]}" if level else ""
    return f"the shift of {scale} by {key.replace(':', ' and ')}{suffix}"
