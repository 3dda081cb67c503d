import json
import tomllib

import pytest

from petfit.evidence.bundled import models_folder
from petfit.model.json_schema import schema
from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec
from petfit.model.specification.competitor import Competitor
from petfit.model.specification.residual_noise import Noise
from petfit.model.specification.terms import Covariate, Parameter, People

MADE = json.loads(schema())
BUNDLED = sorted(models_folder().glob("*.toml"))


def referred(part):
    """Yield every part of a schema, references followed once."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from referred(value)
    elif isinstance(part, list):
        for value in part:
            yield from referred(value)


def test_every_key_of_every_part_is_in_the_schema():
    assert set(MADE["properties"]) == set(ModelSpec.model_fields)
    for part in (Parameter, Noise, Covariate, Competitor, People):
        assert set(MADE["$defs"][part.__name__]["properties"]) == set(part.model_fields), part
    assert {"from", "pooled", "shift", "centred"} == set(MADE["$defs"]["Term"]["properties"])


def test_unknown_keys_are_rejected_where_factors_are_not_allowed():
    closed = ("Term", "Covariate", "People", "Competitor")
    assert MADE["additionalProperties"] is False
    assert all(MADE["$defs"][name]["additionalProperties"] is False for name in closed)


def test_the_schema_lists_every_family_of_priors():
    assert MADE["$defs"]["Prior"]["properties"]["dist"]["enum"] == sorted(FAMILIES)


def test_every_reference_in_the_schema_is_defined():
    names = [part["$ref"] for part in referred(MADE) if isinstance(part.get("$ref"), str)]
    assert names
    assert {name.removeprefix("#/$defs/") for name in names} <= set(MADE["$defs"])


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_keys_of_a_bundled_model_are_those_of_the_schema(path):
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    assert given.keys() <= MADE["properties"].keys()
    assert set(MADE["required"]) <= given.keys()


def test_the_shipped_schema_is_up_to_date():
    assert (models_folder() / "schema.json").read_text(encoding="utf-8") == schema()
