"""What scripts call: `fit`, `load`, `compare`, and a `Fit` with one method an answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from petfit.errors import PetfitError
from petfit.settings import Settings

# Everything heavy is imported by the method that needs it, so that `import petfit` stays light.
if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from petfit.checks import Check
    from petfit.evidence import Evidence, TableFormat
    from petfit.model.design import Design
    from petfit.model.prior import Prior
    from petfit.model.specification import ModelSpec
    from petfit.plots.style import GivenAxes
    from petfit.results.comparison import Comparison

__all__ = ["BUNDLED", "Fit", "compare", "fit", "load"]

BUNDLED = "sert_occupancy"
"""The evidence that is fitted when none is named."""

PROB = 0.95
CERTAINTIES = (0.5, 0.8, 0.95)

STORED_CHECKS = "checks"
"""The attribute that holds the checks stored in a fit; see `petfit.checks.stored_checks`."""

type At = Mapping[str, str | float]
"""Levels of factors, values of covariates and exposures to competitors that an answer is for."""


@dataclass(frozen=True)
class Fit:
    """Posterior draws with the model and the evidence that they come from.

    Parameters
    ----------
    tree : xarray.DataTree
        Groups of ArviZ's schema (``posterior``, ``sample_stats``, ``log_likelihood``, ``log_prior``,
        ``posterior_predictive``, ``prior``, ``prior_predictive``, ``observed_data``) and petfit's own under
        ``petfit/``; see `petfit.inference.datatree`.
    known_design : Design, optional
        The design, where it is at hand.
    """

    tree: xr.DataTree
    known_design: Design | None = None

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, with every default filled in."""
        from petfit.model.specification import parse_model

        return parse_model(str(self.attrs["model"]), "the fit's model")

    @cached_property
    def evidence(self) -> Evidence:
        """The whole table, rows fitted and not."""
        from petfit.evidence import Evidence
        from petfit.inference.datatree import to_frame

        table = to_frame(self.group("petfit/evidence"))
        notes = str(self.attrs["evidence_assumptions"]).splitlines()
        return Evidence(str(self.attrs["evidence"]), table, tuple(notes))

    @cached_property
    def drug_table(self) -> pd.DataFrame:
        """The drug table that the fit was given, indexed by drug."""
        from petfit.inference.datatree import to_frame

        return to_frame(self.group("petfit/drugs")).rename_axis("drug")

    @cached_property
    def design(self) -> Design:
        """The model's design for the fitted rows."""
        from petfit.model.design import Design

        return self.known_design or Design.build(self.spec, self.evidence, self.drug_table)

    @property
    def attrs(self) -> dict[str, Any]:
        """What the fit says of itself: model, evidence, versions, settings, times."""
        return {str(name): value for name, value in self.tree.attrs.items()}

    @property
    def excluded_rows(self) -> pd.DataFrame:
        """The rows of the evidence that were not fitted."""
        return self.evidence.table.drop(index=self.design.rows.index)

    def group(self, name: str) -> xr.Dataset:
        """Return one group of the tree, such as ``sample_stats`` or ``petfit/evidence``."""
        return self.tree[name].to_dataset()

    @cached_property
    def posterior(self) -> dict[str, NDArray[np.float64]]:
        """Draws of scalars and effects as arrays: chain, draw, then levels."""
        return self._arrays("posterior")

    @cached_property
    def new_levels(self) -> dict[str, NDArray[np.float64]]:
        """One standard normal per posterior draw and random effect: a level that was not seen."""
        return self._arrays("petfit/new_levels")

    @cached_property
    def log_likelihood(self) -> xr.DataArray:
        """Log density of each fitted row: chain, draw, row."""
        return self.group("log_likelihood")["value"]

    @cached_property
    def predictive(self) -> xr.Dataset:
        """Replicated evidence: chain, draw, row; ``value``, ``sd``, ``low`` and ``high``, NaN where there is none."""
        return self.group("posterior_predictive").merge(self.group("petfit/posterior_predictive"))

    @property
    def refits(self) -> xr.Dataset | None:
        """What other fits of the same evidence answered; None before `refit` was run."""
        return self.group("petfit/refits") if "/petfit/refits" in self.tree.groups else None

    def with_groups(self, groups: Mapping[str, xr.Dataset], **attrs: str) -> Fit:
        """Return the same fit with further groups and attributes; checks that were stored are dropped."""
        import xarray as xr

        present = {node.path: node.to_dataset() for node in self.tree.subtree if node.path != "/"}
        tree = xr.DataTree.from_dict({**present, **{f"/{name}": group for name, group in groups.items()}})
        tree.attrs = {name: value for name, value in self.attrs.items() if name != STORED_CHECKS} | attrs
        return Fit(tree, self.design)

    @cached_property
    def prior_fit(self) -> Fit:
        """The same fit with prior draws where this one has posterior draws."""
        import xarray as xr

        sources = {
            "posterior": "prior",
            "petfit/new_levels": "petfit/prior_new_levels",
            "petfit/evidence": "petfit/evidence",
            "petfit/drugs": "petfit/drugs",
        }
        tree = xr.DataTree.from_dict({name: self.group(source) for name, source in sources.items()})
        tree.attrs = self.attrs
        return Fit(tree, self.design)

    def parameters_with_priors(self) -> Iterator[tuple[str, Prior, NDArray[np.float64]]]:
        """Yield every parameter that has a prior of its own: its name, prior, and posterior draws."""
        for name, prior in self.design.scalar_priors.items():
            yield name, prior, self.posterior[name]
        for effect in self.design.effects:
            for i, prior in enumerate(effect.priors if effect.kind != "error" else ()):
                yield f"{effect.name} {effect.labels[i]}", prior, self.posterior[effect.name][..., i]

    def _arrays(self, group: str) -> dict[str, NDArray[np.float64]]:
        return {str(name): values.to_numpy() for name, values in self.group(group).data_vars.items()}

    def to_datatree(self) -> xr.DataTree:
        """Return the tree; every function of ArviZ works on it."""
        return self.tree

    # --- answers ------------------------------------------------------------------------------------

    def ec50(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise EC50 by drug, in each drug's unit; see `petfit.results.summary.parameters`."""
        from petfit.results import summary

        return summary.parameters(self, predict_for, at=at, prob=prob)["ec50"]

    def emax(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise Emax by drug, a fraction; see `petfit.results.summary.parameters`."""
        from petfit.results import summary

        return summary.parameters(self, predict_for, at=at, prob=prob)["emax"]

    def dose_for_occupancy(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the dose for an occupancy by drug, with support; see `petfit.results.summary.doses`."""
        from petfit.results import summary

        return summary.doses(self, occupancy, predict_for, at=at, prob=prob)

    def occupancy(
        self,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the occupancy (fraction) at doses by drug; see `petfit.results.answers.occupancy`."""
        from petfit.results import answers, summary

        return summary.summarise(answers.occupancy(self, dose, predict_for, at=at), prob)

    def target_attainment(
        self,
        dose: float | Iterable[float] | None = None,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Return how surely and in how many people doses, or the marketed strengths, reach an occupancy.

        See `petfit.results.target_attainment.target_attainment`.
        """
        from petfit.results import target_attainment

        return target_attainment.target_attainment(self, dose, occupancy, predict_for, at=at, prob=prob)

    def smallest_strength(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        certainty: float | Iterable[float] = CERTAINTIES,
    ) -> xr.Dataset:
        """Find the smallest marketed strength that is sure enough; see `petfit.results.target_attainment`."""
        from petfit.results import target_attainment

        return target_attainment.smallest_strength(self, occupancy, predict_for, at=at, certainty=certainty)

    def contrasts(
        self,
        of: Literal["ec50"] | float = "ec50",
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Compare EC50, or the dose for an occupancy, between drugs; see `petfit.results.contrasts.ratios`."""
        from petfit.results import contrasts

        return contrasts.ratios(self, of, predict_for, at=at, prob=prob)

    def equivalent_dose(
        self,
        drug: str,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Find the dose of each drug that occupies what a dose of one does; see `petfit.results.contrasts`."""
        from petfit.results import contrasts

        return contrasts.equivalents(self, drug, dose, predict_for, at=at, prob=prob)

    def check(self) -> list[Check]:
        """Run every check; those that need other fits are WARN until `refit` has made them."""
        from petfit.checks import stored_checks

        return stored_checks.checks_of(self)

    def with_checks(self) -> Fit:
        """Return this fit with its checks stored in it, so that a report need not run them again."""
        from petfit.checks import stored_checks

        return stored_checks.with_checks(self)

    def refit(self, *, progress: bool = False) -> Fit:
        """Return this fit with others of the same evidence beside it, for the checks that need them.

        Each study is left out, and other reference doses, group sizes and pooling are tried; see
        `petfit.results.refits.refit`. It takes minutes.
        """
        from petfit.results import refits

        return refits.refit(self, progress=progress)

    # --- figures, the report, the file ----------------------------------------------------------------

    def plot_curves(
        self,
        occupancy: float = 0.8,
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the curve of each drug with its evidence; see `petfit.plots.dose_occupancy`.

        Like every ``plot_`` method, it returns the axes drawn in: those given as `ax`, where there is such a
        parameter, or those of a new figure, saved by ``axes[0].figure.savefig("curves.pdf")``.
        """
        from petfit import plots

        return plots.plot_dose_occupancy(self, occupancy, drugs, at=at, ax=ax)

    def plot_forest(
        self,
        occupancy: float = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw EC50, Emax and the dose for an occupancy with intervals; see `petfit.plots.forest`."""
        from petfit import plots

        return plots.plot_forest(self, occupancy, predict_for, drugs, at=at, ax=ax)

    def plot_target_attainment(
        self,
        occupancy: float = 0.8,
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the probability of an occupancy by dose; see `petfit.plots.target_attainment_curves`."""
        from petfit import plots

        return plots.plot_target_attainment_curves(self, occupancy, drugs, at=at, ax=ax)

    def plot_prior_posterior(self) -> list[Axes]:
        """Draw prior and posterior density of every parameter; see `petfit.plots.prior_posterior`."""
        from petfit import plots

        return plots.plot_prior_posterior(self)

    def plot_ppc(self, *, ax: GivenAxes = None) -> list[Axes]:
        """Draw every fitted occupancy with its predictive intervals; see `petfit.plots.predictive_intervals`.

        If the fit holds only scans, draw these; see `petfit.plots.scan_predictive`.
        """
        from petfit import plots

        has_occupancies = (self.design.rows["level"] != "scan").any()
        plot = plots.plot_predictive_intervals if has_occupancies else plots.plot_scan_predictive
        return plot(self, ax=ax)

    def plot_pair(
        self, *, at: At | None = None, drugs: Iterable[str] | None = None, ax: GivenAxes = None
    ) -> list[Axes]:
        """Draw the joint posterior of EC50 and Emax; see `petfit.plots.ec50_emax`."""
        from petfit import plots

        return plots.plot_ec50_emax(self, drugs, at=at, ax=ax)

    def plot_rank(self) -> list[Axes]:
        """Draw rank plots of the top-level parameters; see `petfit.plots.rank`."""
        from petfit import plots

        return plots.plot_rank(self)

    def plot_loo_pit(self) -> list[Axes]:
        """Draw the calibration of leave-one-out predictions; see `petfit.plots.loo_pit`."""
        from petfit import plots

        return plots.plot_loo_pit(self)

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report, one HTML file with its tables beside it; see `petfit.report.write`."""
        from petfit import report

        return report.write(self, path)

    def save(self, path: str | Path = "fit.nc") -> Path:
        """Write the fit to a netCDF file, whole or not at all; see `petfit.inference.fit_file.write`."""
        from petfit.inference import fit_file

        return fit_file.write(self.tree, path)


def fit(
    evidence: str | Path | pd.DataFrame | Evidence = BUNDLED,
    model: str | Path | ModelSpec | None = None,
    *,
    drugs: str | Path | pd.DataFrame | None = None,
    table_format: TableFormat | None = None,
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
        A model; if not given, the bundled one that `petfit.model.default_model.default_model` names for the
        table.
    drugs : str, path or DataFrame, optional
        A drug table; the bundled one if not given.
    table_format : TableFormat, optional
        How a table of your own is to be read: its column names, decimal mark and so on.
    settings : Settings, optional
        Sampler settings.
    seed : int, optional
        Replaces the seed of `settings`.
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
    >>> import pandas as pd
    >>> fit(pd.DataFrame({"drug": ["A"], "dose": ["ten"], "value": [0.5]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    from petfit.evidence.drug_table import read_drugs
    from petfit.inference import datatree, sample
    from petfit.model.design import Design
    from petfit.model.reference_doses import reject_misspelled_drugs
    from petfit.model.default_model import default_model
    from petfit.model.specification import read_model

    began = time.perf_counter()
    spec = None if model is None else read_model(model)
    drug_table = read_drugs(drugs)
    table = _evidence(evidence, () if spec is None else spec.columns, table_format, drug_table)
    spec = spec or read_model(default_model(table))
    design = Design.build(spec, table, drug_table)
    reject_misspelled_drugs(spec.reference_doses, design.drugs)
    settings = settings or Settings()
    if seed is not None:
        settings = Settings(**{**vars(settings), "seed": seed})
    sampled = sample.sample(design, settings, progress=progress)
    notes: dict[str, str | float] = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds_compiling": sampled.seconds["compiling"],
        "seconds_sampling": sampled.seconds["sampling"],
        "seconds_in_all": time.perf_counter() - began,
        "centred": "\n".join(sampled.centred),
    }
    tree = datatree.assemble(design, table, drug_table, sampled.draws, sampled.stats, settings, notes)
    return Fit(tree, design)


def _evidence(
    source: str | Path | pd.DataFrame | Evidence,
    extra: Iterable[str],
    table_format: TableFormat | None,
    drugs: pd.DataFrame,
) -> Evidence:
    from petfit.evidence import Evidence, TableFormat, read_evidence

    if not isinstance(source, Evidence):
        return read_evidence(source, extra=extra, drugs=drugs, **vars(table_format or TableFormat()))
    if table_format is not None:
        raise PetfitError("table_format: this evidence has been read already. Give the table itself.")
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
    from petfit.inference import fit_file

    return Fit(fit_file.read(path))


def compare(
    fits: Mapping[str, Fit],
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    *,
    at: At | None = None,
    prob: float = PROB,
) -> Comparison:
    """Compare fits of one table by leave-one-out, and answer under each model and stacked.

    Parameters
    ----------
    fits : mapping of str to Fit
        Two or more, by name.
    occupancy : float or iterable of float
        Absolute occupancies, fractions, whose doses are answered.
    predict_for, at
        See `petfit.results.answers.curves`.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    petfit.results.comparison.Comparison
        ``models``, ``answers`` and ``warnings``.

    Raises
    ------
    PetfitError
        When the fits are of different evidence, or fitted different rows of it.
    """
    from petfit.results import comparison

    return comparison.compared(fits, occupancy, predict_for, at=at, prob=prob)
