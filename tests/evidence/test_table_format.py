import pytest

from petfit import PetfitError, TableFormat


@pytest.mark.parametrize(
    "options",
    [
        {"decimal": "'"},
        {"ignore": "note"},
        {"columns": "dose=mg"},
        {"constants": ["drug"]},
        {"wide": ["region", "condition"]},
    ],
)
def test_an_invalid_option_is_refused(options):
    with pytest.raises(PetfitError, match=next(iter(options))):
        TableFormat(**options)
