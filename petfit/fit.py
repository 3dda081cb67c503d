"""The Python interface: `fit`, `load`, `compare`, and `Fit` with one method per answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petfit.errors import FitFileError, PetfitError, nearest
from petfit.settings import Settings, with_settings

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
    from petfit.plots.panels import GivenAxes
    from petfit.results.comparison import Comparison

__all__ = ["BUNDLED", "Fit", "compare", "fit", "load", "read_inputs"]

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

    `fit` and `load` return it. Each answer has two methods: one returns a summary, the other, which ends in
    ``_draws``, the draws themselves. Answers are those of a typical person in a typical study unless
    `predict_for` and `at` say otherwise.

    Parameters
    ----------
    tree : xarray.DataTree
        Groups of ArviZ's schema (``posterior``, ``sample_stats``, ``log_likelihood``, ``log_prior``,
        ``posterior_predictive``, ``prior``, ``prior_predictive``, ``observed_data``, ``constant_data``) and
        petfit's own under ``petfit/``.

    Examples
    --------
    >>> fit
    <petfit.Fit of A, B: 9 rows of the DataFrame, 4 chains of 250 draws>
    """

    tree: xr.DataTree
    _design: Design | None = field(default=None, repr=False)

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, with every default filled in; ``fit.spec.to_toml()`` is the model file.

        Examples
        --------
        >>> fit.spec.curve
        'emax'
        """
        from petfit.model.specification import parse_model

        return parse_model(str(self.attrs["model"]), "the fit's model")

    @cached_property
    def evidence(self) -> Evidence:
        """The whole table, including rows that were not fitted.

        Examples
        --------
        >>> len(fit.evidence.table)
        9
        """
        from petfit.evidence import Evidence
        from petfit.inference.datatree import to_frame

        table = to_frame(self.group("petfit/evidence"))
        notes = str(self.attrs["evidence_assumptions"]).splitlines()
        return Evidence(str(self.attrs["evidence"]), table, tuple(notes))

    @cached_property
    def drug_table(self) -> pd.DataFrame:
        """The drug table that the fit was given, indexed by drug: reference doses, strengths, molar masses.

        Examples
        --------
        >>> float(fit.drug_table["reference_dose"]["sertraline"])
        50.0
        """
        from petfit.inference.datatree import to_frame

        return to_frame(self.group("petfit/drug_table")).rename_axis("drug")

    @cached_property
    def design(self) -> Design:
        """The design of the model for the fitted rows: its effects, priors and design matrix.

        Raises
        ------
        FitFileError
            If the draws of a fit that was read are not those of its model and evidence.

        Examples
        --------
        >>> [effect.name for effect in fit.design.effects]
        ['log_ec50_drug', 'log_ec50_person', 'logit_emax_drug']
        """
        from petfit.inference.fit_schema import draw_problems
        from petfit.model.design import Design

        if self._design is not None:
            return self._design
        if self.evidence.hash != self.tree.attrs["evidence_sha256"]:
            raise FitFileError("The evidence of the fit does not match its SHA-256.")
        design = Design.build(self.spec, self.evidence, self.drug_table)
        for problem in draw_problems(self.tree, design):
            raise FitFileError(f"The fit is not one of its model to its evidence: {problem}.")
        return design

    @property
    def attrs(self) -> dict[str, Any]:
        """Model, name of the evidence, versions of packages, settings and times.

        Examples
        --------
        >>> fit.attrs["draws"], fit.attrs["seed"]
        (250, 11)
        """
        return {str(name): value for name, value in self.tree.attrs.items()}

    @property
    def excluded_rows(self) -> pd.DataFrame:
        """The rows of the evidence that were not fitted, in the columns of the evidence.

        Examples
        --------
        >>> len(fit.excluded_rows)
        0
        """
        return self.evidence.table.drop(index=self.design.rows.index)

    def group(self, name: str) -> xr.Dataset:
        """Return one group of the tree.

        Parameters
        ----------
        name : str
            Such as ``sample_stats`` or ``petfit/evidence``.

        Returns
        -------
        xarray.Dataset
            Its variables, with chain and draw first where there are draws.

        Raises
        ------
        PetfitError
            If the fit has no such group.

        Examples
        --------
        >>> fit.group("sample_stats")["diverging"].dims
        ('chain', 'draw')
        """
        known = [path.removeprefix("/") for path in self.tree.groups if path != "/"]
        if name not in known:
            raise PetfitError(f"the fit has no group {name!r}. {nearest(name, known)}")
        return self.tree[name].to_dataset()

    @cached_property
    def posterior(self) -> dict[str, NDArray[np.float64]]:
        """Draws of every parameter on its link scale, as arrays: chain, draw, then levels.

        Examples
        --------
        >>> fit.posterior["log_ec50"].shape, fit.posterior["log_ec50_drug"].shape
        ((4, 250), (4, 250, 2))
        """
        return {str(name): draws.to_numpy() for name, draws in self.group("posterior").items()}

    @cached_property
    def new_level_effects(self) -> dict[str, NDArray[np.float64]]:
        """Effect of a new level of each random effect, in SDs between levels: chain, draw.

        Examples
        --------
        >>> fit.new_level_effects["log_ec50_drug"].shape
        (4, 250)
        """
        draws = self.group("petfit/new_level_effects")["in_sds"]
        return {str(name): draws.sel(effect=name).to_numpy() for name in draws["effect"].to_numpy()}

    @cached_property
    def log_likelihood(self) -> xr.DataArray:
        """Log density of each person's or cohort's rows, integrated over the person's deviation.

        It has the dimensions chain, draw and ``person``, or ``row`` where each person has one row. In a table
        with scans or complete sets of ranges it is that of each row, given the deviations.

        Examples
        --------
        >>> fit.log_likelihood.dims
        ('chain', 'draw', 'person')
        """
        return self.group("log_likelihood")["value"]

    @cached_property
    def posterior_predictive(self) -> xr.Dataset:
        """Replicated evidence (chain, draw, row): ``value``, ``sd``, ``low``, ``high``; NaN if absent.

        The replicates are those of new people at the same exposures, as in `log_likelihood`; in a table with
        scans or complete sets of ranges, of the same people.

        Examples
        --------
        >>> sorted(fit.posterior_predictive.data_vars)
        ['high', 'low', 'sd', 'value']
        """
        further = self.group("petfit/posterior_predictive")
        return self.group("posterior_predictive").merge(further, join="left")

    @property
    def refits(self) -> xr.Dataset | None:
        """Doses, EC50 and Emax of each refit by drug; None before `with_refits`.

        Examples
        --------
        >>> fit.refits is None
        True
        """
        return self.group("petfit/refits") if "/petfit/refits" in self.tree.groups else None

    def assign_groups(self, groups: Mapping[str, xr.Dataset], **attrs: str) -> Fit:
        """Return the same fit with further groups and attributes in its tree, without its stored checks.

        Parameters
        ----------
        groups : mapping of str to xarray.Dataset
            By path, such as ``petfit/refits``; they replace groups of the same path.
        **attrs : str
            Attributes of the tree.

        Returns
        -------
        Fit
            A new fit; this one is unchanged.

        Examples
        --------
        >>> fit.assign_groups({}, note="for the supplement").attrs["note"]
        'for the supplement'
        """
        import xarray as xr

        present = {node.path: node.to_dataset() for node in self.tree.subtree if node.path != "/"}
        tree = xr.DataTree.from_dict({**present, **{f"/{name}": group for name, group in groups.items()}})
        tree.attrs = {name: value for name, value in self.attrs.items() if name != STORED_CHECKS} | attrs
        return Fit(tree, self.design)

    def with_prior_draws(self) -> Fit:
        """Return the same fit with its prior draws as posterior draws: its answers are those of the prior.

        Returns
        -------
        Fit
            With one chain of 2000 draws.

        Examples
        --------
        >>> fit.with_prior_draws().ec50_draws().sizes["draw"]
        2000
        """
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
        """Yield every parameter that has a prior of its own.

        Yields
        ------
        tuple of str, Prior and array
            Name (with its level, where it has levels), prior, and posterior draws: chain, draw.

        Examples
        --------
        >>> [name for name, _, _ in fit.parameters_with_priors()][:3]
        ['log_ec50', 'log_ec50_drug_sd', 'omega']
        """
        for name, prior in self.design.scalar_priors.items():
            yield name, prior, self.posterior[name]
        for effect in self.design.effects:
            for i, prior in enumerate(effect.priors if effect.has_prior_of_its_own else ()):
                yield f"{effect.name} {effect.labels[i]}", prior, self.posterior[effect.name][..., i]

    def to_datatree(self) -> xr.DataTree:
        """Return the tree; every function of ArviZ works on it.

        Returns
        -------
        xarray.DataTree
            `tree` itself.

        Examples
        --------
        >>> import arviz_stats
        >>> bool(arviz_stats.rhat(fit.to_datatree())["sigma"] < 1.1)
        True
        """
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

    def summary(self, occupancy: float = 0.8, *, at: At | None = None, prob: float = PROB) -> pd.DataFrame:
        """Return the main answers for a typical and a new person, as ``petfit summary`` prints them.

        ``arviz.summary(fit.to_datatree())`` gives the parameters on their link scales instead.

        Parameters
        ----------
        occupancy : float
            Target occupancy, a fraction.
        at, prob
            See `ec50`, also for errors.

        Returns
        -------
        pandas.DataFrame
            By drug and ``predict_for``, medians and, with ``_low`` and ``_high``, intervals: ``ec50`` in
            ``ec50_unit``, ``target_dose`` in ``unit``, ``emax`` and ``occupancy_at_dose`` as fractions, the
            latter at the usual dose or the highest tested, ``at_dose``; ``p_reached``; and the conditions.

        Examples
        --------
        >>> fit.summary()[["ec50", "emax"]].shape
        (4, 2)
        """
        from petfit.results.main_answers import main_answers

        return main_answers(self, occupancy, at=at, prob=prob).set_index(["drug", "predict_for"])

    def draws(
        self, occupancy: float = 0.8, predict_for: str = "typical", *, at: At | None = None
    ) -> xr.Dataset:
        """Return posterior draws of the main answers.

        Parameters
        ----------
        occupancy : float
            Absolute occupancy, a fraction, whose dose is given.
        predict_for, at
            See `ec50`, also for errors.

        Returns
        -------
        xarray.Dataset
            ``ec50``, ``emax`` (a fraction) and ``dose``, infinite where Emax does not reach the occupancy:
            chain, draw, drug; the units in ``unit`` and ``ec50_unit``. ``.to_dataframe()`` makes one row of
            each draw and drug. With infinite doses a mean is infinite, too: use order statistics, as in the
            example, or `dose_for_occupancy`, also for R-hat and ESS.

        Examples
        --------
        >>> ends = fit.draws(0.9).quantile([0.025, 0.5, 0.975], ("chain", "draw"), method="inverted_cdf")
        >>> float(ends["dose"].sel(drug="A", quantile=0.975))
        inf
        """
        import xarray as xr

        from petfit.results.quantiles import check_prob

        dose = self.dose_for_occupancy_draws(check_prob(occupancy, "occupancy"), predict_for, at=at)
        answers = {
            "ec50": self.ec50_draws(predict_for, at=at),
            "emax": self.emax_draws(predict_for, at=at),
            "dose": dose.isel(occupancy=0, drop=True),
        }
        units = {"unit": dose["unit"], "ec50_unit": answers["ec50"]["unit"]}
        bare = {name: values.drop_vars("unit") for name, values in answers.items()}
        return xr.Dataset(bare).assign_coords(units)

    def ec50(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise EC50, the exposure at half of Emax.

        Parameters
        ----------
        predict_for : {"typical", "new_subject", "new_study", "new_drug"}
            The population of the answer. ``typical``: a typical person in a typical study. ``new_subject``:
            one more person. ``new_study``: one more study; a prediction for a study, not a dose to give.
            ``new_drug``: one more drug, in reference doses.
        at : mapping of str to str or float, optional
            Levels of factors, such as ``{"region": "striatum"}``, values of covariates and exposures to
            competitors that the answer is for. Factors that neither it nor the model's ``answers_for`` names
            are at their typical level, covariates at their centre, competitors absent.
        prob : float
            Probability of the equal-tailed interval.

        Returns
        -------
        xarray.Dataset
            By drug, in each drug's unit (the coordinate ``unit``): ``median``, ``low`` and ``high``, order
            statistics of the draws; ``mean`` and ``sd``; ``r_hat``, ``ess_bulk`` and ``ess_tail``. The
            attributes hold the kind and probability of the interval and the conditions of the answer.

        Raises
        ------
        PetfitError
            If the model cannot predict for this population, or has no such factor or level, or if `prob` does
            not lie between 0 and 1.

        Examples
        --------
        >>> fit.ec50()["unit"].values.tolist()
        ['mg/day', 'mg/day']
        """
        from petfit.results.summary import summarise

        return summarise(self.ec50_draws(predict_for, at=at), prob)

    def ec50_draws(self, predict_for: str = "typical", *, at: At | None = None) -> xr.DataArray:
        """Return draws of EC50, the exposure at half of Emax.

        Parameters
        ----------
        predict_for, at
            See `ec50`, also for errors.

        Returns
        -------
        xarray.DataArray
            ``ec50``: chain, draw, drug; in each drug's unit.

        Examples
        --------
        >>> fit.ec50_draws().dims
        ('chain', 'draw', 'drug')
        """
        from petfit.results.curve_draws import curve_draws

        return curve_draws(self, predict_for, at=at).parameter_draws("ec50")

    def emax(self, predict_for: str = "typical", *, at: At | None = None, prob: float = PROB) -> xr.Dataset:
        """Summarise Emax, the maximal occupancy.

        Parameters
        ----------
        predict_for, at, prob
            See `ec50`, also for errors.

        Returns
        -------
        xarray.Dataset
            By drug, a fraction: the columns of `ec50`.

        Examples
        --------
        >>> bool((fit.emax()["high"] <= 1).all())
        True
        """
        from petfit.results.summary import summarise

        return summarise(self.emax_draws(predict_for, at=at), prob)

    def emax_draws(self, predict_for: str = "typical", *, at: At | None = None) -> xr.DataArray:
        """Return draws of Emax, the maximal occupancy.

        Parameters
        ----------
        predict_for, at
            See `ec50`, also for errors.

        Returns
        -------
        xarray.DataArray
            ``emax``, a fraction: chain, draw, drug.

        Examples
        --------
        >>> fit.emax_draws().sizes["drug"]
        2
        """
        from petfit.results.curve_draws import curve_draws

        return curve_draws(self, predict_for, at=at).parameter_draws("emax")

    def dose_for_occupancy(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the dose (or concentration) that reaches an occupancy.

        In each draw it is ``ec50 * (t / (emax - t)) ** (1 / hill)`` for the occupancy ``t``, the inverse of
        the sigmoid Emax model (Hill 1910, J Physiol 40:iv-vii), and infinite if Emax does not exceed ``t``.
        With two sites it is the root of a quadratic; see `petfit.model.curves.two_site`. Competitors lower it
        by ``ec50 * sum(c / ec50_c)``, but not below 0.

        Parameters
        ----------
        occupancy : float or iterable of float
            Absolute occupancies, fractions of the target.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and occupancy, in each drug's unit: ``median``, ``low`` and ``high``, which may be
            infinite (there is no mean); ``r_hat``, ``ess_bulk`` and ``ess_tail`` of the inverse dose;
            ``p_reached``, the share of draws with a finite dose; ``tested_low`` and ``tested_high``, the
            range of the exposures tested; ``p_below``, ``p_inside``, ``p_above`` and ``p_not_reached``, the
            shares of draws below, within and above that range, and infinite; ``relative_to_tested``, where
            the median lies.

        Raises
        ------
        PetfitError
            If an occupancy does not lie between 0 and 1; otherwise as `ec50`.

        Examples
        --------
        >>> fit.dose_for_occupancy([0.5, 0.8]).sizes["occupancy"]
        2
        """
        from petfit.results.curve_draws import curve_draws
        from petfit.results.target_dose import summarise_doses

        curves = curve_draws(self, predict_for, at=at)
        return summarise_doses(curves, curves.dose_draws(occupancy), prob)

    def dose_for_occupancy_draws(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
    ) -> xr.DataArray:
        """Return draws of the dose (or concentration) that reaches an occupancy.

        Parameters
        ----------
        occupancy : float or iterable of float
            Absolute occupancies, fractions of the target.
        predict_for, at
            See `ec50`.

        Returns
        -------
        xarray.DataArray
            ``dose``: chain, draw, drug, occupancy; in each drug's unit, infinite where it is not reached.

        Raises
        ------
        PetfitError
            As `dose_for_occupancy`.

        Examples
        --------
        >>> fit.dose_for_occupancy_draws(0.8).dims
        ('chain', 'draw', 'drug', 'occupancy')
        """
        from petfit.results.curve_draws import curve_draws

        return curve_draws(self, predict_for, at=at).dose_draws(occupancy)

    def occupancy(
        self,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the occupancy at doses (or concentrations).

        In each draw it is ``emax * x ** hill / (ec50 ** hill + x ** hill)`` at the dose ``x``, the sigmoid
        Emax model (Hill 1910, J Physiol 40:iv-vii), or the mean of two Emax curves for two sites. Competitors
        add ``ec50 * sum(c / ec50_c)`` to ``x`` (Gaddum 1957, Pharmacol Rev 9:211-218).

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
        from petfit.results.summary import summarise

        return summarise(self.occupancy_draws(dose, predict_for, at=at), prob)

    def occupancy_draws(
        self, dose: float | Iterable[float], predict_for: str = "typical", *, at: At | None = None
    ) -> xr.DataArray:
        """Return draws of the occupancy at doses (or concentrations).

        Parameters
        ----------
        dose : float or iterable of float
            In each drug's unit, 0 or more.
        predict_for, at
            See `ec50`.

        Returns
        -------
        xarray.DataArray
            ``occupancy``, a fraction: chain, draw, drug, dose.

        Raises
        ------
        PetfitError
            As `occupancy`.

        Examples
        --------
        >>> bool((fit.occupancy_draws(0) == 0).all())
        True
        """
        from petfit.results.curve_draws import curve_draws

        return curve_draws(self, predict_for, at=at).occupancy_draws(dose)

    def target_attainment(
        self,
        dose: float | Iterable[float] | None = None,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Return the probability that doses reach an occupancy, and the share of people who reach it.

        Parameters
        ----------
        dose : float or iterable of float, optional
            In each drug's unit; if not given, the marketed strengths of each drug, one unit a day, or the
            doses tested if it has none.
        occupancy : float or iterable of float
            Absolute occupancies, fractions.
        predict_for, at
            See `ec50`.
        prob : float
            Probability of the equal-tailed interval of the share.

        Returns
        -------
        xarray.Dataset
            By drug, occupancy and dose: ``probability``, the share of draws whose occupancy at the dose is at
            least the target; ``marketed``, whether the dose is a strength of the drug; ``usual``, whether it
            is one or, where there is none, was tested; and, if the model has
            differences between people and `predict_for` is not one person already, ``share``, ``share_low``
            and ``share_high``: the share of people who reach the target, ``Phi(log(dose / needed) / omega)``
            in each draw, where ``needed`` is the `dose_for_occupancy`.

        Raises
        ------
        PetfitError
            As `ec50`.

        Examples
        --------
        >>> fit.target_attainment(dose=20, occupancy=0.5)["probability"].dims
        ('drug', 'occupancy', 'dose')
        """
        from petfit.results.curve_draws import curve_draws
        from petfit.results.target_attainment import target_attainment

        return target_attainment(curve_draws(self, predict_for, at=at), dose, occupancy, prob)

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

        Raises
        ------
        PetfitError
            If a probability does not lie between 0 and 1; otherwise as `ec50`.

        Examples
        --------
        >>> fit.smallest_strength(0.8, min_probability=0.9)["why_none"].sel(drug="A").item()
        'no strengths known'
        """
        from petfit.results.curve_draws import curve_draws
        from petfit.results.target_attainment import smallest_strength

        return smallest_strength(curve_draws(self, predict_for, at=at), occupancy, min_probability)

    def time_course(
        self,
        dose: float,
        every: float | None = None,
        predict_for: str = "typical",
        *,
        drugs: Iterable[str] | None = None,
        times: Iterable[float] | None = None,
        missed: int = 0,
        occupancy: float = 0.8,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise occupancy and concentration over the hours after a dose at steady state.

        Parameters
        ----------
        dose : float
            Each dose, in mg.
        every : float, optional
            Hours between doses; the schedule of each drug in the model if not given.
        predict_for, at, prob
            See `ec50`.
        drugs : iterable of str, optional
            All drugs of the fit by default.
        times : iterable of float, optional
            Hours after the last dose; over the dosing interval if not given.
        missed : int
            Number of doses missed after it.
        occupancy : float
            The hours above this occupancy, a fraction, are given as well.

        Returns
        -------
        xarray.Dataset
            By drug and time; see `petfit.results.time_course.time_course`.

        Raises
        ------
        PetfitError
            If the model has no kinetics, or the dose is not above 0.

        Examples
        --------
        >>> fit.time_course(dose=50)
        Traceback (most recent call last):
        petfit.errors.PetfitError: the model has no kinetics, ...
        """
        from petfit.results.time_course import plasma_curves, time_course

        curves = plasma_curves(self, every, predict_for, drugs, at=at)
        return time_course(curves, dose, times=times, missed=missed, occupancy=occupancy, prob=prob)

    def stopping(
        self,
        dose: float,
        below: float | Iterable[float] = 0.5,
        every: float | None = None,
        predict_for: str = "typical",
        *,
        drugs: Iterable[str] | None = None,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the hours from the last dose until occupancy stays below a level.

        Parameters
        ----------
        dose : float
            Each dose, in mg.
        below : float or iterable of float
            Occupancies, fractions.
        every, predict_for, drugs, at, prob
            See `time_course`.

        Returns
        -------
        xarray.Dataset
            By drug and level, in hours: the columns of `ec50`; 0 where the occupancy was below it already.

        Raises
        ------
        PetfitError
            If the model has no kinetics, or the dose is not above 0.

        Examples
        --------
        >>> fit.stopping(dose=50)
        Traceback (most recent call last):
        petfit.errors.PetfitError: the model has no kinetics, ...
        """
        from petfit.results.stopping import stopping_draws
        from petfit.results.summary import summarise
        from petfit.results.time_course import plasma_curves

        curves = plasma_curves(self, every, predict_for, drugs, at=at)
        return summarise(stopping_draws(curves, dose, below), prob)

    def window(
        self,
        low: float,
        high: float,
        dose: float | Iterable[float] | None = None,
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Return the doses that keep the occupancy in a window, such as 65 to 80 %.

        Parameters
        ----------
        low, high : float
            Absolute occupancies, fractions: the lowest and the highest of the window.
        dose : float or iterable of float, optional
            Doses at which the probability is given, in each drug's unit; the marketed strengths of each drug,
            or the doses tested where it has none, if not given.
        at : mapping of str to str or float, optional
            See `ec50`.
        prob : float
            Probability of the equal-tailed intervals.

        Returns
        -------
        xarray.Dataset
            By drug and ``predict_for`` (``typical``, and ``new_subject`` where the model has differences
            between people): ``lower_dose`` and ``upper_dose``, the doses for both ends, and ``ec50``:
            posterior medians and, with ``_low`` and ``_high``, intervals; ``best_dose`` and
            ``best_strength``, the dose and the marketed strength with the highest probability of an
            occupancy inside, and this one, ``best_dose_probability`` and ``best_strength_probability``.
            By drug, ``predict_for`` and dose: ``probability_inside``, the share of draws whose occupancy at
            the dose lies inside. By drug and dose: ``usual``, whether the dose is a strength of the drug, or
            was tested where it has none; and, where the model has differences between people, ``share``,
            ``share_low`` and ``share_high``: the share of people inside.

        Raises
        ------
        PetfitError
            If the window is empty or not between 0 and 1; otherwise as `ec50`.

        Examples
        --------
        >>> fit.window(0.5, 0.7)["probability_inside"].dims
        ('drug', 'predict_for', 'dose')
        """
        from petfit.results.occupancy_window import occupancy_window

        return occupancy_window(self, low, high, dose, at=at, prob=prob)

    def selectivity(
        self,
        occupancy: float | Iterable[float] = 0.8,
        predict_for: str = "typical",
        *,
        dose: float | Iterable[float] | None = None,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the occupancy of every second target, and the ratio of its EC50 to that of the first.

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
            By drug, target, and ``first_occupancy`` or ``dose``: the occupancy of the second target, a
            fraction, in the columns of `ec50`. By drug and target: ``ratio``, ``ratio_low`` and
            ``ratio_high`` of EC50 at the second target over that at the first; ``affinity_ratio``, the same
            of affinities in vitro; ``from``, the laboratories, and PET. NaN where there are no affinities.

        Raises
        ------
        PetfitError
            If the model has no second target; otherwise as `ec50`.

        Examples
        --------
        >>> fit.selectivity()
        Traceback (most recent call last):
        petfit.errors.PetfitError: the model has no second target. ...
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
        """Compare EC50, or the dose for an occupancy, of each pair of drugs, draw by draw.

        The same person or study takes both drugs, so that shared effects cancel.

        Parameters
        ----------
        occupancy : float, optional
            Compare the doses for this occupancy, a fraction; EC50 if not given.
        predict_for, at, prob
            See `ec50`.

        Returns
        -------
        xarray.Dataset
            By drug and other drug. In reference doses: ``median``, ``low`` and ``high`` of the ratio;
            ``p_less``, the probability that less of the drug is needed than of the other; ``p_more``. In the
            drugs' own unit, NaN if they have different ones: ``median_own``, ``low_own``, ``high_own``,
            ``p_less_own``, ``p_more_own``. ``p_neither``: the share of draws in which neither reaches the
            occupancy, so that there is no ratio; ``p_only_other`` and ``p_only_drug``: in which only one
            does, so that the ratio is infinite or 0. Draws without a ratio count fully toward either end of
            the interval and half toward each side of the median, which is NaN if they are half of all draws
            or more; ``r_hat``, ``ess_bulk`` and ``ess_tail`` are NaN if there are any.

        Raises
        ------
        PetfitError
            If `predict_for` is ``new_drug``; otherwise as `dose_for_occupancy`.

        Examples
        --------
        >>> fit.contrasts(0.5)["median"].sel(drug="A", other="A").item()
        1.0
        """
        from petfit.results.contrasts import contrasts
        from petfit.results.curve_draws import curve_draws

        return contrasts(curve_draws(self, predict_for, at=at), occupancy, prob=prob)

    def heterogeneity(self, by: str | None = None, *, prob: float = PROB) -> xr.Dataset:
        """Return how much studies, people and other levels of random effects differ.

        Parameters
        ----------
        by : str, optional
            A factor with a random effect on EC50, such as study.
        prob : float
            Probability of the equal-tailed interval.

        Returns
        -------
        xarray.Dataset
            Without `by`, the SD of each random effect, on the scale of its ``parameter`` (such as log EC50);
            with it, the EC50 of each ``level`` over that of an average level. Columns as of `ec50`.

        Raises
        ------
        PetfitError
            If EC50 has no random effect of `by`; without it, if there is no random effect.

        Examples
        --------
        >>> fit.heterogeneity()["factor"].to_numpy().tolist()
        ['drug', 'person', 'drug']
        """
        from petfit.results.heterogeneity import heterogeneity, level_ratios

        return heterogeneity(self, prob) if by is None else level_ratios(self, by, prob)

    def contrast_draws(
        self,
        occupancy: float | None = None,
        predict_for: str = "typical",
        *,
        at: At | None = None,
    ) -> xr.DataArray:
        """Return draws of the ratio of EC50, or of the dose for an occupancy, of each pair of drugs.

        Parameters
        ----------
        occupancy : float, optional
            Compare the doses for this occupancy, a fraction; EC50 if not given.
        predict_for, at
            See `ec50`.

        Returns
        -------
        xarray.DataArray
            ``ratio``, in reference doses: chain, draw, drug, other. NaN where neither drug reaches the
            occupancy.

        Raises
        ------
        PetfitError
            As `contrasts`.

        Examples
        --------
        >>> fit.contrast_draws().dims
        ('chain', 'draw', 'drug', 'other')
        """
        from petfit.results.contrasts import contrast_draws
        from petfit.results.curve_draws import curve_draws

        return contrast_draws(curve_draws(self, predict_for, at=at), occupancy)

    def equivalent_dose(
        self,
        drug: str,
        dose: float | Iterable[float],
        predict_for: str = "typical",
        *,
        at: At | None = None,
        prob: float = PROB,
    ) -> xr.Dataset:
        """Summarise the dose of each drug that gives the same occupancy as a dose of one of them.

        If ``t`` is the occupancy at the given dose in a draw, it is that draw's dose for ``t``: infinite if
        the Emax of the other drug does not exceed ``t``, and the given dose itself for the given drug.

        Parameters
        ----------
        drug : str
            The drug whose doses are given.
        dose : float or iterable of float
            In its unit.
        predict_for, at, prob
            See `ec50`. The same person or study takes both drugs.

        Returns
        -------
        xarray.Dataset
            By drug and given dose, in each drug's unit: the columns of `dose_for_occupancy`.

        Raises
        ------
        PetfitError
            If `predict_for` is ``new_drug``, or a dose is negative; otherwise as `ec50`.

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
        """Return draws of the dose of each drug that gives the same occupancy as a dose of one of them.

        Parameters
        ----------
        drug : str
            The drug whose doses are given.
        dose : float or iterable of float
            In its unit.
        predict_for, at
            See `ec50`.

        Returns
        -------
        xarray.DataArray
            ``dose``: chain, draw, drug, given_dose; in each drug's unit.

        Raises
        ------
        PetfitError
            As `equivalent_dose`.

        Examples
        --------
        >>> bool((fit.equivalent_dose_draws("A", 10).sel(drug="A") == 10).all())
        True
        """
        from petfit.results.equivalent_dose import equivalent_dose_draws

        return equivalent_dose_draws(self, drug, dose, predict_for, at=at)

    # --- checks -------------------------------------------------------------------------------------

    def check(self) -> list[Check]:
        """Return the result of every check: those stored in the fit, or else the checks are run.

        Returns
        -------
        list of petfit.checks.Check
            Each has a ``name``, a ``verdict`` (PASS, WARN or FAIL; NOT RUN where `with_refits` is needed), a
            ``sentence``, ``findings`` (figures with their limits) and a ``table``.

        Examples
        --------
        >>> fit.check()[0].name
        'convergence'
        """
        from petfit.checks import stored_checks

        return stored_checks.checks_of(self)

    def with_checks(self) -> Fit:
        """Run the checks and return this fit with their results stored in it.

        Returns
        -------
        Fit
            The report and `check` of this fit, and of the file that it is saved to, do not run them again.

        Examples
        --------
        >>> len(fit.with_checks().check()) == len(fit.check())
        True
        """
        from petfit.checks import stored_checks

        return stored_checks.with_checks(self)

    def with_refits(
        self,
        *,
        folder: str | Path | None = None,
        workers: int | None = 1,
        scheduler: Any = None,
        progress: bool = False,
    ) -> Fit:
        """Fit the evidence again, with changes, and return this fit with the results; it takes minutes.

        Each study is left out in turn; other reference doses, group sizes and pooling are tried.

        Parameters
        ----------
        folder : str or path, optional
            Where the results of finished refits are kept, so that a run that was stopped continues.
        workers : int, optional
            1 refits in this process; more use as many processes, None one for each processor. With processes,
            a script needs ``if __name__ == "__main__":``. The results are the same.
        scheduler : str or distributed.Client, optional
            A Dask scheduler instead of processes; see `fit_many`.
        progress : bool
            Whether to show a progress bar on stderr.

        Returns
        -------
        Fit
            The checks ``leave_one_study_out`` and ``assumptions`` need the results, which stand in `refits`.

        Raises
        ------
        PetfitError
            If the model and the evidence no longer fit together. A single refit that fails is recorded, not
            raised.

        Examples
        --------
        >>> from petfit.results.refit_plan import plan
        >>> sorted({refit.kind for refit in plan(fit)})
        ['emax', 'n_assumed', 'part', 'pooling', 'reference doses']
        """
        from petfit.results import refits

        return refits.with_refits(
            self, folder=folder, workers=workers, scheduler=scheduler, progress=progress
        )

    # --- figures, the report, the file ----------------------------------------------------------------

    def plot(self, figure: str, **options: Any) -> list[Axes]:
        """Draw a figure by its name, as ``petfit plot`` does.

        Parameters
        ----------
        figure : str
            A key of `petfit.plots.FIGURES`, such as ``curves``, ``forest`` or ``rank``.
        **options
            Its options, such as ``occupancy``, ``drugs`` or ``at``; see the method ``plot_...`` of the
            figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            Where it was drawn.

        Raises
        ------
        PetfitError
            If there is no such figure, or it has no such option, or cannot be drawn for this fit.

        Examples
        --------
        >>> len(fit.plot("forest", occupancy=0.5))
        3
        """
        from petfit.plots.figure import draw_figure

        return draw_figure(self, figure, **options)

    def plot_curves(
        self,
        occupancy: float = 0.8,
        *,
        window: tuple[float, float] | None = None,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the dose-occupancy curve of each drug with its evidence.

        Parameters
        ----------
        occupancy : float
            The occupancy, a fraction, that a horizontal line marks.
        window : tuple of float, optional
            The lowest and the highest occupancy of a window, drawn as a band instead of the line.
        at : mapping of str to str or float, optional
            See `ec50`.
        drugs : iterable of str, optional
            Drugs of the fit; all of them if not given.
        ax : Axes or sequence of Axes, optional
            Draw in these, one for each drug, instead of a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug, as every ``plot_`` method returns the axes drawn in.

        Raises
        ------
        PetfitError
            If the fit has no such drug, factor or level.

        Examples
        --------
        >>> axes = fit.plot_curves()
        >>> axes[0].figure.savefig("/dev/null", format="svg")
        """
        return self.plot("curves", occupancy=occupancy, window=window, at=at, drugs=drugs, ax=ax)

    def plot_forest(
        self,
        occupancy: float = 0.8,
        predict_for: str = "typical",
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw EC50, Emax and the dose for an occupancy of each drug, with 50 and 95 % intervals.

        Parameters
        ----------
        occupancy : float
            Absolute occupancy, a fraction.
        predict_for, at
            See `ec50`, also for errors.
        drugs : iterable of str, optional
            Drugs of the fit; all of them if not given.
        ax : sequence of Axes, optional
            Draw in these three instead of a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            EC50, Emax and the dose.

        Examples
        --------
        >>> [panel.get_title(loc="left") for panel in fit.plot_forest(0.8)]
        ['EC50 (ED50)', 'Emax', 'dose for 80 %']
        """
        return self.plot("forest", occupancy=occupancy, predict_for=predict_for, at=at, drugs=drugs, ax=ax)

    def plot_target_attainment(
        self,
        occupancy: float = 0.8,
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the probability that each dose reaches an occupancy, one panel for each drug.

        Parameters
        ----------
        occupancy : float
            Absolute occupancy, a fraction.
        at, drugs, ax
            See `plot_curves`, also for errors.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug.

        Examples
        --------
        >>> len(fit.plot_target_attainment(0.5))
        2
        """
        return self.plot("attainment", occupancy=occupancy, at=at, drugs=drugs, ax=ax)

    def plot_time(
        self,
        dose: float | None = None,
        every: float | None = None,
        *,
        occupancy: float = 0.8,
        missed: int = 0,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the occupancy over the hours after a dose at steady state, one panel for each drug.

        Parameters
        ----------
        dose : float, optional
            Each dose, in mg; the usual one of each drug if not given.
        every, missed
            See `time_course`.
        occupancy : float
            A fraction that is marked by a line.
        at, drugs, ax
            See `plot_curves`.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug.

        Raises
        ------
        PetfitError
            If the model has no kinetics.

        Examples
        --------
        >>> fit.plot_time(50)
        Traceback (most recent call last):
        petfit.errors.PetfitError: the model has no kinetics, ...
        """
        options = {"dose": dose, "every": every, "occupancy": occupancy, "missed": missed}
        return self.plot("time", **options, at=at, drugs=drugs, ax=ax)

    def plot_window(
        self,
        low: float,
        high: float,
        *,
        at: At | None = None,
        drugs: Iterable[str] | None = None,
        ax: GivenAxes = None,
    ) -> list[Axes]:
        """Draw the probability that each dose keeps the occupancy in a window, one panel for each drug.

        Parameters
        ----------
        low, high : float
            Absolute occupancies, fractions.
        at, drugs, ax
            See `plot_curves`, also for errors.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug.

        Examples
        --------
        >>> len(fit.plot_window(0.5, 0.7))
        2
        """
        return self.plot("window", window=(low, high), at=at, drugs=drugs, ax=ax)

    def plot_target_occupancy(
        self, *, at: At | None = None, drugs: Iterable[str] | None = None, ax: GivenAxes = None
    ) -> list[Axes]:
        """Draw the occupancy of every target over the dose, one panel for each drug with affinities.

        Parameters
        ----------
        at, drugs, ax
            See `plot_curves`.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug.

        Raises
        ------
        PetfitError
            If the model has no second target, or there are no affinities of the drugs; otherwise as
            `plot_curves`.

        Examples
        --------
        >>> fit.plot_target_occupancy()
        Traceback (most recent call last):
        petfit.errors.PetfitError: no drug has affinities to a second target. ...
        """
        return self.plot("targets", at=at, drugs=drugs, ax=ax)

    def plot_prior_posterior(self) -> list[Axes]:
        """Draw prior and posterior density of every parameter that has a prior.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each parameter.

        Examples
        --------
        >>> len(fit.plot_prior_posterior()) == len(list(fit.parameters_with_priors()))
        True
        """
        return self.plot("priors")

    def plot_ppc(self, *, ax: GivenAxes = None) -> list[Axes]:
        """Draw every fitted occupancy with its posterior predictive intervals of 50 and 95 %.

        Parameters
        ----------
        ax : Axes, optional
            Draw in this instead of a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            One, with a line for each row; if the fit holds only scans, one with a point for each scan.

        Examples
        --------
        >>> len(fit.plot_ppc())
        1
        """
        has_occupancies = (self.design.rows["level"] != "scan").any()
        return self.plot("predictive" if has_occupancies else "scans", ax=ax)

    def plot_pair(
        self, *, at: At | None = None, drugs: Iterable[str] | None = None, ax: GivenAxes = None
    ) -> list[Axes]:
        """Draw the joint posterior of EC50 and Emax, one panel for each drug.

        Parameters
        ----------
        at, drugs, ax
            See `plot_curves`, also for errors.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each drug: Emax against EC50 (logarithmic).

        Examples
        --------
        >>> len(fit.plot_pair(drugs=["A"]))
        1
        """
        return self.plot("pair", at=at, drugs=drugs, ax=ax)

    def plot_rank(self) -> list[Axes]:
        """Draw rank plots of the top-level parameters, which show whether the chains agree.

        Returns
        -------
        list of matplotlib.axes.Axes
            One for each parameter.

        References
        ----------
        Säilynoja, Bürkner and Vehtari, Statistics and Computing 2022;32:32.

        Examples
        --------
        >>> len(fit.plot_rank()) == len(fit.design.scalar_priors)
        True
        """
        return self.plot("rank")

    def plot_loo_pit(self) -> list[Axes]:
        """Draw how well the leave-one-out predictive distributions are calibrated.

        Returns
        -------
        list of matplotlib.axes.Axes
            One: the ECDF of the probability integral transform of each number, less that of a uniform
            distribution.

        Raises
        ------
        PetfitError
            If the fit holds only ranges and extremes.

        Examples
        --------
        >>> len(fit.plot_loo_pit())
        1
        """
        return self.plot("loo_pit")

    def methods(self, occupancy: float = 0.8, *, window: tuple[float, float] | None = None) -> str:
        """Return a methods and a results paragraph, with every number, prior, version and source.

        Parameters
        ----------
        occupancy : float
            Target occupancy, a fraction.
        window : tuple of float, optional
            Lower and upper end of an occupancy window, fractions, whose doses are given as well.

        Returns
        -------
        str
            Text in Markdown.

        Raises
        ------
        PetfitError
            If the occupancy does not lie between 0 and 1, or the window is not one.

        Examples
        --------
        >>> "## Results" in fit.methods()
        True
        """
        from petfit.report.methods_text import methods_text

        return methods_text(self, occupancy, window)

    def report(
        self,
        path: str | Path = "report.html",
        *,
        occupancy: float | None = None,
        window: tuple[float, float] | None = None,
        force: bool = False,
    ) -> Path:
        """Write the report, one HTML page that works offline, completely or not at all.

        Parameters
        ----------
        path : str or path
            The page to write. An existing report is replaced once the new one is complete. Its tables, as TSV
            and JSON, and the model are written to a folder next to it: ``report_tables`` for ``report.html``.
        occupancy : float, optional
            The target occupancy whose dose the report gives, a fraction; if not given, 0.8 or the lower end
            of the window.
        window : tuple of float, optional
            The lowest and the highest occupancy of a window, fractions: the report then answers which doses
            keep the occupancy inside.
        force : bool
            Whether to replace a file that is not a report.

        Returns
        -------
        pathlib.Path
            The page.

        Raises
        ------
        PetfitError
            If the folder is missing or not writable, or a file would be replaced that petfit did not write.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     fit.report(Path(folder) / "report.html").name
        'report.html'
        """
        from petfit.report import write

        return write.write(self, path, occupancy=occupancy, window=window, force=force)

    def save(self, path: str | Path = "fit.nc", *, force: bool = False) -> Path:
        """Write the fit to a netCDF file, completely or not at all.

        Parameters
        ----------
        path : str or path
            The file to write. An existing fit file is replaced once the new one is complete.
        force : bool
            Whether to replace a file that is not a fit file.

        Returns
        -------
        pathlib.Path
            The file, which `load` and every program that reads netCDF can read.

        Raises
        ------
        PetfitError
            If the folder is missing or not writable, or a file would be replaced that is not a fit.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     load(fit.save(Path(folder) / "fit.nc"))
        <petfit.Fit of A, B: 9 rows of the DataFrame, 4 chains of 250 draws>
        """
        from petfit.inference import fit_file

        return fit_file.write(self.tree, path, force=force)


def fit(
    evidence: str | Path | pd.DataFrame | Evidence = BUNDLED,
    model: str | Path | ModelSpec | None = None,
    *,
    drug_table: str | Path | pd.DataFrame | None = None,
    table_format: TableFormat | None = None,
    columns: Mapping[str, str] | None = None,
    wide: str | None = None,
    ignore: Collection[str] | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    header: int | str | None = None,
    constants: Mapping[str, str] | None = None,
    outcome: str | None = None,
    fill: Collection[str] | None = None,
    settings: Settings | None = None,
    draws: int | None = None,
    tune: int | None = None,
    chains: int | None = None,
    target_accept: float | None = None,
    seed: int | None = None,
    progress: bool = False,
) -> Fit:
    """Fit a model to evidence.

    Parameters
    ----------
    evidence : str, path, DataFrame or Evidence
        A table of reported numbers (a file, a folder of PET-BIDS derivatives, or the name of a bundled
        table); the bundled SERT evidence if not given.
    model : str, path or ModelSpec, optional
        The name of a bundled model, a TOML file, or a model; if not given, the bundled model for the kind of
        the table: ``emax`` for doses, ``meta_analysis`` for doses from several studies, ``individual`` for
        people in several regions, ``emax_concentration`` for concentrations, ``scan`` or ``scan_vt`` for
        scans, and ``ssri`` for the bundled evidence.
    drug_table : str, path or DataFrame, optional
        Reference doses, marketed strengths and molar masses by drug; the bundled table if not given.
    table_format : TableFormat, optional
        How to read the table, as one object.
    columns, wide, ignore, decimal, sheet, header, constants, outcome, fill : optional
        The same as arguments, which replace those of `table_format`; see `read_evidence`. Most used are
        columns of other names, such as ``columns={"dose": "mg_per_day"}``, a factor whose levels are columns,
        ``wide="region"``, and what the table does not give, ``constants={"drug": "BU224"}``.
    settings : Settings, optional
        Sampler settings.
    draws, tune, chains, target_accept, seed : optional
        Replace those of `settings`.
    progress : bool
        Whether to show a progress bar on stderr.

    Returns
    -------
    Fit
        The same draws for the same arguments, machine and package versions.

    Raises
    ------
    PetfitError
        If the table or the model is not valid, or the model cannot be fitted to the table.

    Examples
    --------
    >>> import pandas, petfit
    >>> table = pandas.DataFrame({"drug": "A", "dose": [5, 10, 40], "value": [0.38, 0.55, 0.77]})
    >>> petfit.fit(table, "one_site", draws=100, tune=200, chains=2)
    <petfit.Fit of A: 3 rows of the DataFrame, 2 chains of 100 draws>
    """
    from petfit.evidence.table_format import completed
    from petfit.inference import datatree, pointwise_log_likelihood, sample

    began = time.perf_counter()
    table_format = completed(
        table_format,
        columns=columns,
        wide=wide,
        ignore=ignore,
        decimal=decimal,
        sheet=sheet,
        header=header,
        constants=constants,
        outcome=outcome,
        fill=fill,
    )
    table, design, known_drugs, reason_of_model = read_inputs(evidence, model, drug_table, table_format)
    numbers = {"draws": draws, "tune": tune, "chains": chains, "target_accept": target_accept, "seed": seed}
    settings = with_settings(settings, **numbers)
    sampled = sample.sample(design, settings, progress=progress)
    notes: dict[str, str | float] = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds_compiling": sampled.seconds["compiling"],
        "seconds_sampling": sampled.seconds["sampling"],
        "seconds_in_all": time.perf_counter() - began,
        "centred": "\n".join(f"{name} {sd}" for name, sd in sampled.centred.items()),
        "people_integrated": int(sampled.people_integrated),
        "reason_of_model": reason_of_model,
        "discarded_divergences": sampled.discarded_divergences,
    }
    density = pointwise_log_likelihood.log_likelihood(design, sampled)
    used = replace(settings, target_accept=sampled.target_accept)
    tree = datatree.assemble(design, table, known_drugs, sampled.draws, sampled.stats, density, used, notes)
    return Fit(tree, design)


def read_inputs(
    evidence: str | Path | pd.DataFrame | Evidence,
    model: str | Path | ModelSpec | None,
    drug_table: str | Path | pd.DataFrame | None,
    table_format: TableFormat | None,
) -> tuple[Evidence, Design, pd.DataFrame, str]:
    """Return what `fit` fits: the table, the design of the model for it, the drug table, why this model.

    The reason is empty if the model is given.
    """
    from petfit.evidence.drug_table import read_drug_table
    from petfit.model.default_model import default_model
    from petfit.model.design import Design
    from petfit.model.specification import read_model

    spec, reason = None if model is None else read_model(model), ""
    known_drugs = read_drug_table(drug_table)
    table = _evidence(evidence, () if spec is None else spec.columns, table_format, known_drugs)
    if spec is None:
        chosen = default_model(table)
        spec, reason = read_model(chosen.name), chosen.clause
    return table, Design.build(spec, table, known_drugs), known_drugs, reason


def _evidence(
    source: str | Path | pd.DataFrame | Evidence,
    extra: Iterable[str],
    table_format: TableFormat | None,
    drug_table: pd.DataFrame,
) -> Evidence:
    from petfit.evidence import Evidence, TableFormat
    from petfit.evidence.read import read_in_format

    if not isinstance(source, Evidence):
        return read_in_format(source, table_format or TableFormat(), extra=extra, drug_table=drug_table)
    if table_format is not None:
        raise PetfitError(
            "this evidence has been read already. Give columns, constants and so on to read_evidence, or "
            "give the table itself to fit."
        )
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
        Two or more fits by name, in any order.
    occupancy : float or iterable of float
        Target occupancies, fractions.
    predict_for, at, prob
        See `Fit.ec50`.

    Returns
    -------
    petfit.results.comparison.Comparison
        ``models``, a DataFrame, best model first: elpd with its SE, the difference from the best, the
        stacking weight, the largest Pareto k. ``answers``, the columns of `Fit.dose_for_occupancy` by model,
        the last of which is ``stacked``: order statistics of the weighted draws of all models, infinite ones
        included. ``warnings``, limitations of the weights.

    Raises
    ------
    PetfitError
        If the fits have different evidence, or used different rows of it.

    References
    ----------
    Vehtari, Gelman and Gabry, Stat Comput 2017;27:1413-1432 (LOO); Yao et al., Bayesian Analysis
    2018;13:917-1007 (stacking).

    Examples
    --------
    >>> compare({"first": fit, "second": fit}).models["difference"].tolist()
    [0.0, 0.0]
    """
    from petfit.results import comparison

    return comparison.compare_fits(fits, occupancy, predict_for, at=at, prob=prob)
