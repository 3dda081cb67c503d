"""The report in a real browser: Chromium, without a window. Where there is none these tests fail."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import petfit
from petfit import report
from petfit.report import text_tables
from petfit.results import answers, comparison, formatting, summary, target_attainment
from petfit.results.quantiles import quantile
from tests.helpers import fit_from_prior

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, f"no Chromium on PATH (looked for {', '.join(NAMES)}); .ci/run installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


class Visit:
    """A page in the browser, with what it asked for and what it complained of."""

    def __init__(self, browser, path, **how):
        context = browser.new_context(viewport={"width": 1100, "height": 900}, **how)
        self.page, self.requests, self.complaints = context.new_page(), [], []
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.page.on("console", lambda one: self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.address = path.as_uri()
        self.page.goto(self.address)

    def said(self, name):
        return self.page.locator(f"#{name}").inner_text()


@pytest.fixture(scope="module")
def ssri_page(ssri_fit, tmp_path_factory):
    return ssri_fit.report(tmp_path_factory.mktemp("ssri") / "report.html")


@pytest.fixture
def visit(browser, ssri_page):
    visited = Visit(browser, ssri_page)
    yield visited
    visited.page.context.close()


def test_nothing_is_asked_of_a_network_and_nothing_is_complained_of(visit):
    visit.page.wait_for_function("!document.getElementById('explorer').hidden")
    elsewhere = [one for one in visit.requests if one != visit.address and not one.startswith("data:")]
    assert elsewhere == []
    assert visit.complaints == []


def test_the_page_itself_forbids_every_request_and_every_other_script(visit):
    blocked = visit.page.evaluate(
        """async () => {
            const fetched = await fetch("https://example.org").then(() => "came", () => "blocked");
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return [fetched, window.ran ?? false];
        }"""
    )
    assert blocked == ["blocked", False]


# --- the explorer -------------------------------------------------------------------------------


def settings(fit, count, seed):
    """Random questions that both the page and the command answer."""
    rng = np.random.default_rng(seed)
    design = fit.design
    whose = [
        predict_for for predict_for in answers.PREDICT_FOR if answers.has_differences(design, predict_for)
    ]
    usual = answers.curves(fit).at
    levels = {
        name: sorted(set(design.rows[name])) for name in usual if name in ("region", "tracer", "regimen")
    }
    for _ in range(count):
        at = {name: str(rng.choice(some)) for name, some in levels.items() if len(some) > 1}
        predict_for = str(rng.choice(whose))
        if predict_for == "new_drug":
            at["regimen"] = design.usual_regimen  # shifts between regimens are those of known drugs
        yield {
            "drug": str(rng.choice(design.drugs)),
            "predict_for": predict_for,
            "target": round(float(rng.uniform(0.2, 0.95)), 3),
            "dose": float(f"{10 ** rng.uniform(-0.5, 2.5):.3g}"),
            "at": {name: level for name, level in at.items() if level},
        }


def asked(visit, one):
    """Ask the page, and return its answers."""
    form = visit.page.locator("#explorer")
    form.locator("[name=who]").select_option(one["predict_for"])
    if one["predict_for"] != "new_drug":
        form.locator("[name=drug]").select_option(one["drug"])
    for name, level in one["at"].items():
        form.locator(f"[name=factor-{name}]").select_option(level)
    form.locator("[name=target]").fill(f"{100 * one['target']:g}")
    form.locator("[name=dose]").fill(f"{one['dose']:g}")
    parts = ("dose", "dose-95", "dose-50", "reached", "support", "occupancy", "occupancy-95", "occupancy-50")
    parts += ("attained", "ec50", "ec50-95", "emax", "emax-95")
    return {part: visit.said(f"answer-{part}") for part in parts}


def answered(fit, one):
    """What the commands print for the same question."""
    predict_for, at, target = one["predict_for"], one["at"], float(f"{100 * one['target']:g}") / 100
    drugs = None if predict_for == "new_drug" else [one["drug"]]
    (row,) = summary.rows(summary.doses(fit, target, predict_for, drugs, **at))
    (there,) = summary.rows(summary.summarise(answers.occupancy(fit, one["dose"], predict_for, drugs, **at)))
    found = answers.curves(fit, predict_for, drugs, **at)
    needed, occupancy = found.exposure([target]), found.occupancy([one["dose"]])
    share = target_attainment.attainment(fit, one["dose"], target, predict_for, drugs, **at)[
        "probability"
    ].item()
    parameters = summary.parameters(fit, predict_for, **at)
    ec50, emax = (
        next(row for row in summary.rows(parameters[name]) if row.drug == there.drug)
        for name in ("ec50", "emax")
    )

    def inner(name, draws):
        low, high = quantile(draws, [0.25, 0.75]).reshape(2)
        return formatting.span(name, low, high)

    return {
        "dose": formatting.figure(row.median),
        "dose-95": formatting.span("dose", row.low, row.high),
        "dose-50": inner("dose", needed),
        "reached": formatting.probability(row.p_reached),
        "support": text_tables.support(row),
        "occupancy": formatting.percent(there.median),
        "occupancy-95": formatting.span("emax", there.low, there.high),
        "occupancy-50": inner("emax", occupancy),
        "attained": formatting.probability(share),
        "ec50": formatting.figure(ec50.median),
        "ec50-95": formatting.span("ec50", ec50.low, ec50.high),
        "emax": formatting.percent(emax.median),
        "emax-95": formatting.span("emax", emax.low, emax.high),
    }


@pytest.mark.parametrize("one", range(10))
def test_the_explorer_says_what_the_commands_say(visit, ssri_fit, one):
    question = list(settings(ssri_fit, 10, seed=5))[one]
    assert asked(visit, question) == answered(ssri_fit, question)


SIGMOID = """
curve = "sigmoid_emax"
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
[ec50.study]
pooled = { dist = "HalfNormal", sigma = 0.3 }
[ec50.people]
sd = { dist = "LogNormal", mu = -0.9, sigma = 0.3 }
[emax]
separate = "drug"
centre = { dist = "Normal", mu = 1.5, sigma = 0.7 }
[hill.centre]
dist = "Normal"
mu = 0.0
sigma = 0.3
[hill.region]
from = { region = "midbrain" }
shift = { dist = "Normal", mu = 0.0, sigma = 0.3 }
"""
COMPETED = """
exposure = "concentration"
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
[ec50.covariates.age]
centre = 30.0
slope = { dist = "Normal", mu = 0.0, sigma = 0.1 }
[emax]
fixed = 1.0
"""


@pytest.mark.parametrize("model", [SIGMOID, COMPETED], ids=["Hill exponent by region", "Emax fixed"])
def test_other_curves_and_models_are_explored_as_well(browser, tmp_path, model):
    table = pd.DataFrame(
        {
            "drug": ["A", "A", "B", "B"],
            "dose": [0.0, 10.0, 20.0, 40.0],
            "concentration": [0.0, 3.0, 5.0, 9.0],
            "concentration_unit": "ng/mL",
            "region": ["midbrain", "striatum", "midbrain", "striatum"],
            "study": ["s", "s", "t", "t"],
            "value": [0.0, 0.5, 0.6, 0.8],
        }
    )
    if "age" in model:
        table["age"] = [20.0, 30.0, 40.0, 50.0]
    fit = fit_from_prior(model, table, draws=200)
    visited = Visit(browser, fit.report(tmp_path / "report.html"))
    for question in settings(fit, 6, seed=3):
        if question["predict_for"] != "new_drug":
            assert asked(visited, question) == answered(fit, question)
    assert visited.complaints == []
    visited.page.context.close()


def test_moving_the_dose_moves_the_answer_and_a_senseless_question_has_none(visit):
    slider = visit.page.locator("#explorer [name=slider]")
    before = visit.said("answer-occupancy")
    slider.focus()
    for _ in range(40):
        visit.page.keyboard.press("ArrowRight")
    assert visit.said("answer-occupancy") != before
    visit.page.locator("#explorer [name=target]").fill("120")
    assert not visit.page.locator("#explorer-results").is_visible()
    assert "between 0 and 100" in visit.said("explorer-said")


# --- for everybody ------------------------------------------------------------------------------


def test_the_keyboard_reaches_every_control_link_and_fold(visit):
    focusable = "a[href], button, select, input, summary, [tabindex='0']"
    every = visit.page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()
            && !one.disabled).map((one, i) => (one.dataset.at = i)).length""",
        focusable,
    )
    reached = set()
    for _ in range(every + 5):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.dataset.at ?? ''"))
    assert len(reached - {""}) == every


def test_a_word_is_explained_when_it_has_the_focus(visit):
    word = visit.page.locator("a.term").first
    word.focus()
    shown = word.evaluate("one => getComputedStyle(one, '::after').content")
    assert json.loads(shown) == word.get_attribute("data-meaning")
    described = word.get_attribute("aria-describedby")
    assert visit.said(described) == word.get_attribute("data-meaning")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_check_is_clean(browser, ssri_page, scheme):
    visited = Visit(browser, ssri_page, color_scheme=scheme, bypass_csp=True)
    visited.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(visited.page)
    assert found.violations_count == 0, found.generate_report()
    visited.page.context.close()


def test_a_report_of_several_models_is_as_clean(browser, prior_fit, mixed_table, tmp_path):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    fits = {"one": prior_fit, "other": other}
    path = report.write_comparison(fits, comparison.compared(fits), tmp_path / "page.html")
    visited = Visit(browser, path, bypass_csp=True)
    assert visited.complaints == []
    assert [one for one in visited.requests if not one.startswith(("data:", visited.address))] == []
    found = Axe().run(visited.page)
    assert found.violations_count == 0, found.generate_report()
    visited.page.context.close()


def test_without_javascript_everything_but_the_explorer_is_there(browser, ssri_page, ssri_fit):
    visited = Visit(browser, ssri_page, java_script_enabled=False)
    assert "needs JavaScript" in visited.page.locator("#explore").inner_text()
    assert not visited.page.locator("#explorer").is_visible()
    for row in summary.rows(ssri_fit.dose_for_occupancy(0.8)):
        assert formatting.figure(row.median) in visited.page.locator("#answers").inner_text()
    visited.page.context.close()


def test_a_download_works_offline_and_gives_the_file_that_lies_beside_the_page(visit, ssri_page):
    visit.page.context.set_offline(True)
    with visit.page.expect_download() as started:
        visit.page.locator("#table-doses a.download").click()
    beside = ssri_page.with_name("report_tables") / "doses.tsv"
    assert started.value.suggested_filename == "doses.tsv"
    assert started.value.path().read_text(encoding="utf-8") == beside.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [360, 700, 1600])
def test_the_page_is_never_wider_than_its_window(visit, width):
    visit.page.set_viewport_size({"width": width, "height": 900})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_figure_is_cut_or_wider_than_a_printed_page(visit):
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size(
        {"width": 688, "height": 1000}
    )  # A4 less margins of 14 mm, 96 pixels an inch
    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('figure')].filter(one => one.checkVisibility()).map(one => "
        "[one.getBoundingClientRect().height, one.querySelector('img')?.getBoundingClientRect().width ?? 0, "
        "getComputedStyle(one).breakInside])"
    )
    assert sizes
    assert all(height <= 1016 and width <= 688 and inside == "avoid" for height, width, inside in sizes)


def test_a_hostile_name_is_shown_and_not_run(browser, tmp_path):
    script = "</script><script>window.ran = true</script>"
    table = pd.DataFrame({"drug": script, "dose": [5.0, 40.0], "value": [0.4, 0.8], "region": "<b>'\"&"})
    model = "[ec50.centre]\ndist='Normal'\nmu=0.0\nsigma=1.0\n[emax]\nfixed=1.0\n"
    visited = Visit(browser, fit_from_prior(model, table, draws=100).report(tmp_path / "report.html"))
    assert visited.page.evaluate("window.ran ?? false") is False
    assert script in visited.page.locator("#answers").inner_text()
    assert visited.page.locator("#explorer [name=drug]").input_value() == script
    assert script in visited.said("explorer-said")
    assert visited.complaints == []
    visited.page.context.close()


def test_the_page_is_small_enough_to_send(ssri_page):
    assert ssri_page.stat().st_size < 3_000_000
    assert report.tables_folder(ssri_page).is_dir()
