import pytest

from petfit.evidence.wide.region_names import no_regions
from tests.evidence.tables import read_content, refusal_of

NAMES = [
    *("ctx-lh-precuneus", "Nucleus accumbens, left", "preDCA", "dlPFC", "SN/VTA", "LPut", "Cd", "Kleinhirn"),
    *("Heschl_R", "Gyrus rectus", "ROI_2", "被殻", "BA25", "GPe", "DRN", "LST", "Braak3", "noyau caudé"),
]


@pytest.mark.parametrize("name", NAMES)
def test_regions_are_known_by_their_words_and_acronyms(name):
    assert list(no_regions(["putamen", name])) == []


def test_an_unknown_name_beside_regions_is_asked_about_once_and_read_where_it_says_region():
    text = "drug,dose,putamen,{}\nA,5,0.45,0.5\n"
    message = refusal_of(text.format("XyZ"), wide="region")
    assert '--ignore "XyZ"' in message
    assert "'region XyZ'" in message
    for name in ("region XyZ", "caudate"):
        assert name in set(read_content(text.format(name), wide="region").table["region"])


def test_names_of_which_none_is_known_are_regions():
    text = "drug,dose,here,there\nA,5,0.45,0.5\n"
    assert read_content(text, wide="region").table["region"].tolist() == ["here", "there"]
