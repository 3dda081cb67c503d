import petfit
from petfit.report.tables.model_tables import effect_table, model_list_table, reference_table


def test_each_drug_has_its_reference(prior_fit):
    references = prior_fit.design.reference_doses
    assert reference_table(prior_fit.design).rows == [
        [drug, f"{reference.value:.4g}", reference.unit, reference.origin]
        for drug, reference in references.items()
    ]


def test_each_effect_is_a_row_with_its_number_of_levels(ssri_fit):
    rows = effect_table(ssri_fit.design).rows
    assert ["ec50", "drug by regimen", "shift", "repeated", "5"] in rows
    assert len(rows) == len(ssri_fit.design.effects)


def test_models_are_listed_with_their_titles():
    spec = petfit.read_model("emax")
    assert model_list_table({"emax": spec}).rows[0][:2] == ["emax", spec.title]
