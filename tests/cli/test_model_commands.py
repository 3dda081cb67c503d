import petfit
from petfit.evidence.bundled import models_folder
from tests.cli.runner import run


def test_models_lists_every_bundled_model():
    code, out, _ = run("models")
    assert code == 0
    for path in models_folder().glob("*.toml"):
        assert path.stem in out
        assert petfit.read_model(path.stem).title.split()[0] in out


def test_models_prints_a_bundled_model():
    code, out, _ = run("models", "ssri")
    assert code == 0
    assert out == (models_folder() / "ssri.toml").read_text(encoding="utf-8")


def test_priors_far_from_the_evidence_give_a_warning(tmp_path):
    model = tmp_path / "far.toml"
    text = (models_folder() / "emax.toml").read_text(encoding="utf-8")
    model.write_text(text.replace("mu = 0.0", "mu = 12.0", 1), encoding="utf-8")
    table = tmp_path / "mine.csv"
    table.write_text("drug,dose,value\nA,5,0.4\nA,20,0.7\n", encoding="utf-8")
    _, _, quiet = run("priors", "emax", "--evidence", str(table))
    code, _, warned = run("priors", str(model), "--evidence", str(table))
    assert (code, quiet) == (0, "")
    assert warned.startswith("Warning: A: the prior probability")
