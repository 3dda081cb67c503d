import base64
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import html5lib
import pandas as pd
import pytest

import petfit
from petfit import report
from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.report import answer_tables, evidence_tables, figures
from petfit.results import formatting, scan_occupancy, summary, target_attainment
from tests.helpers import fit_from_prior

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OF_OCCUPANCIES = ["curves", "forest", "pair", "priors", "evidence", "attainment"]
ADDRESSES = {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "cite", "ping"}


class Page(HTMLParser):
    """A page taken apart: tags, addresses, text, rows of tables; it must be well formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.addresses, self.sections = [], [], [], []
        self.texts, self.rows, self.ids, self.named = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.addresses += [value for name, value in attrs if name in ADDRESSES or name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id"]
        for name, value in attrs:
            if name in ("aria-describedby", "aria-labelledby", "for"):
                self.named += value.split()
            if name == "href" and value.startswith("#"):
                self.named.append(value[1:])
        if tag == "section":
            self.sections.append(dict(attrs)["id"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data
        if not {"style", "script"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def html(ssri_fit):
    return report.render(ssri_fit)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def drawings(page):
    found = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    return [base64.b64decode(address.partition(",")[2]).decode() for address in found]


# --- one file, no network -----------------------------------------------------------------------


def test_the_page_is_valid_html(html, page):
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.named) <= set(page.ids)
    names = [tag for tag, _ in page.tags]
    assert [names.count(tag) for tag in ("html", "head", "body", "title", "h1", "main")] == [1] * 6


def test_headings_never_skip_a_level(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_on_the_page_is_fetched_from_anywhere(html, page):
    assert page.addresses
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert not {"link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    assert not re.search(r"@import|url\(", html)


def test_the_page_runs_its_own_script_alone(page):
    scripts = [attrs for tag, attrs in page.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "explorer-data"}, {}]
    (policy,) = [attrs["content"] for tag, attrs in page.tags if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'")
    assert re.search(r"script-src 'sha256-[\w+/=]+'$", policy)


def test_the_drawings_fetch_nothing_either(page):
    assert len(drawings(page)) == len(OF_OCCUPANCIES), page.text[page.text.find("could not be drawn") :][:300]
    for drawing in drawings(page):
        assert drawing.lstrip().startswith("<?xml")
        assert not re.search(r"<script|@import", drawing)
        linked = re.findall(r'(?:href|src)="([^"]*)"', drawing) + re.findall(r"url\(([^)]*)\)", drawing)
        assert all(address.startswith(("#", "data:image/")) for address in linked)


def test_every_drawing_has_a_description_and_a_caption(page):
    assert all(attrs["alt"] for tag, attrs in page.tags if tag == "img")
    names = [tag for tag, _ in page.tags]
    assert names.count("figcaption") == names.count("figure") == names.count("img") + names.count("svg")
    assert all(attrs["aria-label"] for tag, attrs in page.tags if tag == "svg")


# --- what it says -------------------------------------------------------------------------------


def test_the_question_and_the_answers_come_first_then_the_verdict_in_one_line(page, ssri_fit):
    row = summary.rows(ssri_fit.dose_for_occupancy(0.8))[0]
    answer = f"{formatting.figure(row.median)} {row.unit}"
    at = [page.text.index(one) for one in ("Which dose of", answer, "checks passed", "lean most on")]
    assert at == sorted(at)
    for check in ssri_fit.check():
        assert check.sentence in page.text
    named = page.text[page.text.index("checks passed") :].split("\n")[0]
    for check in ssri_fit.check():
        assert (check.name in named) is (check.verdict != "PASS")


def test_the_sections_stand_in_the_order_of_barg(page):
    assert page.sections == [
        "answers",
        "explore",
        "model",
        "evidence",
        "priors",
        "computation",
        "posterior",
        "predictive",
        "attainment",
        "sensitivity",
        "reproduce",
        "glossary",
    ]


def test_each_card_says_dose_interval_probability_and_support(page, ssri_fit):
    for row in summary.rows(ssri_fit.dose_for_occupancy(0.8)):
        assert f"{formatting.figure(row.median)} {row.unit}" in page.text
        assert (
            f"{formatting.span('dose', row.low, row.high)} {row.unit} (95 % equal-tailed interval)"
            in page.text
        )
        assert f"{formatting.probability(row.p_reached)} probability that any dose reaches it" in page.text
    assert "below the only dose tested, 20 mg/day" in page.text
    assert "inside the doses tested, 20 to 60 mg/day" in page.text


def test_every_table_of_answers_is_printed_with_whose_they_are(page, ssri_fit):
    fit = ssri_fit
    sheets = [answer_tables.doses(summary.doses(fit), "dose"), answer_tables.ratios(fit)]
    sheets += answer_tables.parameters(summary.parameters(fit), "dose")
    for sheet in sheets:
        assert len(sheet.rows) >= 5
        assert sheet.caption in " ".join(page.text.split())
        for row in sheet.rows:
            assert row in page.rows


NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def numbers(said):
    return {float(one) for one in NUMBER.findall(said)}


def is_among(shown, known):
    """Whether a number as shown is one of the tables, rounded, or a fraction of them in percent."""
    digits = len(shown.partition(".")[2].partition("e")[0])
    value = float(shown)
    return any(
        abs(value - scale * one) <= 0.5000001 * 10**-digits or abs(value - scale * one) <= 0.005 * abs(value)
        for one in known
        for scale in (1, 100)
    )


def test_every_number_in_a_cell_is_found_in_the_tables_beside_the_page(page, ssri_fit, tmp_path):
    path = ssri_fit.report(tmp_path / "report.html")
    folder = path.with_name("report_tables")
    known = set()
    for file in folder.iterdir():
        known |= numbers(file.read_text(encoding="utf-8"))
    assert len(known) > 1000
    shown = {one for row in page.rows for cell in row for one in NUMBER.findall(cell)}
    assert len(shown) > 300
    assert [one for one in shown if not is_among(one, known)] == []


def test_a_number_that_stands_in_no_table_would_be_noticed():
    assert not is_among("18.1", {17.9, 0.2})
    assert is_among("18.1", {18.1234})
    assert is_among("99.2", {0.99212})


def test_copied_cells_are_numbers(page, ssri_fit):
    heads = [cell for row in page.rows for cell in row if ", mg/day" in cell]
    assert heads
    sheet = answer_tables.doses(summary.doses(ssri_fit), "dose")
    for row in sheet.rows:
        for cell, is_number in zip(row, sheet.numeric, strict=True):
            assert not is_number or cell in ("> 99.9", "not reached") or float(cell) >= 0


def test_every_prior_is_there_with_its_source(page, ssri_fit):
    for path, prior in ssri_fit.model_spec.each_prior():
        row = next((row for row in page.rows if str(prior) in row and prior.source in row), None)
        assert row, path


def test_every_row_is_there_fitted_or_left_out_with_its_reason(page, ssri_fit):
    fit = ssri_fit
    fitted, left_out = evidence_tables.evidence(fit)
    assert [len(one.rows) for one in (fitted, left_out)] == [len(fit.design.rows), len(fit.left_out)]
    for row in [*fitted.rows, *left_out.rows]:
        assert row in page.rows
    assert set(fit.left_out["exclusion_reason"]) <= {cell for row in page.rows for cell in row}
    assert f"Rows fitted ({len(fit.design.rows)})" in page.text
    assert f"Rows left out ({len(fit.left_out)})" in page.text
    assert all(set(fitted.frame[name]) for name in ("source", "entered"))


def test_the_seed_the_versions_and_the_evidence_s_hash_are_there(page, ssri_fit):
    attrs = ssri_fit.tree.attrs
    assert ["seed", str(attrs["seed"])] in page.rows
    assert attrs["evidence_sha256"] in page.text
    for version in attrs["versions"].splitlines():
        assert version in page.text


def test_the_model_is_there_as_a_file_that_fits_again(page, ssri_fit):
    assert ssri_fit.model_spec.to_toml().strip() in page.text


def test_it_says_what_it_is_not_for(page):
    assert "For research, not for treating people." in page.text


def test_every_default_is_named(prior_fit):
    page = Page(report.render(prior_fit))
    assert len(prior_fit.evidence.defaults) == 7
    for sentence in prior_fit.evidence.defaults:
        assert sentence in page.text


# --- hostile and odd names ----------------------------------------------------------------------

SCRIPT, IMAGE = "<script>alert(1)</script>", '"><img src=x>'


def small(**columns):
    rows = {"drug": ["A", "A", "A"], "dose": [5.0, 10.0, 40.0], "value": [0.4, 0.5, 0.8], **columns}
    return pd.DataFrame(rows)


def test_names_in_the_table_are_text_and_never_markup():
    table = small(drug=SCRIPT, study=IMAGE, note="<b>bold</b>", source="<i>x</i>")
    html = report.render(fit_from_prior("title = '<h1>T</h1>'\n" + MODEL, table, draws=100))
    page = Page(html)
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert not {"b", "i"} & {tag for tag, _ in page.tags}
    assert all(attrs["src"].startswith("data:") for tag, attrs in page.tags if tag == "img")
    assert [tag for tag, _ in page.tags].count("h1") == 1
    cells = {cell for row in page.rows for cell in row}
    assert {SCRIPT, IMAGE, "<b>bold</b>"} <= cells
    assert "<h1>T</h1>" in page.text
    assert not any(re.search(r"<script|<img", drawing) for drawing in drawings(page))


@pytest.mark.parametrize("name", ["$", "a $5 pill", r"$\bad$", "under_score^2", "%d {x}", "µ-β ß", "_x"])
def test_a_name_is_a_name_and_never_mathematics(name):
    table = small(
        drug=[name, name, "B"], study=name, region=name, regimen=["x", name, name], tracer=[name, "y", name]
    )
    page = Page(report.render(fit_from_prior(MODEL, table, draws=100)))
    assert len(drawings(page)) == len(OF_OCCUPANCIES), page.text[page.text.find("could not be drawn") :][:300]
    assert "could not be drawn" not in page.text


MODEL = """
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.0
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
"""
STATES = {
    "everything fixed but the noise": "[ec50]\nfixed = 1.0\n[emax]\nfixed = 1.0\n",
    "fixed noise": MODEL + "[noise]\nfixed = 0.1\n",
    "Emax fixed": MODEL.split("[emax.centre]")[0] + "[emax]\nfixed = 1.0\n",
    "shrinking Student's t": MODEL
    + '[noise]\nfamily = "student"\n[noise.floor]\ndist = "HalfNormal"\nsigma = 0.1\n',
    "noise by drug": MODEL + '[noise]\nseparate = "drug"\n',
    "a free Hill exponent": 'curve = "sigmoid_emax"\n'
    + MODEL
    + '[hill.centre]\ndist = "Normal"\nmu = 0.0\nsigma = 0.3\n',
    "concentrations": 'exposure = "concentration"\n' + MODEL,
}


@pytest.mark.parametrize("state", STATES)
def test_a_model_of_any_state_has_a_whole_report(state):
    table = small(concentration=[1.0, 3.0, 9.0], concentration_unit="ng/mL", drug=["A", "B", "A"])
    fit = fit_from_prior(STATES[state], table, draws=100)
    page = Page(report.render(fit))
    assert len(drawings(page)) == len(OF_OCCUPANCIES), page.text[page.text.find("could not be drawn") :][:300]
    for row in answer_tables.doses(fit.dose_for_occupancy(0.8), fit.model_spec.exposure_words).rows:
        assert row in page.rows
    html5lib.HTMLParser(strict=True).parse(report.render(fit))


def test_every_kind_of_range_is_explained_where_it_is_used_and_nowhere_else():
    ranged = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5}
    complete = {**ranged, "range_set": "s", "set_complete": "yes"}
    rows = [
        {**ranged, "dose": 5.0},
        {**ranged, "dose": 10.0, "level": "extremes"},
        {**complete, "dose": 20.0},
        {**complete, "dose": 40.0},
    ]
    said = {
        "by the probability that the mean lies in it": 1,
        "The lowest and the highest of n people are order statistics": 2,
        "The range of a complete set of groups": 4,
    }
    for count in (1, 2, 4):
        text = Page(report.render(fit_from_prior(MODEL, pd.DataFrame(rows[:count]), draws=100))).text
        assert [words for words, first in said.items() if words in text] == [
            words for words, first in said.items() if first <= count
        ]
    assert "lowest and highest of 5 people" in text
    assert "extremes of a complete set of 2 means" in text


def test_student_s_t_is_not_called_normal():
    said = Page(report.render(fit_from_prior(STATES["shrinking Student's t"], small(), draws=100))).text
    assert "Student" in said.split("Rows fitted", maxsplit=1)[0]


# --- scans --------------------------------------------------------------------------------------


def page_of(fit):
    return Page(report.render(fit))


def test_each_kind_of_evidence_has_its_figures_and_no_other(prior_fit, scans_fit, both_fit):
    of_scans = ["curves", "forest", "pair", "priors", "scans", "attainment"]
    for fit, names in ((prior_fit, OF_OCCUPANCIES), (scans_fit, of_scans), (both_fit, list(figures._ALL))):
        assert list(figures.draw_all(fit)) == names
        page = page_of(fit)
        assert len(drawings(page)) == len(names)
        assert "could not be drawn" not in page.text


WORDS = {
    "occupancies": [
        "One person's occupancy is distributed around the curve as normal, with the scale sigma",
        "Occupancies below 0 or above 1 are data",
        "sigma the residual SD of occupancy",
        "thin bars are SDs between people",
    ],
    "scans": [
        "A scan's BP_ND is distributed as normal around the mean baseline (1 - occupancy), with the scale "
        "sqrt(scan_floor^2 + (scan_sigma mean)^2)",
        "log baseline = region (separate, 2 levels) + subject (partially pooled, 4 levels)",
        "A BP_ND at 0 or below is data",
        "log_baseline the logarithm of BP_ND",
        "scan_sigma the residual SD of BP_ND as a share of its mean",
        "scan_floor",
        "Open diamonds are scans under the drug",
        "derived occupancy, for display",
        "Nothing was fitted to it",
    ],
}


@pytest.mark.parametrize(
    ("kind", "has"), [("prior_fit", ["occupancies"]), ("scans_fit", ["scans"]), ("both_fit", list(WORDS))]
)
def test_what_is_said_of_occupancies_and_of_scans_is_said_where_they_are_and_nowhere_else(kind, has, request):
    text = " ".join(page_of(request.getfixturevalue(kind)).text.split())
    for part, sentences in WORDS.items():
        for sentence in sentences:
            assert (sentence in text) is (part in has), sentence


def test_v_nd_has_its_equation_and_its_unit(scans_table):
    table = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    fit = fit_from_prior(petfit.read_model("scan_vt"), table, draws=100)
    page = page_of(fit)
    text = " ".join(page.text.split())
    assert "log V_ND = centre + subject (partially pooled, 4 levels)" in text
    assert "around the mean V_ND + baseline (1 - occupancy), with the scale scan_sigma mean." in text
    assert "log_v_nd the logarithm of V_ND in mL/cm3" in text
    assert "scan_floor" not in text
    assert any({"7", "V_T, mL/cm3"} <= set(row) for row in page.rows)


def test_each_scan_is_listed_with_its_condition_and_those_under_the_drug_with_an_occupancy(scans_fit):
    page, fit = page_of(scans_fit), scans_fit
    found = scan_occupancy.occupancies(fit)
    (laid,) = evidence_tables.evidence(fit)
    heads = [one.head for one in laid.columns]
    assert list(laid.frame["condition"]) == list(fit.design.rows["condition"])
    at = heads.index("derived occupancy, for display, median, %")
    assert {row[0] for row in laid.rows if row[at]} == set(found.index)
    for row in laid.rows:
        assert row in page.rows


@pytest.mark.parametrize(("name", "marked"), [("simulated_mine.csv", True), ("measured.csv", False)])
def test_simulated_values_are_marked_in_the_title_and_among_what_the_answers_lean_on(scans_fit, name, marked):
    tree = scans_fit.tree.copy()
    tree.attrs["evidence"] = f"/simulated/{name}"
    page = Page(report.render(Fit(tree)))
    assert ("(simulated values)" in page.text.split("checks passed", maxsplit=1)[0]) is marked
    assert ("The values are simulated" in page.text) is marked


# --- a figure that fails ------------------------------------------------------------------------


@pytest.mark.parametrize("name", figures._ALL)
def test_a_figure_that_fails_says_so_in_its_place_and_in_the_verdicts(both_fit, monkeypatch, name):
    def broken(_stored):
        raise ZeroDivisionError("no <room> left")

    monkeypatch.setitem(figures._ALL, name, (broken, *figures._ALL[name][1:]))
    page = Page(report.render(both_fit))
    assert len(drawings(page)) == len(figures._ALL) - 1
    assert "This figure could not be drawn: ZeroDivisionError: no <room> left" in page.text
    assert f"Could not be drawn: {name}." in page.text
    assert page.text.index(f"Could not be drawn: {name}.") < page.text.index("lean most on")
    summary = page.text[page.text.index("checks passed") :].split("\n")[0]
    assert "figures" in summary


# --- writing is whole or not at all -------------------------------------------------------------


def test_a_page_replaces_an_older_one_and_its_tables_lie_beside_it(tmp_path, prior_fit):
    path = tmp_path / "page.html"
    path.write_text("old")
    for _ in range(2):
        assert prior_fit.report(path) == path
        assert path.read_text(encoding="utf-8") == report.render(prior_fit)
        assert {one.name for one in tmp_path.iterdir()} == {"page.html", "page_tables"}
    folder = tmp_path / "page_tables"
    for sheet in report.sheets(report.page(prior_fit)):
        record = json.loads((folder / f"{sheet.name}.json").read_text(encoding="utf-8"))
        assert len(record["rows"]) == len(sheet.frame)
        flat = pd.read_csv(folder / f"{sheet.name}.tsv", sep="\t", keep_default_na=False)
        assert list(flat.columns) == list(sheet.frame.columns)
        assert len(flat) == len(sheet.frame)
    assert (folder / "model.toml").read_text(encoding="utf-8") == prior_fit.model_spec.to_toml()


@pytest.mark.parametrize("name", ["doses.tsv", "contents.json", "model.toml"])
def test_a_file_that_petfit_did_not_write_is_never_replaced(tmp_path, prior_fit, name):
    folder = tmp_path / "page_tables"
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(PetfitError, match=rf"holds {name}, which petfit did not write"):
        prior_fit.report(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / name).read_text() == "mine"


def test_tables_of_an_older_page_that_the_new_one_has_not_are_gone(tmp_path, prior_fit, scans_fit):
    tables = []
    for fit in (prior_fit, scans_fit, prior_fit):
        folder = fit.report(tmp_path / "page.html").with_name("page_tables")
        tables.append({path.name for path in folder.iterdir()})
        said = json.loads((folder / "contents.json").read_text(encoding="utf-8"))
        assert tables[-1] == {"contents.json", *said["files"]}
    assert tables[0] == tables[2] != tables[1]
    assert tables[0] - tables[1]


@pytest.mark.parametrize("name", ["../mine.txt", 5, ["x"]])
def test_a_file_outside_the_folder_of_tables_is_never_removed(tmp_path, prior_fit, name):
    folder = prior_fit.report(tmp_path / "page.html").with_name("page_tables")
    (tmp_path / "mine.txt").write_text("mine")
    contents = folder / "contents.json"
    said = json.loads(contents.read_text(encoding="utf-8"))
    contents.write_text(json.dumps({**said, "files": [*said["files"], name]}))
    prior_fit.report(tmp_path / "page.html")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_other_files_in_the_folder_of_tables_stay(tmp_path, prior_fit):
    prior_fit.report(tmp_path / "page.html")
    (tmp_path / "page_tables" / "mine.txt").write_text("mine")
    prior_fit.report(tmp_path / "page.html")
    assert (tmp_path / "page_tables" / "mine.txt").read_text() == "mine"


def test_the_command_on_the_page_makes_the_fit_again(page, ssri_fit, tmp_path):
    (command,) = [row[1] for row in page.rows if row[0] == "command"]
    words = command.split()
    assert words[:5] == ["petfit", "fit", "sert_occupancy", "--model", "model.toml"]
    assert words[words.index("--seed") + 1] == str(ssri_fit.tree.attrs["seed"])
    path = ssri_fit.report(tmp_path / "report.html").with_name("report_tables") / "model.toml"
    assert petfit.read_model(path) == ssri_fit.model_spec


@pytest.mark.parametrize("step", ["replace", "write_text"])
def test_a_page_that_cannot_be_moved_into_place_leaves_the_old_one_and_nothing_else(
    tmp_path, prior_fit, monkeypatch, step
):
    path = tmp_path / "page.html"
    path.write_text("old")

    def full(*_args, **_how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(PetfitError, match="No space left"):
        prior_fit.report(path)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_while_the_page_is_made_leaves_the_old_one(tmp_path, prior_fit, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")
    monkeypatch.setattr(report, "page", lambda _stored: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prior_fit.report(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/page.html", "folder"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, prior_fit, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(PetfitError, match=r"cannot be written|there is no folder|not a file"):
        prior_fit.report(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_page_says_how_surely_the_marketed_strengths_reach_80_percent(page, ssri_fit):
    fit = ssri_fit
    attained, typical, somebody = answer_tables.strengths(fit)
    assert attained.frame["marketed"].all()
    least = target_attainment.smallest_strength(fit, 0.8, "new_subject")
    assert set(somebody.frame["drug"]) == set(least["drug"].to_numpy())
    for sheet in (attained, typical, somebody):
        for row in sheet.rows:
            assert row in page.rows
        assert sheet.caption in " ".join(page.text.split())


def test_without_marketed_strengths_the_page_says_nothing_of_them(prior_fit):
    assert "Marketed strengths" not in report.render(prior_fit)
