import petfit
from petfit.report.tables.reproduction_tables import reproduction_table, settings_table


def test_the_command_makes_the_fit_again(ssri_fit, tmp_path):
    values = dict(reproduction_table(ssri_fit).rows)
    words = values["command"].split()
    assert words[:5] == ["petfit", "fit", "sert_occupancy", "--model", "model.toml"]
    assert words[words.index("--seed") + 1] == str(ssri_fit.attrs["seed"])
    model = ssri_fit.report(tmp_path / "report.html").with_name("report_tables") / "model.toml"
    assert petfit.read_model(model) == ssri_fit.spec


def test_settings_are_those_of_the_fit(ssri_fit):
    values = dict(settings_table(ssri_fit, 0.8).rows)
    assert (values["chains"], values["requested occupancy"]) == (str(ssri_fit.attrs["chains"]), "0.8")
