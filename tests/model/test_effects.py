import pandas as pd

import petfit
from petfit.model.specification import parse_model
from tests.helpers import fit_from_prior, make_design

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 1.0 }'


def model(ec50="", emax="", top=""):
    return f"{top}\n[ec50]\ncentre = {CENTRE}\n{ec50}\n[emax]\ncentre = {CENTRE}\n{emax}\n"


def effects_of(text, table):
    return {effect.name: effect for effect in make_design(text, table).effects}


TABLE = pd.DataFrame(
    {
        "drug": ["B", "A", "C", "A"],
        "dose": [5, 10, 20, 10],
        "value": [0.4, 0.6, 0.7, 0.5],
        "region": list("xyxx"),
    }
)


def test_levels_are_those_of_the_fitted_rows_sorted():
    left_out = pd.DataFrame([{"drug": "D", "dose": 5, "value": 0.4, "use": "no", "exclusion_reason": "late"}])
    table = pd.concat([TABLE, left_out], ignore_index=True)
    found = effects_of(model(f"[ec50.drug]\npooled = {HALF}"), table)
    assert found["log_ec50_drug"].levels == (("A",), ("B",), ("C",))


def test_levels_of_an_interaction_are_the_pairs_that_occur():
    found = effects_of(model(f'[ec50."drug:region"]\npooled = {HALF}'), TABLE)
    assert found["log_ec50_drug_region"].levels == (("A", "x"), ("A", "y"), ("B", "x"), ("C", "x"))
    assert found["log_ec50_drug_region"].labels == ["A:x", "A:y", "B:x", "C:x"]


def test_a_shift_has_every_level_except_the_reference():
    found = effects_of(model(emax=f'[emax.drug]\nshift = {CENTRE}\nfrom = {{ drug = "B" }}'), TABLE)
    assert found["logit_emax_drug"].levels == (("A",), ("C",))
    assert found["logit_emax_drug"].reference == ("drug", "B")


def test_a_shift_of_an_interaction_takes_the_prior_of_the_other_factor():
    table = TABLE.assign(regimen=["single", "single", "repeated", "repeated"])
    shifts = "\n".join(
        f'shift.{drug} = {{ dist = "Normal", mu = {mu}, sigma = 1.0 }}'
        for drug, mu in (("A", 1.0), ("B", 2.0))
    )
    found = effects_of(model(f'[ec50."drug:regimen"]\nfrom = {{ regimen = "repeated" }}\n{shifts}'), table)
    effect = found["log_ec50_drug_regimen"]
    assert effect.levels == (("A", "single"), ("B", "single"))
    assert [prior.numbers[0] for prior in effect.priors] == [1.0, 2.0]


def test_shifts_from_different_references_keep_their_levels_in_the_posterior():
    table = pd.DataFrame({"drug": ["A", "B", "C"], "dose": [5, 10, 20], "value": [0.4, 0.6, 0.7]})
    text = model(
        f'[ec50.drug]\nshift = {CENTRE}\nfrom = {{ drug = "A" }}',
        f'[emax.drug]\nshift = {CENTRE}\nfrom = {{ drug = "B" }}',
    )
    posterior = fit_from_prior(text, table, draws=100).tree["posterior"]
    for name, levels in (("log_ec50_drug", ["B", "C"]), ("logit_emax_drug", ["A", "C"])):
        assert posterior[name][posterior[name].dims[2]].to_numpy().tolist() == levels


def test_a_reference_level_may_contain_a_slash(tmp_path):
    """A dimension is named after the level that shifts move away from; in a file a slash is a path."""
    table = TABLE.assign(tracer=["a/b", "c", "a/b", "c"])
    shift = f'[ec50.tracer]\nfrom = {{ tracer = "a/b" }}\nshift = {CENTRE}'
    fit = fit_from_prior(parse_model(model(shift)), table)
    loaded = petfit.load(fit.save(tmp_path / "fit.nc"))
    assert loaded.ec50(at={"tracer": "a/b"}).identical(fit.ec50(at={"tracer": "a/b"}))
