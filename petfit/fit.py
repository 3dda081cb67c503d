"""The Python interface: `fit`, `load`, `compare`, and `Fit` with one method per answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petfit.errors import FitFileError, PetfitError
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
"""The default probability of an interval."""

MIN_PROBABILITIES = (0.5, 0.8, 0.95)
"""The default probabilities with which a smallest strength is to reach the occupancy."""

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
    """

    tree: xr.DataTree
    _design: Design | None = field(default=None, repr=False)

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, with every default filled in."""
        from petfit.model.specification import parse_model

        return parse_model(str(self.attrs["model"]), "the fit's model")

    @cached_property
    def evidence(self) -> Evidence:
        """The whole table, including rows that were not fitted."""
        from petfit.evidence import Evidence
        from petfit.inference.datatree import to_frame

        table = to_frame(self.group("petfit/evidence"))
        notes = str(self.attrs["evidence_assumptions"]).splitlines()
        return Evidence(str(self.attrs["evidence"]), table, tuple(notes))

    @cached_property
    def drug_table(self) -> pd.DataFrame:
        """The drug table that the fit was given, indexed by drug."""
        from petfit.inference.datatree import to_frame

        return to_frame(self.group("petfit/drug_table")).rename_axis("drug")

    @cached_property
    def design(self) -> Design:
        """The model's design for the fitted rows."""
        from petfit.inference.fit_schema import draw_problems
        from petfit.model.design import Design

        if self._design is not None:
            return self._design
        design = Design.build(self.spec, self.evidence, self.drug_table)
        for problem in draw_problems(self.tree, self.evidence, design):
            raise FitFileError(f"The fit is not one of its model to its evidence: {problem}.")
        return design

    @property
    def attrs(self) -> dict[str, Any]:
        """Model, name of the evidence, versions of packages, settings and times."""
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
        return {str(name): draws.to_numpy() for name, draws in self.group("posterior").items()}

    @cached_property
    def new_level_effects(self) -> dict[str, NDArray[np.float64]]:
        """Effect of a new level of each random effect, in SDs between levels: chain, draw."""
        draws = self.group("petfit/new_level_effects")["in_sds"]
        return {str(name): draws.sel(effect=name).to_numpy() for name in draws["effect"].to_numpy()}

    @cached_property
    def log_likelihood(self) -> xr.DataArray:
        """Log density of each fitted row: chain, draw, row."""
        return self.group("log_likelihood")["value"]

    @cached_property
    def posterior_predictive(self) -> xr.Dataset:
        """Replicated evidence (chain, draw, row): ``value``, ``sd``, ``low``, ``high``; NaN if absent."""
        further = self.group("petfit/posterior_predictive")
        return self.group("posterior_predictive").merge(further, join="left")

    @property
    def refits(self) -> xr.Dataset | None:
        """Answers of refits of the same evidence; None before `with_refits`."""
        return self.group("petfit/refits") if "/petfit/refits" in self.tree.groups else None

    def assign_groups(self, groups: Mapping[str, xr.Dataset], **attrs: str) -> Fit:
        """Return the same fit with further groups and attributes in its tree, without its stored checks."""
        import xarray as xr

        present = {node.path: node.to_dataset() for node in self.tree.subtree if node.path != "/"}
        tree = xr.DataTree.from_dict({**present, **{f"/{name}": group for name, group in groups.items()}})
        tree.attrs = {name: value for name, value in self.attrs.items() if name != STORED_CHECKS} | attrs
        return Fit(tree, self.design)

    def with_prior_draws(self) -> Fit:
        """Return the same fit with its prior draws as posterior draws: its answers are those of the prior."""
        import xarray as xr

        sources = {
            "posterior": "prior",
            "petfit/new_level_effects": "petfit/prior_new_level_effects",
            "petfit/evidence": "petfit/evidence",
            "petfit/drug_table": "petfit/drug_table",
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

    def to_datatree(self) -> xr.DataTree:
        """Return the tree; every function of ArviZ works on it."""
        return self.tree

    def __repr__(self) -> str:
        """Return one line: the drugs, the rows and the draws."""
        sizes = self.group("posterior").sizes
        return (
            f"<petfit.Fit of {', '.join(self.design.drugs)}: {len(self.design.rows)} rows of "
            f"{self.evidence.name}, {sizes['chain']} chains of {sizes['draw']} draws>"
        )

    def _repr_html_(self) -> str:
        from petfit.report.notebook import notebook_html

        return notebook_html(self)

    # --- answers, as summaries and as draws ---------------------------------------------------------

    def ec50(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise EC50, the exposure at half of Emax.

        Parameters
        ----------
        predict_for : {"typical", "new_subject", "new_study", "new_drug"}
            The population of the answer; see `petfit.results.curve_draws.curve_draws`.
        at : mapping of str to str or float, optional
            Levels of factors, values of covariates and exposures to competitors that the answer is for.
        prob : float
            Probability of the equal-tailed interval.

        Returns
        -------
        xarray.Dataset
            By drug, in each drug's unit: ``median``, ``low``, ``high``, ``mean``, ``sd``, ``r_hat``,
            ``ess_bulk``, ``ess_tail``.

        Raises
        ------
        PetfitError
            If the model cannot predict for this population, or has no such factor or level.

        Examples
        --------
        >>> fit.ec50()["unit"].values.tolist()
        ['mg/day', 'mg/day']
        """
        from petfit.results.curve_parameters import curve_parameters

        return curve_parameters(self, predict_for, at=at, prob=prob)["ec50"]

    def ec50_draws(self, predict_for: str = "typical", *, at: At | None = None) -> xr.DataArray:
        """Return posterior draws of EC50 (chain, draw, drug), in each drug's unit; see `ec50`.

        Examples
        --------
        >>> fit.ec50_draws().dims
        ('chain', 'draw', 'drug')
        """
        from petfit.results.curve_parameters import ec50_draws

        return ec50_draws(self, predict_for, at=at)

    def emax(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise Emax, the maximal occupancy, a fraction, by drug; see `ec50` for the arguments.

        Examples
        --------
        >>> bool((fit.emax()["high"] <= 1).all())
        True
        """
        from petfit.results.curve_parameters import curve_parameters

        return curve_parameters(self, predict_for, at=at, prob=prob)["emax"]

    def emax_draws(self, predict_for: str = "typical", *, at: At | None = None) -> xr.DataArray:
        """Return posterior draws of Emax (chain, draw, drug), a fraction; see `ec50` for the arguments."""
        from petfit.results.curve_parameters import emax_draws

        return emax_draws(self, predict_for, at=at)

    def dose_for_occupancy(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the dose (or concentration) that reaches an occupancy.

        It is ``ec50 * (occupancy / (emax - occupancy)) ** (1 / hill)`` in each draw, the inverse of the Emax
        model, and infinite in draws whose Emax does not exceed the occupancy.

        Parameters
        ----------
        occupancy : float or iterable of float
            Absolute occupancies, fractions of the target.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and occupancy, in each drug's unit: ``median``, ``low``, ``high``, ``r_hat``,
            ``ess_bulk``, ``ess_tail``, ``p_reached`` and the support; see
            `petfit.results.support.summarise_doses`. There is no mean, because a dose may be infinite.

        Raises
        ------
        PetfitError
            If an occupancy does not lie between 0 and 1; otherwise as `ec50`.

        Examples
        --------
        >>> fit.dose_for_occupancy([0.5, 0.8]).sizes["occupancy"]
        2
        """
        from petfit.results.target_dose import dose_for_occupancy

        return dose_for_occupancy(self, occupancy, predict_for, at=at, prob=prob)

    def dose_for_occupancy_draws(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
    ) -> xr.DataArray:
        """Return draws of the dose (chain, draw, drug, occupancy); see `dose_for_occupancy`."""
        from petfit.results.target_dose import dose_for_occupancy_draws

        return dose_for_occupancy_draws(self, occupancy, predict_for, at=at)

    def occupancy(
        self,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the occupancy at doses (or concentrations).

        It is ``emax * dose ** hill / (ec50 ** hill + dose ** hill)`` in each draw.

        Parameters
        ----------
        dose : float or iterable of float
            In each drug's unit, 0 or more.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and dose, fractions: the columns of `ec50`.

        Raises
        ------
        PetfitError
            If a dose is negative or infinite; otherwise as `ec50`.

        Examples
        --------
        >>> fit.occupancy([0, 20])["median"].sel(dose=0).values.tolist()
        [0.0, 0.0]
        """
        from petfit.results.occupancy import occupancy_draws
        from petfit.results.summary import summarise

        return summarise(occupancy_draws(self, dose, predict_for, at=at), prob)

    def occupancy_draws(
        self, dose: float | Iterable[float], predict_for: str = "typical", *, at: At | None = None
    ) -> xr.DataArray:
        """Return draws of the occupancy at doses (chain, draw, drug, dose), fractions; see `occupancy`."""
        from petfit.results.occupancy import occupancy_draws

        return occupancy_draws(self, dose, predict_for, at=at)

    def target_attainment(
        self,
        dose: float | Iterable[float] | None = None,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Return the probability, and the share of people, that doses reach an occupancy.

        Parameters
        ----------
        dose : float or iterable of float, optional
            In each drug's unit; the marketed strengths of every drug if not given.
        occupancy : float or iterable of float
            Absolute occupancies, fractions.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug, occupancy and dose; see `petfit.results.target_attainment.target_attainment`.

        Raises
        ------
        PetfitError
            If no dose is given and no drug has strengths in the unit of the fit; otherwise as `ec50`.

        Examples
        --------
        >>> fit.target_attainment(dose=20, occupancy=0.5)["probability"].dims
        ('drug', 'occupancy', 'dose')
        """
        from petfit.results.target_attainment import target_attainment

        return target_attainment(self, dose, occupancy, predict_for, at=at, prob=prob)

    def smallest_strength(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        min_probability: float | Iterable[float] = MIN_PROBABILITIES,
    ) -> xr.Dataset:
        """Return the smallest marketed strength that reaches an occupancy with a given probability.

        Parameters
        ----------
        occupancy : float or iterable of float
            Absolute occupancies, fractions.
        predict_for, at
            See `ec50`.
        min_probability : float or iterable of float
            Least probabilities of reaching the occupancy.

        Returns
        -------
        xarray.Dataset
            By drug, occupancy and ``min_probability``: ``strength``, one unit a day in the drug's unit, NaN
            if there is none; ``why_none``: ``none`` if no strength is sufficient, or why none is known.
        """
        from petfit.results.target_attainment import smallest_strength

        return smallest_strength(self, occupancy, predict_for, at=at, min_probability=min_probability)

    def selectivity(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        dose: float | Iterable[float] | None = None,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the occupancy of every second target of the model.

        Parameters
        ----------
        occupancy : float or iterable of float
            Occupancies of the first target, fractions: the second ones are given at the dose that reaches
            them.
        predict_for, at, prob
            See `ec50`.
        dose : float or iterable of float, optional
            Doses in each drug's unit, instead of `occupancy`.

        Returns
        -------
        xarray.Dataset
            By drug, target, and first occupancy or dose; see `petfit.results.selectivity.selectivity`.

        Raises
        ------
        PetfitError
            If the model has no second target; otherwise as `ec50`.
        """
        from petfit.results.selectivity import selectivity

        return selectivity(self, occupancy, predict_for, dose=dose, at=at, prob=prob)

    def contrasts(
        self,
        occupancy: float | None = None,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Compare EC50, or the dose for an occupancy, between drugs, as ratios.

        Parameters
        ----------
        occupancy : float, optional
            Compare the doses for this occupancy, a fraction; EC50 if not given.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and other drug; see `petfit.results.contrasts.contrasts`.

        Examples
        --------
        >>> fit.contrasts(0.5).sizes["other"]
        2
        """
        from petfit.results.contrasts import contrasts

        return contrasts(self, occupancy, predict_for, at=at, prob=prob)

    def contrast_draws(
        self,
        occupancy: float | None = None,
        predict_for: str = "typical",
        *,
        at: At | None = None,
    ) -> xr.DataArray:
        """Return draws of the ratios between drugs (chain, draw, drug, other); see `contrasts`."""
        from petfit.results.contrasts import contrast_draws

        return contrast_draws(self, occupancy, predict_for, at=at)

    def equivalent_dose(
        self,
        drug: str,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the dose of each drug with the same occupancy as a dose of one drug.

        Parameters
        ----------
        drug : str
            The drug whose doses are given.
        dose : float or iterable of float
            In its unit.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and given dose, in each drug's unit: the columns of `dose_for_occupancy`.

        Examples
        --------
        >>> fit.equivalent_dose("A", 20)["median"].sel(drug="A").item()
        20.0
        """
        from petfit.results.equivalent_dose import equivalent_dose

        return equivalent_dose(self, drug, dose, predict_for, at=at, prob=prob)

    def equivalent_dose_draws(
        self, drug: str, dose: float | Iterable[float], predict_for: str = "typical", *, at: At | None = None
    ) -> xr.DataArray:
        """Return draws of equivalent doses (chain, draw, drug, given dose); see `equivalent_dose`."""
        from petfit.results.equivalent_dose import equivalent_dose_draws

        return equivalent_dose_draws(self, drug, dose, predict_for, at=at)

    # --- checks -------------------------------------------------------------------------------------

    def check(self) -> list[Check]:
        """Return the result of every check; those that need refits are WARN before `with_refits`.

        Examples
        --------
        >>> fit.check()[0].name
        'convergence'
        """
        from petfit.checks import stored_checks

        return stored_checks.checks_of(self)

    def with_checks(self) -> Fit:
        """Run the checks and return this fit with them stored in it, so that a report need not run them."""
        from petfit.checks import stored_checks

        return stored_checks.with_checks(self)

    def with_refits(self, *, progress: bool = False) -> Fit:
        """Return this fit with the results of refits, for the checks that need them; it takes minutes.

        Each study is left out in turn; other reference doses, group sizes and pooling are tried. See
        `petfit.results.refits.with_refits`.
        """
        from petfit.results import refits

        return refits.with_refits(self, progress=progress)

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

    def plot_target_occupancy(
        self, *, at: At | None = None, drugs: Iterable[str] | None = None, ax: GivenAxes = None
    ) -> list[Axes]:
        """Draw the occupancy of every target over the dose; see `petfit.plots.target_occupancy`."""
        from petfit import plots

        return plots.plot_target_occupancy(self, drugs, at=at, ax=ax)

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

    def report(self, path: str | Path = "report.html", *, force: bool = False) -> Path:
        """Write the report, one HTML file with its tables beside it; see `petfit.report.write.write`."""
        from petfit.report import write

        return write.write(self, path, force=force)

    def save(self, path: str | Path = "fit.nc", *, force: bool = False) -> Path:
        """Write the fit to a netCDF file, whole or not at all; see `petfit.inference.fit_file.write`."""
        from petfit.inference import fit_file

        return fit_file.write(self.tree, path, force=force)


def fit(
    evidence: str | Path | pd.DataFrame | Evidence = BUNDLED,
    model: str | Path | ModelSpec | None = None,
    *,
    drug_table: str | Path | pd.DataFrame | None = None,
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
        A model; `petfit.model.default_model.default_model` of the table if not given.
    drug_table : str, path or DataFrame, optional
        A drug table; the bundled one if not given.
    table_format : TableFormat, optional
        How to read the table: its column names, decimal mark and so on.
    settings : Settings, optional
        Sampler settings.
    seed : int, optional
        Replaces the seed of `settings`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Fit
        The same draws for the same arguments and package versions.

    Raises
    ------
    PetfitError
        If the table or the model is not valid, or the model cannot be fitted to the table.

    Examples
    --------
    >>> import petfit
    >>> petfit.fit(model="ssrii")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    petfit.errors.SpecError: ...Did you mean 'ssri'?...
    """
    from petfit.evidence.drug_table import read_drug_table
    from petfit.inference import datatree, sample
    from petfit.model.default_model import default_model
    from petfit.model.design import Design
    from petfit.model.reference_doses import reject_misspelled_drugs
    from petfit.model.specification import read_model

    began = time.perf_counter()
    spec = None if model is None else read_model(model)
    known_drugs = read_drug_table(drug_table)
    table = _evidence(evidence, () if spec is None else spec.columns, table_format, known_drugs)
    spec = spec or read_model(default_model(table))
    design = Design.build(spec, table, known_drugs)
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
    tree = datatree.assemble(design, table, known_drugs, sampled.draws, sampled.stats, settings, notes)
    return Fit(tree, design)


def _evidence(
    source: str | Path | pd.DataFrame | Evidence,
    extra: Iterable[str],
    table_format: TableFormat | None,
    drug_table: pd.DataFrame,
) -> Evidence:
    from petfit.evidence import Evidence, TableFormat, read_evidence

    if not isinstance(source, Evidence):
        return read_evidence(
            source, extra=extra, drug_table=drug_table, **vars(table_format or TableFormat())
        )
    if table_format is not None:
        raise PetfitError("table_format: this evidence has been read already. Give the table itself.")
    return source


def load(path: str | Path) -> Fit:
    """Read a fit file.

    Parameters
    ----------
    path : str or path
        A file written by `Fit.save`.

    Returns
    -------
    Fit
        Its answers are identical to those of the saved fit; PyMC is not imported.

    Raises
    ------
    FitFileError
        If the file does not exist, is damaged, is not a fit, or has the format of another version.

    Examples
    --------
    >>> import petfit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     petfit.load(fit.save(Path(folder) / "fit.nc")).design.drugs
    ('A', 'B')
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
    """Compare fits of one table by PSIS-LOO, with the dose under each model and under all of them stacked.

    Parameters
    ----------
    fits : mapping of str to Fit
        Two or more fits by name.
    occupancy : float or iterable of float
        Target occupancies, fractions.
    predict_for, at
        See `petfit.results.curve_draws`.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    petfit.results.comparison.Comparison
        ``models``, ``answers`` and ``warnings``.

    Raises
    ------
    PetfitError
        If the fits have different evidence, or used different rows of it.

    Examples
    --------
    >>> compare({"first": fit, "second": fit}).models["difference"].tolist()
    [0.0, 0.0]
    """
    from petfit.results import comparison

    return comparison.compare_fits(fits, occupancy, predict_for, at=at, prob=prob)
