"""docs/models.md: examples, grammar, bundled models."""

import re
from pathlib import Path

import pytest

from petfit.evidence import read_evidence
from petfit.evidence.bundled import models_folder
from petfit.evidence.ranges import range_meanings
from petfit.model.kinetics.drug_kinetics import DrugKinetics, KineticPeople, Plasma, Saturable, Schedule
from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec, parse_model
from petfit.model.specification.competitor import Competitor
from petfit.model.specification.residual_noise import Noise, ScanNoise
from petfit.model.specification.second_target import Selectivity
from petfit.model.specification.terms import Covariate, Parameter, People, Term
from tests.docs.small_tables import TABLE, design_for, has_finite_density, table_for

pytestmark = pytest.mark.docs

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.M | re.S)
TITLES = [parse_model(block).title for block in BLOCKS]
MODELS = sorted(path.stem for path in models_folder().glob("*.toml"))


def test_examples_are_numbered_and_have_different_titles():
    assert len(BLOCKS) == len(set(TITLES))
    numbers = re.findall(r"^\*\*(\d+)\. ", PAGE, flags=re.M)
    assert numbers == [str(i + 1) for i in range(len(BLOCKS))]
    assert all(TITLES)


@pytest.mark.parametrize("block", BLOCKS, ids=TITLES)
def test_an_example_is_a_valid_model_of_a_small_table(block):
    spec = parse_model(block)
    assert parse_model(spec.to_toml()) == spec
    design = design_for(spec, table_for(spec))
    assert all(effect.levels for effect in design.effects)
    assert has_finite_density(design)


def test_the_first_example_has_two_parameters():
    design = design_for(parse_model(BLOCKS[0]), table_for(parse_model(BLOCKS[0])))
    assert list(design.scalar_priors) == ["log_ec50", "sigma"]
    assert design.effects == ()


def test_only_the_examples_with_late_scans_fit_them():
    sizes = {spec.title: len(design_for(spec, table_for(spec)).rows) for spec in map(parse_model, BLOCKS)}
    used = (TABLE["use"] == "yes").sum()
    assert {title for title, size in sizes.items() if size > used} == {
        "Occupancy as the drug leaves",
        "Drugs and studies, groups averaged over their people",
    }


def test_the_table_of_ranges_has_the_stated_meanings(tmp_path):
    (block,) = re.findall(r"^```csv\n(.*?)^```$", PAGE, flags=re.M | re.S)
    (tmp_path / "ranges.csv").write_text(block)
    said = range_meanings(read_evidence(tmp_path / "ranges.csv").table)
    assert said == ["lowest and highest of 6 people", *["extremes of a complete set of 3 means"] * 3]


def test_the_page_describes_every_key_of_a_model():
    parts = (ModelSpec, Parameter, Term, Covariate, People, Noise, ScanNoise, Competitor, Selectivity)
    parts += (DrugKinetics, KineticPeople, Plasma, Saturable, Schedule)
    keys = {field.alias or name for part in parts for name, field in part.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()
    assert {family for family in FAMILIES if family not in PAGE} == set()


def test_the_page_lists_every_bundled_model():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.M) == sorted(
        MODELS, key=lambda name: PAGE.index(f"`{name}`")
    )
