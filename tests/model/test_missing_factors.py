import pandas as pd
import pytest

import petfit
from petfit.checks import unmodelled_factors
from petfit.model.missing_factors import FACTORS, line_for, missing_factors
from petfit.model.specification import model_file, parse_model
from tests.helpers import fit_from_prior, make_design, slow_but

LEVELS = {"regimen": ("single", "repeated"), "tracer": ('[11C]"X"', "T 2"), "modality": ("PET", "SPECT")}
MODELS = ["emax", "one_site", "sigmoid_emax", "individual", "meta_analysis", "emax_concentration", "scan"]


def differing_in(factor, model):
    """Six people whose factor has two levels; concentrations or scans for the models of these."""
    row = {"study": "S", "region": "R", "tracer": "T", "regimen": "repeated", "modality": "PET", "drug": "A"}
    subjects = [f"{i}" for i in range(6)]
    table = pd.DataFrame(
        {**row, "subject": subjects, "dose": [1.0, 2, 5, 10, 20, 40], "value": 0.5}, subjects
    )
    if model == "scan":
        table = pd.concat([table.assign(dose=0.0, value=2.0), table], ignore_index=True).assign(
            outcome="bpnd"
        )
    if model == "emax_concentration":
        table = table.assign(concentration=table["dose"], concentration_unit="ng/mL")
    return table.assign(**{factor: [*LEVELS.get(factor, ("x", "y"))] * (len(table) // 2)})


def with_line(model, table, line):
    """Return the text of a bundled model with a line below the header of a table."""
    text = model_file(model).read_text(encoding="utf-8")
    head, header, rest = text.partition(f"\n[{table}]")
    return f"{head}{header}{rest.replace(chr(10), f'{chr(10)}{line}{chr(10)}', 1)}"


@pytest.mark.parametrize("model", slow_but(MODELS[:2], MODELS))
@pytest.mark.parametrize("factor", FACTORS)
def test_the_line_adds_the_factor_to_the_model(model, factor):
    table, spec = differing_in(factor, model), petfit.read_model(model)
    rows = make_design(spec, table).rows
    if factor in spec.factors:
        assert missing_factors(spec, rows) == []
        return
    assert missing_factors(spec, rows) == [factor]
    cured = parse_model(with_line(model, *line_for(factor, spec, rows)))
    assert missing_factors(cured, make_design(cured, table).rows) == []


@pytest.mark.parametrize("factor", FACTORS)
def test_the_remedy_of_the_check_works_when_tried(factor):
    table = differing_in(factor, "emax")
    warned = unmodelled_factors.check(fit_from_prior(petfit.read_model("emax"), table, draws=100))
    assert warned.verdict == "WARN"
    *_, remedy = warned.sentence.removesuffix(".").split("leaves out: ")
    if remedy.startswith("fit it with the model "):
        text = model_file(remedy.split()[-1]).read_text(encoding="utf-8")
    else:
        line, _, place = remedy.removeprefix("write ").partition(" below [")
        text = with_line("emax", place.partition("]")[0], line)
    cured = unmodelled_factors.check(fit_from_prior(parse_model(text), table, draws=100))
    assert cured.verdict == "PASS"


def test_a_factor_with_empty_cells_has_to_be_filled_in_first():
    table = differing_in("tracer", "emax")
    table["tracer"] = ["T1", "T2", "", "T1", "T2", "T1"]
    check = unmodelled_factors.check(fit_from_prior(petfit.read_model("emax"), table, draws=100))
    assert "fill in tracer in every row" in check.sentence
