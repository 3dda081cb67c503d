"""Draws of each drug's curve under stated conditions, over its exposure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from petfit.fit import Fit
from petfit.model.design import NEW, Design
from petfit.results.arguments import as_list, check_doses
from petfit.results.populations import population
from petfit.results.quantiles import check_prob
from petfit.results.scan_times import scan_times

__all__ = ["CurveDraws"]


@dataclass(frozen=True)
class CurveDraws:
    """Draws of the curve of each drug under stated conditions.

    Parameters
    ----------
    fit : Fit
        The fit.
    drugs : tuple of str
        Drug names.
    units : tuple of str
        The exposure unit of each drug.
    parameters : dict of str to array
        ``ec50`` (in the drug's unit), ``emax`` and the others of the curve: chain, draw, drug.
    predict_for : str
        Whom the curves are for; see `curve_draws`.
    at : dict of str to str or float
        Levels of the other factors, values of the covariates and exposures to competitors. Unnamed factors
        are at their typical level, unnamed covariates at their centre, unnamed competitors absent.
    competing : array
        Sum of the exposures to competitors over their EC50: chain, draw, 1.
    omega : array
        SD of log EC50 between people, 0 if they do not differ: chain, draw, drug.
    """

    fit: Fit
    drugs: tuple[str, ...]
    units: tuple[str, ...]
    parameters: dict[str, NDArray[np.float64]]
    predict_for: str
    at: dict[str, str | float]
    competing: NDArray[np.float64]
    omega: NDArray[np.float64]

    @property
    def design(self) -> Design:
        """The design of the fit."""
        return self.fit.design

    @property
    def ec50_units(self) -> tuple[str, ...]:
        """The unit of each drug's EC50."""
        return self.units

    @property
    def people_sd(self) -> NDArray[np.float64]:
        """SD between people of the log of the exposure for an occupancy: chain, draw, drug."""
        return self.omega

    @property
    def attrs(self) -> dict[str, str]:
        """The conditions that accompany every table of this answer."""
        conditions = [
            f"{name} absent"
            if name in self.design.spec.competition and level == 0
            else _condition(name, level)
            for name, level in self.at.items()
            if level != "" or name not in _AVERAGED_UNSAID
        ]
        return {
            "predict_for": self.predict_for,
            "population": population(self.design, self.predict_for),
            "at": ", ".join(conditions),
            "exposure": self.design.spec.exposure_words,
            "scan_times": scan_times(self.design),
        }

    def occupancy(self, exposure: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the occupancy at exposures.

        Parameters
        ----------
        exposure : array
            Exposures in the drugs' units, along the last axis.

        Returns
        -------
        array
            Fractions: chain, draw, drug, exposure.
        """
        ratio = np.asarray(exposure, float) / self._with_last_axis["ec50"] + self.competing[..., None]
        return np.asarray(self.design.curve.occupancy(ratio, **{**self._with_last_axis, "ec50": 1.0}))

    def exposure(self, occupancy: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the exposure that reaches occupancies.

        Parameters
        ----------
        occupancy : array
            Fractions, along the last axis.

        Returns
        -------
        array
            Chain, draw, drug, occupancy; in the drugs' units. 0 where the competitors alone reach the
            occupancy, and infinite where no exposure does.
        """
        ratio = self.design.curve.exposure(occupancy, **{**self._with_last_axis, "ec50": 1.0})
        return np.asarray(self._with_last_axis["ec50"] * np.maximum(ratio - self.competing[..., None], 0.0))

    @property
    def _with_last_axis(self) -> dict[str, NDArray[np.float64]]:
        return {name: values[..., None] for name, values in self.parameters.items()}

    def dose_draws(self, occupancy: float | Iterable[float]) -> xr.DataArray:
        """Return labelled draws of the dose for occupancies; see `petfit.Fit.dose_for_occupancy_draws`."""
        targets = [check_prob(target, "occupancy") for target in as_list(occupancy, "occupancy")]
        return self.array(self.exposure(targets), "occupancy", targets).rename("dose")

    def occupancy_draws(self, dose: float | Iterable[float]) -> xr.DataArray:
        """Return labelled draws of the occupancy at doses; see `petfit.Fit.occupancy_draws`."""
        doses = check_doses(dose)
        return self.array(self.occupancy(doses), "dose", doses).rename("occupancy")

    def parameter_draws(self, name: str) -> xr.DataArray:
        """Return labelled draws of a parameter, such as ``ec50``."""
        return self.parameter_array(name, self.parameters[name])

    def parameter_array(self, name: str, values: NDArray[np.float64]) -> xr.DataArray:
        """Label the draws of a parameter by chain, draw and drug."""
        return self.array(values).rename(name)

    def array(self, values: NDArray[np.float64], dim: str = "", coords: Iterable[float] = ()) -> xr.DataArray:
        """Label draws by chain, draw and drug, and by a last dimension if it is named.

        Parameters
        ----------
        values : array
            Chain, draw, drug and possibly one more axis.
        dim : str
            Name of the last dimension.
        coords : iterable of float
            Coordinates of the last dimension.

        Returns
        -------
        xarray.DataArray
            The labelled draws, with `attrs`.
        """
        labels: dict[str, object] = {
            "chain": np.arange(values.shape[0]),
            "draw": np.arange(values.shape[1]),
            "drug": ["new drug" if name == NEW else name for name in self.drugs],
            "unit": ("drug", list(self.units)),
        }
        if dim:
            labels[dim] = list(coords)
        dims = ("chain", "draw", "drug", *((dim,) if dim else ()))
        return xr.DataArray(values, dims=dims, coords=labels, attrs=self.attrs)


_AVERAGED_UNSAID = ("study", "measured_in")
"""Factors whose average a typical person is in, which the words for the person say."""


def _condition(name: str, level: str | float) -> str:
    if level == "":
        return f"average {name}"
    return level if isinstance(level, str) else f"{name} {level:g}"
