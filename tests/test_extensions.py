"""A curve, a level of evidence, a check, a figure and a reader are each one file and one entry in a table."""

import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from petfit import PetfitError, checks, plots, read_evidence
from petfit.checks import Check
from petfit.evidence import readers
from petfit.evidence.columns import COLUMNS
from petfit.evidence.levels import LEVELS as LEVEL_RULES
from petfit.evidence.readers.base import Reader
from petfit.evidence.readers.dataframe import read_frame
from petfit.inference import kernel
from petfit.model import likelihood, pymc_model
from petfit.model.curves import CURVES, Curve
from petfit.model.curves.base import odds
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from petfit.plots.figure import FitFigure
from petfit.report import write
from tests.cli.runner import run
from tests.helpers import INTERPRETED, PLAIN, fit_from_prior, log_posterior, make_design, random_point

EXPONENTIAL = Curve(
    name="exponential",
    equation="emax * (1 - 2 ** (-x / ec50))",
    source="a test",
    parameters=("ec50", "emax"),
    occupancy=lambda x, ec50, emax: emax * (1 - 2 ** (-x / ec50)),
    slope=lambda x, ec50, emax: -emax * np.log(2) * x / ec50 * 2 ** (-x / ec50),
    exposure=lambda occupancy, ec50, emax: ec50 * np.log2(1 + odds(occupancy, emax)),
)


@pytest.fixture
def exponential_model(monkeypatch):
    monkeypatch.setitem(CURVES, EXPONENTIAL.name, EXPONENTIAL)
    return f'curve = "exponential"\n{PLAIN}'


def test_a_new_curve_has_the_same_density_in_pymc_and_numpy(exponential_model, people_table):
    design = make_design(exponential_model, people_table)
    model = pymc_model.build(design)
    point = random_point(model, np.random.default_rng(1))
    density = model.compile_logp(mode=INTERPRETED)
    assert density(point) == pytest.approx(log_posterior(design, point), rel=1e-10)


def test_a_new_curve_is_left_to_pymc(exponential_model, people_table):
    assert not kernel.is_supported(make_design(exponential_model, people_table))


def test_a_new_curve_answers(exponential_model, people_table):
    fit = fit_from_prior(exponential_model, people_table)
    dose, ec50 = fit.dose_for_occupancy_draws(0.5), fit.ec50_draws()
    occupancy = EXPONENTIAL.occupancy(dose.isel(occupancy=0), ec50, fit.emax_draws())
    assert occupancy.where(np.isfinite(dose.isel(occupancy=0))).mean() == pytest.approx(0.5)


def test_a_new_level_has_rules_and_a_density(monkeypatch, people_table):
    level = "self_report"
    monkeypatch.setitem(LEVEL_RULES, level, replace(LEVEL_RULES["subject"], name=level))
    monkeypatch.setitem(COLUMNS["level"].levels, level, "an occupancy that somebody reports")
    monkeypatch.setitem(likelihood.LEVELS, level, replace(likelihood.LEVELS["subject"], name=level))
    design = make_design(PLAIN, people_table.assign(level=level, n=1))
    draws = design.draw_prior(np.random.default_rng(1), 10)
    densities = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
    assert set(densities) == {level}
    assert np.isfinite(densities[level]).all()


def test_a_new_check_is_run_with_the_others(monkeypatch, prior_fit):
    check = Check("always", "PASS", "This check always passes.", pd.DataFrame())
    monkeypatch.setitem(checks.CHECKS, check.name, lambda _: check)
    assert checks.run(prior_fit)[-1] is check


def draw_number_of_draws(fit, drugs=None):
    _, ax = plt.subplots()
    ax.set_title(f"{fit.design.drugs} {drugs}")
    return [ax]


def test_a_new_figure_is_a_method_a_kind_of_the_shell_and_in_the_report(monkeypatch, prior_fit, tmp_path):
    module = ModuleType("draw_count")
    module.FIGURE = FitFigure(draw_number_of_draws, section="posterior", caption="Draws, for {target}.")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(plots.FIGURES, "draws", plots.Entry(module.__name__, "The number of draws."))
    assert "['A']" in prior_fit.plot("draws", drugs=["A"])[0].get_title()
    with pytest.raises(PetfitError, match=r"'drug'.*Did you mean 'drugs'"):
        prior_fit.plot("draws", drug="A")
    file = prior_fit.save(tmp_path / "fit.nc")
    assert run("plot", file, "draws", "--drug", "A", "-o", tmp_path / "draws.svg")[0] == 0
    page = write.render(prior_fit)
    assert 'alt="The number of draws."' in page
    assert "Draws, for 80" in page


def test_a_new_reader_reads_its_files(monkeypatch, tmp_path):
    reader = Reader(
        accepts=lambda source: source.path is not None and source.path.suffix == ".jsonl",
        read=lambda source, _: read_frame(pd.read_json(source.path, lines=True), source.name),
    )
    monkeypatch.setattr(readers, "READERS", (reader, *readers.READERS))
    file = tmp_path / "table.jsonl"
    file.write_text('{"drug": "A", "dose": 5, "value": 0.4}\n{"drug": "A", "dose": 10, "value": 0.625}\n')
    assert read_evidence(file).table["value"].tolist() == [0.4, 0.625]


def test_a_model_with_an_unknown_curve_is_refused():
    with pytest.raises(ValueError, match="exponential"):
        parse_model(f'curve = "exponential"\n{PLAIN}')
