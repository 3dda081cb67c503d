"""Folders of PET-BIDS derivatives, as dynamicpet and PETFit write them, become rows of scans."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import read_evidence
from petfit.evidence.readers.bids import read_bids

DRUG = {
    "TracerName": "DASB",
    "PharmaceuticalName": "citalopram",
    "PharmaceuticalDoseAmount": 20,
    "PharmaceuticalDoseUnits": "mg",
    "PharmaceuticalDoseRegimen": "single oral",
    "PharmaceuticalDoseTime": -10800,
}
TABLE = "region\tBPnd\tR1\tBPnd-se\nPutamen\t{}\t1\t0.1\nCaudate\t{}\t1\t0.1\n"


def write(root, name, content):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content) if isinstance(content, dict) else content, newline="")
    return path


def kinpar(sub, ses, model="model-SRTM_desc-model1"):
    return f"derivatives/petfit/Primary/sub-{sub}/ses-{ses}/sub-{sub}_ses-{ses}_{model}_kinpar.tsv"


@pytest.fixture
def dataset(tmp_path):
    """Two people: a baseline and a scan on drug of 01, only a scan on drug of 02."""
    write(
        tmp_path, "dataset_description.json", {"Name": "Ours", "BIDSVersion": "1.9.0", "DatasetType": "raw"}
    )
    write(tmp_path, "participants.tsv", "participant_id\tweight\tage\nsub-01\t70\t33\nsub-02\t80.5\tn/a\n")
    write(tmp_path, "sub-01/ses-a/pet/sub-01_ses-a_pet.json", {"TracerName": "DASB"})
    write(tmp_path, "sub-01/ses-b/pet/sub-01_ses-b_pet.json", DRUG)
    write(tmp_path, "sub-02/ses-b/pet/sub-02_ses-b_pet.json", DRUG | {"PharmaceuticalDoseAmount": [40]})
    write(tmp_path, kinpar("01", "a"), TABLE.format("1.50", "1.4"))
    write(tmp_path, kinpar("01", "b"), TABLE.format("0.5", "NA"))
    write(tmp_path, kinpar("02", "b"), TABLE.format("-0.031", "0.40"))
    return tmp_path


def rows(folder, *names, **options):
    table = read_bids(folder, **options).table
    return table[list(names)].values.tolist()


def reported_places(folder, **options):
    with pytest.raises(EvidenceError) as caught:
        read_bids(folder, **options)
    return [(problem.where, problem.column) for problem in caught.value.problems]


def test_scans_become_rows_with_unchanged_numbers(dataset):
    assert rows(dataset, "subject", "condition", "dose", "region", "value") == [
        ["01", "baseline", "0", "Putamen", "1.50"],
        ["01", "baseline", "0", "Caudate", "1.4"],
        ["01", "drug", "20", "Putamen", "0.5"],
        ["01", "drug", "20", "Caudate", ""],
        ["02", "drug", "40", "Putamen", "-0.031"],
        ["02", "drug", "40", "Caudate", "0.40"],
    ]
    table = read_bids(dataset).table
    assert set(table["level"]) == {"scan"}
    assert set(table["outcome"]) == {"bpnd"}
    assert set(table["drug"]) == {"citalopram"}
    assert set(table["dose_unit"]) == {"mg"}
    assert set(table["tracer"]) == {"DASB"}
    assert set(table["study"]) == {"Ours"}
    assert table["time_h"].tolist() == ["", "", "3", "3", "3", "3"]
    assert table["weight"].tolist() == ["70"] * 4 + ["80.5"] * 2
    assert table.index[1].endswith("sub-01_ses-a_model-SRTM_desc-model1_kinpar.tsv, line 3")


@pytest.mark.parametrize("order", [sorted, lambda paths: sorted(paths, reverse=True)])
def test_the_order_of_files_and_participants_does_not_matter(dataset, monkeypatch, order):
    wanted = read_evidence(dataset)
    for name in ("rglob", "glob"):
        find = getattr(Path, name)
        monkeypatch.setattr(Path, name, lambda *what, find=find, **how: iter(order(find(*what, **how))))
    people = dataset / "participants.tsv"
    header, *lines = people.read_text().splitlines()
    people.write_text("\n".join([header, *order(lines)]) + "\n")
    found = read_evidence(dataset)
    assert found.table.equals(wanted.table)
    assert found.hash == wanted.hash


def test_renaming_subjects_changes_no_scan(dataset):
    before = rows(dataset, "condition", "drug", "dose", "dose_unit", "region", "value")
    for path in sorted(dataset.rglob("*sub-01*"), key=lambda path: -len(path.parts)):
        path.rename(path.with_name(path.name.replace("sub-01", "sub-99")))
    people = dataset / "participants.tsv"
    people.write_text(people.read_text().replace("sub-01", "sub-99"))
    after = rows(dataset, "condition", "drug", "dose", "dose_unit", "region", "value")
    assert after != before
    assert sorted(after) == sorted(before)


def test_a_region_without_an_estimate_is_not_used(dataset):
    assert rows(dataset, "use", "exclusion_reason")[3] == ["no", "no estimate of BPnd in the table"]


def test_a_bids_folder_reads_as_evidence(dataset):
    found = read_evidence(dataset)
    assert found.used["value"].tolist() == [1.5, 1.4, 0.5, -0.031, 0.4]
    assert found.used["subject"].tolist() == ["01", "01", "01", "02", "02"]
    assert any(sentence.startswith("condition not given") for sentence in found.assumptions)


def test_the_derivatives_read_like_the_dataset_and_nothing_is_written(dataset):
    before = sorted(dataset.rglob("*"))
    folder = "derivatives/petfit/Primary"
    found = [f"{folder}/{place}" for place in read_bids(dataset / folder).table.index]
    assert found == list(read_bids(dataset).table.index)
    assert sorted(dataset.rglob("*")) == before


def test_extra_columns_of_participants_are_read(dataset):
    assert "age" not in read_bids(dataset).table
    assert rows(dataset, "age", extra={"age"})[-3:] == [["33"], [""], [""]]


def test_tables_of_dynamicpet_are_read(dataset):
    written = "name\tBPND\tR1\tk2\r\nPutamen\t0.25\t1\t0.1\r\nCaudate\t0.5\t1\t0.1\r\n"
    write(dataset, kinpar("02", "b"), written)
    assert rows(dataset, "region", "value")[-2:] == [["Putamen", "0.25"], ["Caudate", "0.5"]]


def test_a_table_of_all_scans_is_read_if_there_is_none_per_scan(tmp_path):
    rows_of = "sub\tses\ttrc\tpet\tregion\tVT\nA1\tx\tDASB\tsub-A1\tPutamen\t12.5\n"
    write(tmp_path, "participants.tsv", "participant_id\tdrug\tdose\nsub-A1\tA\t10\n")
    write(tmp_path, "derivatives/petfit/Primary/model-2TCM_desc-model1_kinpar.tsv", rows_of)
    write(tmp_path, "derivatives/petfit/Primary/sub-A1/sub-A1_desc-delayfit_kinpar.tsv", "region\tshift\n")
    found = rows(tmp_path, "subject", "tracer", "outcome", "value", "drug", "dose", "condition")
    assert found == [["A1", "DASB", "vt", "12.5", "A", "10", "drug"]]


def test_one_of_several_kinetic_models_must_be_chosen(dataset):
    for sub, ses in (("01", "a"), ("01", "b"), ("02", "b")):
        write(dataset, kinpar(sub, ses, "model_MRTM2_desc-model2"), TABLE.format("0.1", "0.2"))
    with pytest.raises(PetfitError, match=r"same scan.*sheet.*model-MRTM2 or model-SRTM"):
        read_bids(dataset)
    assert rows(dataset, "value", sheet="model-MRTM2")[0] == ["0.1"]
    assert rows(dataset, "value", sheet="desc-model1")[0] == ["1.50"]
    with pytest.raises(PetfitError, match="Did you mean 'model-SRTM'"):
        read_bids(dataset, "model-SRTMM")


@pytest.mark.parametrize(
    ("sessions", "conditions"),
    [
        ("session_id\tcondition\nses-a\tbaseline\nses-b\tdrug\n", ["baseline", "drug"]),
        ("session_id\tdose\nses-a\t0\nses-b\t15\n", ["baseline", "drug"]),
        ("session_id\tPharmaceuticalDoseAmount\nses-a\t0\nses-b\t15\n", ["baseline", "drug"]),
    ],
)
def test_sessions_decide_which_scan_was_with_the_drug(dataset, sessions, conditions):
    write(dataset, "participants.tsv", "participant_id\tdrug\tdose\nsub-01\tB\t15\nsub-02\tB\t15\n")
    write(dataset, "sub-01/sub-01_sessions.tsv", sessions)
    write(dataset, "sub-01/ses-b/pet/sub-01_ses-b_pet.json", {"TracerName": "DASB"})
    found = rows(dataset, "condition", "drug", "dose")[:4:2]
    assert found == [[conditions[0], "B", "0"], [conditions[1], "B", "15"]]


@pytest.mark.parametrize(
    ("participants", "sessions", "unit", "place"),
    [
        ("participant_id\tdrug\nsub-01\tB\nsub-02\tB\n", "dose\nses-a\t0\nses-b\t15\n", "ug", ""),
        (
            "participant_id\tdrug\tdose_unit\nsub-01\tB\tmg\n",
            "dose\nses-a\t0\nses-b\t15\n",
            "ug",
            "dose_unit",
        ),
        ("participant_id\tdrug\nsub-02\tB\n", "dose\nses-a\t0\nses-b\t15\n", "mg", "PharmaceuticalName"),
        ("participant_id\tdrug\nsub-01\tB\n", "drug\nses-a\tB\nses-b\tcitalopram\n", "", "drug"),
    ],
)
def test_units_beside_a_table_count_and_a_dose_is_never_dropped(dataset, participants, sessions, unit, place):
    write(dataset, "participants.tsv", participants)
    write(dataset, "sub-01/sub-01_sessions.tsv", f"session_id\t{sessions}")
    write(dataset, "sub-01/sub-01_sessions.json", {"dose": {"Units": unit}})
    sidecar = {"PharmaceuticalName": "B"} if place == "drug" else {"TracerName": "DASB"}
    write(dataset, "sub-01/ses-b/pet/sub-01_ses-b_pet.json", sidecar)
    if place:
        assert place in {column for _, column in reported_places(dataset)}
    else:
        assert rows(dataset, "dose", "dose_unit")[:4:2] == [["0", "ug"], ["15", "ug"]]


def test_a_dose_in_participants_alone_is_ambiguous(dataset):
    write(dataset, "participants.tsv", "participant_id\tdrug\tdose\nsub-01\tB\t15\nsub-02\tB\t15\n")
    assert reported_places(dataset) == [("sub-01/ses-a/pet/sub-01_ses-a_pet.json", "condition")]


@pytest.mark.parametrize("label", ["blocked", "citalopram", "20mgCitalopram"])
def test_clear_labels_tell_at_which_scan_the_dose_of_participants_was_given(tmp_path, label):
    write(tmp_path, "participants.tsv", "participant_id\tdrug\tdose\tage\nsub-01\tcitalopram\t15\t33\n")
    write(tmp_path, kinpar("01", "baseline"), TABLE.format("1.5", "1.4"))
    write(tmp_path, kinpar("01", label), TABLE.format("0.5", "0.4"))
    source = read_bids(tmp_path)
    by_session = dict(zip(source.table["session"], source.table["dose"], strict=True))
    assert by_session == {"baseline": "0", label: "15"}
    assert any(f"{label} as drug" in sentence for sentence in source.assumptions)
    assert "columns of participants.tsv that are not read: age" in source.assumptions


@pytest.mark.parametrize(
    "labels", [("baseline", "10mg", "40mg"), ("baseline", "day1"), ("blocked1", "blocked2")]
)
def test_a_dose_of_participants_is_not_given_to_labels_that_do_not_tell(tmp_path, labels):
    write(tmp_path, "participants.tsv", "participant_id\tdrug\tdose\nsub-01\tcitalopram\t15\n")
    for label in labels:
        write(tmp_path, kinpar("01", label), TABLE.format("1.5", "1.4"))
    assert {column for _, column in reported_places(tmp_path)} == {"condition"}


def test_a_baseline_lacks_no_drug_of_its_own(tmp_path):
    write(tmp_path, kinpar("01", "baseline"), TABLE.format("1.5", "1.4"))
    write(tmp_path, kinpar("01", "drug"), TABLE.format("0.5", "0.4"))
    with pytest.raises(EvidenceError, match="the label ses-drug says") as caught:
        read_bids(tmp_path)
    assert len(caught.value.problems) == 1


def test_the_more_specific_sidecar_counts_and_equal_ones_must_agree(dataset):
    write(dataset, "pet.json", {"PharmaceuticalDoseUnits": "g", "TracerName": "X"})
    assert [row[0] for row in rows(dataset, "dose_unit")[2:]] == ["mg"] * 4
    write(dataset, "sub-02/ses-b/pet/sub-02_ses-b_run-2_pet.json", DRUG)
    with pytest.raises(EvidenceError, match=r"run-2_pet.json.*PharmaceuticalDoseAmount.*disagree"):
        read_bids(dataset)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("sub-02/ses-b/pet/sub-02_ses-b_pet.json", {"PharmaceuticalName": "B"}, "PharmaceuticalDoseAmount"),
        (
            "sub-02/ses-b/pet/sub-02_ses-b_pet.json",
            DRUG | {"PharmaceuticalDoseAmount": [20, 40]},
            "PharmaceuticalDoseAmount",
        ),
        (
            "sub-02/ses-b/pet/sub-02_ses-b_pet.json",
            DRUG | {"PharmaceuticalDoseTime": "early"},
            "PharmaceuticalDoseTime",
        ),
        (kinpar("02", "b"), "region\tSUVR\nPutamen\t1.5\n", "BPND or VT"),
        (kinpar("02", "b"), "region\tBPND\tVT\nPutamen\t1.5\t2\n", "BPND or VT"),
        (kinpar("02", "b"), "index\tBPND\n1\t1.5\n", "name or region"),
    ],
)
def test_missing_metadata_are_reported_by_file_and_key(dataset, name, content, where):
    write(dataset, name, content)
    assert reported_places(dataset) == [(name, where)]


def test_a_scan_without_metadata_is_not_a_baseline(dataset):
    (dataset / "sub-01/ses-a/pet/sub-01_ses-a_pet.json").unlink()
    assert reported_places(dataset) == [("sub-01/**/*_pet.json", "PharmaceuticalName")]


def with_second_scan(dataset, label):
    """Give person 02 a scan of this session without a drug."""
    write(dataset, f"sub-02/ses-{label}/pet/sub-02_ses-{label}_pet.json", {"TracerName": "DASB"})
    write(dataset, kinpar("02", label), TABLE.format("1.2", "1.1"))
    return dataset


@pytest.mark.parametrize("label", ["ketamine", "rx", "onmed", "high", "therapy", "followup", "infusion"])
def test_a_session_whose_label_is_no_word_for_a_baseline_is_asked_about(dataset, label):
    file = f"sub-02/ses-{label}/pet/sub-02_ses-{label}_pet.json"
    assert reported_places(with_second_scan(dataset, label)) == [(file, "PharmaceuticalName")]


@pytest.mark.parametrize("label", ["a", "1", "02", "scan2", "T1", "baseline", "off", "placebo", "washout"])
def test_a_session_with_a_neutral_label_and_no_drug_is_a_baseline(dataset, label):
    read = rows(with_second_scan(dataset, label), "subject", "session", "condition", "dose")
    assert ["02", label, "baseline", "0"] in read


def test_a_dataset_without_any_drug_is_refused(dataset):
    for name in ("sub-01/ses-b/pet/sub-01_ses-b", "sub-02/ses-b/pet/sub-02_ses-b"):
        write(dataset, f"{name}_pet.json", {"TracerName": "DASB"})
    assert {column for _, column in reported_places(dataset)} == {"PharmaceuticalName"}


@pytest.mark.parametrize("content", ["{", "[1, 2]", "\x00"])
def test_an_invalid_sidecar_is_named(dataset, content):
    path = write(dataset, "sub-01/ses-b/pet/sub-01_ses-b_pet.json", content)
    with pytest.raises(PetfitError, match=path.name):
        read_bids(dataset)


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
CELLS = st.sampled_from(["name", "region", "BPND", "VT", "DVR", "1.5", "n/a", "x", "\t", "\n", '"', ""])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([*DRUG, "condition", "dose"]), ANY, max_size=4),
    st.lists(CELLS, max_size=12).map("\t".join),
    st.sampled_from([kinpar("02", "b"), "participants.tsv", "sub-02/sub-02_sessions.tsv"]),
)
def test_any_folder_is_read_or_refused(dataset, said, text, name):
    write(dataset, kinpar("02", "b"), TABLE.format("0.1", "0.2"))
    write(dataset, "participants.tsv", "participant_id\nsub-01\n")
    write(dataset, "sub-02/sub-02_sessions.tsv", "session_id\nses-b\n")
    write(dataset, "sub-02/ses-b/pet/sub-02_ses-b_pet.json", said)
    write(dataset, name, text)
    try:
        found = read_bids(dataset).table
    except PetfitError:
        return
    assert set(found["condition"]) <= {"baseline", "drug"} | set(map(str, said.values()))
    assert (found["dose"] != "").all()


def test_a_folder_without_a_drug_is_given_it_with_its_dose(tmp_path):
    write(tmp_path, "participants.tsv", "participant_id\nsub-01\nsub-02\n")
    for sub in ("01", "02"):
        write(tmp_path, kinpar(sub, "baseline"), TABLE.format("1.5", "1.4"))
        write(tmp_path, kinpar(sub, "blocked"), TABLE.format("0.5", "0.4"))
    constants = {"drug": "A", "dose": "10", "dose_unit": "mg"}
    with pytest.raises(EvidenceError, match=r"constants={'drug': 'NAME', 'dose': 'NUMBER'"):
        read_evidence(tmp_path)
    evidence = read_evidence(tmp_path, constants=constants)
    scans = evidence.table[["drug", "dose", "condition", "value"]].to_numpy().tolist()
    assert (
        scans
        == [
            *(["A", 0, "baseline", 1.5], ["A", 0, "baseline", 1.4]),
            *(["A", 10, "drug", 0.5], ["A", 10, "drug", 0.4]),
        ]
        * 2
    )
    assert "dose is 10 in every row but those of baselines, as given" in evidence.assumptions


def test_a_drug_that_is_given_does_not_say_at_which_of_numbered_scans(tmp_path):
    write(tmp_path, "participants.tsv", "participant_id\nsub-01\n")
    for ses in ("1", "2"):
        write(tmp_path, kinpar("01", ses), TABLE.format("1.5", "1.4"))
    with pytest.raises(EvidenceError, match="nothing says at which of the scans"):
        read_evidence(tmp_path, constants={"drug": "A", "dose": "10", "dose_unit": "mg"})
