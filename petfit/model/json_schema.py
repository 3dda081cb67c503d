"""The JSON Schema of model files, with which editors complete and check them."""

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
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    content = {**draft, **ModelSpec.model_json_schema(by_alias=True), "title": "petfit model"}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
