"""The JSON Schema of a model file, made from the code, so that editors complete and check it."""

from __future__ import annotations

import json

from petfit.model.specification import ModelSpec

__all__ = ["schema"]


def schema() -> str:
    """Return the JSON Schema of a model file as text.

    Examples
    --------
    >>> json.loads(schema())["title"]
    'petfit model'
    """
    made = ModelSpec.model_json_schema(by_alias=True)
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "petfit model"}
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
