"""What scripts call: `fit`, `load`, and a `Fit` that answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
import xarray as xr

from petfit import answers, attainment, checked, differences, store, summaries
from petfit.attainment import CERTAINTIES
from petfit.checks import Check
from petfit.drugs import read_drugs
from petfit.errors import PetfitError
from petfit.evidence import Dress, Evidence, read_evidence
from petfit.layout import Layout
from petfit.quantiles import PROB
from petfit.references import refuse_misspelt
from petfit.settings import Settings
from petfit.spec import ModelSpec, read_model
from petfit.suits import usual_model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from petfit.comparison import Comparison
    from petfit.plots.look import Given

__all__ = ["BUNDLED", "Fit", "compare", "fit", "load"]

BUNDLED = "sert_occupancy"


@dataclass(frozen=True)
class Fit:
    """A posterior with the spec and the evidence it came from.

    Parameters
    ----------
    stored : petfit.store.Stored
        The fit's tree of tables.
    """

    stored: store.Stored

    @property
    def tree(self) -> xr.DataTree:
        """Everything in the fit, as ArviZ lays it out."""
        return self.stored.tree

    @property
    def model_spec(self) -> ModelSpec:
        """The model, every default filled in."""
        return self.stored.spec

    @property
    def evidence(self) -> Evidence:
        """The whole table, rows fitted and not."""
        return self.stored.evidence

    def ec50(self, who: str = "typical", *, prob: float = PROB, **at: str | float) -> xr.Dataset:
        """Summarise EC50 by drug, in each drug's unit; see `petfit.summaries.parameters`."""
        return summaries.parameters(self.stored, who, prob=prob, **at)["ec50"]

    def emax(self, who: str = "typical", *, prob: float = PROB, **at: str | float) -> xr.Dataset:
        """Summarise Emax by drug, a fraction; see `petfit.summaries.parameters`."""
        return summaries.parameters(self.stored, who, prob=prob, **at)["emax"]

    def dose_for_occupancy(
        self,
        occupancy: float | Iterable[float] = 0.8,
        who: str = "typical",
        *,
        prob: float = PROB,
        **at: str | float,
    ) -> xr.Dataset:
        """Summarise the dose for an occupancy by drug, with support; see `petfit.summaries.doses`."""
        return summaries.doses(self.stored, occupancy, who, prob=prob, **at)

    def occupancy(
        self, dose: float | Iterable[float], who: str = "typical", *, prob: float = PROB, **at: str | float
    ) -> xr.Dataset:
        """Summarise the occupancy (fraction) at doses by drug; see `petfit.answers.occupancy`."""
        return summaries.summarise(answers.occupancy(self.stored, dose, who, **at), prob)

    def attainment(
        self,
        dose: float | Iterable[float] | None = None,
        occupancy: float | Iterable[float] = 0.8,
        who: str = "typical",
        *,
        prob: float = PROB,
        **at: str | float,
    ) -> xr.Dataset:
        """Say how surely and in how many people doses, or the marketed strengths, reach an occupancy.

        See `petfit.attainment.attainment`.
        """
        return attainment.attainment(self.stored, dose, occupancy, who, prob=prob, **at)

    def smallest_strength(
        self,
        occupancy: float | Iterable[float] = 0.8,
        who: str = "typical",
        *,
        certainty: float | Iterable[float] = CERTAINTIES,
        **at: str | float,
    ) -> xr.Dataset:
        """Find the smallest marketed strength that is sure enough; see `petfit.attainment`."""
        return attainment.smallest_strength(self.stored, occupancy, who, certainty=certainty, **at)

    def differences(
        self,
        of: Literal["ec50"] | float = "ec50",
        who: str = "typical",
        *,
        prob: float = PROB,
        **at: str | float,
    ) -> xr.Dataset:
        """Compare EC50, or the dose for an occupancy, between drugs; see `petfit.differences.ratios`."""
        return differences.ratios(self.stored, of, who, prob=prob, **at)

    def equivalent_dose(
        self,
        drug: str,
        dose: float | Iterable[float],
        who: str = "typical",
        *,
        prob: float = PROB,
        **at: str | float,
    ) -> xr.Dataset:
        """Find the dose of each drug that occupies what a dose of one does; see `petfit.differences`."""
        return differences.equivalents(self.stored, drug, dose, who, prob=prob, **at)

    def check(self) -> list[Check]:
        """Run every check; those that need other fits are WARN until `refit` has made them."""
        return checked.verdicts(self.stored)

    def checked(self) -> Fit:
        """Return this fit with its verdicts in it: a report of the file need not make them again."""
        return Fit(checked.with_verdicts(self.stored))

    def refit(self, *, progress: bool = False) -> Fit:
        """Return this fit with others of the same evidence beside it, for the checks that need them.

        Each study is left out, and other reference doses, group sizes and pooling are tried; see
        `petfit.refits.refit`. It takes minutes.
        """
        from petfit import refits

        return Fit(refits.refit(self.stored, progress=progress))

    def plot_curves(
        self,
        occupancy: float = 0.8,
        *,
        drugs: Iterable[str] | None = None,
        ax: Given = None,
        **at: str | float,
    ) -> list[Axes]:
        """Draw each drug's curve over its evidence; see `petfit.plots.curves`.

        Like every ``plot_`` method it draws in new axes, or in those given as `ax`, and returns them: a
        figure is saved by ``axes[0].figure.savefig("curves.pdf")``.
        """
        from petfit import plots

        return plots.curves(self.stored, occupancy, drugs, ax=ax, **at)

    def plot_forest(
        self,
        occupancy: float = 0.8,
        who: str = "typical",
        *,
        drugs: Iterable[str] | None = None,
        ax: Given = None,
        **at: str | float,
    ) -> list[Axes]:
        """Draw EC50, Emax and the dose for an occupancy with intervals; see `petfit.plots.forest`."""
        from petfit import plots

        return plots.forest(self.stored, occupancy, who, drugs, ax=ax, **at)

    def plot_attainment(
        self,
        occupancy: float = 0.8,
        *,
        drugs: Iterable[str] | None = None,
        ax: Given = None,
        **at: str | float,
    ) -> list[Axes]:
        """Draw how surely each dose reaches an occupancy; see `petfit.plots.attainment`."""
        from petfit import plots

        return plots.attainment(self.stored, occupancy, drugs, ax=ax, **at)

    def plot_prior_posterior(self, *, ax: Given = None) -> list[Axes]:
        """Draw prior and posterior density of every top-level unknown; see `petfit.plots.priors`."""
        from petfit import plots

        return plots.priors(self.stored, ax=ax)

    def plot_ppc(self, *, ax: Given = None) -> list[Axes]:
        """Draw every fitted number beside replicated ones: `petfit.plots.evidence`, of scans `scans`.

        Where a fit holds both occupancies and scans these are the occupancies.
        """
        from petfit import plots

        has_occupancies = (self.stored.layout.rows["level"] != "scan").any()
        return (plots.evidence if has_occupancies else plots.scans)(self.stored, ax=ax)

    def plot_pair(
        self, *, drugs: Iterable[str] | None = None, ax: Given = None, **at: str | float
    ) -> list[Axes]:
        """Draw the joint posterior of EC50 and Emax; see `petfit.plots.pair`."""
        from petfit import plots

        return plots.pair(self.stored, drugs, ax=ax, **at)

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report, one HTML file with its tables beside it; see `petfit.report.write`."""
        from petfit import report

        return report.write(self.stored, path)

    def save(self, path: str | Path = "fit.nc") -> Path:
        """Write the fit to a netCDF file, whole or not at all; see `petfit.store.write`."""
        return store.write(self.stored, path)


def fit(
    evidence: str | Path | pd.DataFrame | Evidence = BUNDLED,
    model: str | Path | ModelSpec | None = None,
    *,
    drugs: str | Path | pd.DataFrame | None = None,
    dress: Dress | None = None,
    settings: Settings | None = None,
    seed: int | None = None,
    progress: bool = False,
) -> Fit:
    """Fit a model to evidence.

    Parameters
    ----------
    evidence : str, path, DataFrame or Evidence
        A table of reported numbers; the bundled SERT evidence if not given.
    model : str, path or ModelSpec, optional
        A model; if not given, `petfit.suits.usual_model`: ``ssri`` for the bundled evidence, ``scan`` or
        ``scan_vt`` for scans, ``emax_concentration`` for a table without doses, ``emax`` for any other.
    drugs : str, path or DataFrame, optional
        A drug table; the bundled one if not given.
    dress : Dress, optional
        How a table of your own is to be read: its names of columns, decimal mark and so on.
    settings : Settings, optional
        How to sample.
    seed : int, optional
        Instead of the one in `settings`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Fit
        The same for the same arguments and versions.

    Raises
    ------
    PetfitError
        When the table, the model or the two together cannot be fitted; nothing was sampled.

    Examples
    --------
    >>> fit(pd.DataFrame({"drug": ["A"], "dose": ["ten"], "value": [0.5]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    began = time.perf_counter()
    spec = None if model is None else read_model(model)
    drug_table = read_drugs(drugs)
    table = _evidence(evidence, () if spec is None else spec.columns, dress, drug_table)
    spec = spec or read_model(usual_model(table))
    layout = Layout.build(spec, table, drug_table)
    refuse_misspelt(spec.reference_doses, layout.drugs)
    how = settings or Settings()
    if seed is not None:
        how = Settings(**{**vars(how), "seed": seed})

    from petfit import sampling

    sampled = sampling.sample(layout, how, progress=progress)
    notes: dict[str, str | float] = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds_compiling": sampled.seconds["compiling"],
        "seconds_sampling": sampled.seconds["sampling"],
        "seconds_in_all": time.perf_counter() - began,
        "centred": "\n".join(sampled.centred),
    }
    return Fit(store.assemble(layout, table, drug_table, sampled.draws, sampled.stats, how, notes))


def _evidence(
    source: str | Path | pd.DataFrame | Evidence,
    extra: Iterable[str],
    dress: Dress | None,
    drugs: pd.DataFrame,
) -> Evidence:
    if not isinstance(source, Evidence):
        return read_evidence(source, extra=extra, drugs=drugs, **vars(dress or Dress()))
    if dress is not None:
        raise PetfitError("dress: this evidence has been read already. Give the table itself.")
    return source


def load(path: str | Path) -> Fit:
    """Read a fit file.

    Parameters
    ----------
    path : str or path
        A file that `Fit.save` wrote.

    Returns
    -------
    Fit
        Answers the same numbers as the fit that was saved, to the last bit; PyMC is not imported.

    Raises
    ------
    FitFileError
        When it is missing, cut short, or not a fit.
    """
    return Fit(store.read(path))


def compare(
    fits: Mapping[str, Fit],
    occupancy: float | Iterable[float] = 0.8,
    who: str = "typical",
    *,
    prob: float = PROB,
    **at: str | float,
) -> Comparison:
    """Compare fits of one table by leave-one-out, and answer under each model and stacked.

    Parameters
    ----------
    fits : mapping of str to Fit
        Two or more, by name.
    occupancy : float or iterable of float
        Absolute occupancies, fractions, whose doses are answered.
    who, **at
        See `petfit.answers.curves`.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    petfit.comparison.Comparison
        ``models``, ``answers`` and ``warnings``.

    Raises
    ------
    PetfitError
        When the fits are of different evidence, or fitted different rows of it.
    """
    from petfit import comparison

    stored = {name: one.stored for name, one in fits.items()}
    return comparison.compared(stored, occupancy, who, prob=prob, **at)
