import pytest

from petfit.errors import SpecError
from petfit.model.specification import parse_model, read_model

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
GOOD = f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


def test_an_unknown_model_name_is_rejected_with_a_suggestion():
    with pytest.raises(SpecError, match="Did you mean 'ssri'"):
        read_model("ssrii")


def test_a_folder_is_not_a_model(tmp_path):
    with pytest.raises(SpecError, match="the path of a TOML file"):
        read_model(tmp_path)


def test_a_file_that_is_not_text_is_rejected(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match=r"mine\.toml"):
        read_model(tmp_path / "mine.toml")


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8-sig")
    assert read_model(tmp_path / "mine.toml") == parse_model(GOOD)


def test_a_specification_is_returned_unchanged():
    spec = parse_model(GOOD)
    assert read_model(spec) is spec
