"""The report in Chromium, without a window; the tests fail where there is no browser."""

import json
import os
import shutil

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import petfit
from petfit.report import write
from petfit.report.tables.dose_tables import relative_words
from petfit.results import comparison, formatting, summary
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.populations import PREDICT_FOR, can_predict_for
from petfit.results.quantiles import quantile
from petfit.results.target_dose import summarise_doses
from tests import plasma_model
from tests.helpers import fit_from_prior, slow_but

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser_path():
    """The browser named by PETFIT_TEST_BROWSER, otherwise the first one on PATH."""
    path = os.environ.get("PETFIT_TEST_BROWSER") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert path, f"No browser on PATH ({', '.join(PROGRAMS)}). Install Chromium or set PETFIT_TEST_BROWSER."
    return path


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path())
        yield chromium
        chromium.close()


class Visit:
    """A page in the browser, with its requests and its messages on the console."""

    def __init__(self, browser, path, **options):
        context = browser.new_context(viewport={"width": 1100, "height": 900}, **options)
        self.page, self.requests, self.messages = context.new_page(), [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.address = path.as_uri()
        self.page.goto(self.address)

    def text(self, name):
        return self.page.locator(f"#{name}").inner_text()


@pytest.fixture(scope="module")
def ssri_page(ssri_fit, tmp_path_factory):
    return ssri_fit.report(tmp_path_factory.mktemp("ssri") / "report.html")


@pytest.fixture
def visit(browser, ssri_page):
    visited = Visit(browser, ssri_page)
    yield visited
    visited.page.context.close()


def test_the_page_makes_no_requests_and_has_no_errors(visit):
    visit.page.wait_for_function("!document.getElementById('explorer').hidden")
    requests = [url for url in visit.requests if url != visit.address and not url.startswith("data:")]
    assert requests == []
    assert visit.messages == []


def test_the_page_blocks_requests_and_foreign_scripts(visit):
    blocked = visit.page.evaluate(
        """async () => {
            const fetched = await fetch("https://example.org").then(() => "loaded", () => "blocked");
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return [fetched, window.ran ?? false];
        }"""
    )
    assert blocked == ["blocked", False]


def assert_accessible(visited, scheme="light"):
    """Only colours differ between the schemes."""
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    results = Axe().run(visited.page, options={"resultTypes": ["violations"]} | rules)
    assert results.violations_count == 0, results.generate_report()


# --- the explorer -------------------------------------------------------------------------------


def random_questions(fit, count, seed):
    """Questions that both the page and the package answer."""
    rng = np.random.default_rng(seed)
    design = fit.design
    choices = [predict_for for predict_for in PREDICT_FOR if can_predict_for(design, predict_for)]
    levels = {
        name: sorted(set(design.rows[name]))
        for name in curve_draws(fit).at
        if name in ("region", "tracer", "regimen")
    }
    for _ in range(count):
        at = {name: str(rng.choice(names)) for name, names in levels.items() if len(names) > 1}
        predict_for = str(rng.choice(choices))
        if predict_for == "new_drug":
            at["regimen"] = design.usual_regimen  # shifts between regimens are those of known drugs
        yield {
            "drug": str(rng.choice(design.drugs)),
            "predict_for": predict_for,
            "occupancy": round(float(rng.uniform(0.2, 0.95)), 3),
            "dose": float(f"{10 ** rng.uniform(-0.5, 2.5):.3g}"),
            "at": {name: level for name, level in at.items() if level},
        }


def explorer_answers(visit, question):
    """The answers of the page."""
    form = visit.page.locator("#explorer")
    form.locator("[name=predict-for]").select_option(question["predict_for"])
    if question["predict_for"] != "new_drug":
        form.locator("[name=drug]").select_option(question["drug"])
    for name, level in question["at"].items():
        form.locator(f"[name=factor-{name}]").select_option(level)
    form.locator("[name=occupancy]").fill(f"{100 * question['occupancy']:g}")
    form.locator("[name=dose]").fill(f"{question['dose']:g}")
    parts = ("dose", "dose-95", "dose-50", "reached", "tested", "occupancy", "occupancy-95", "occupancy-50")
    parts += ("attained", "ec50", "ec50-95", "emax", "emax-95")
    return {part: visit.text(f"answer-{part}") for part in parts}


def package_answers(fit, question):
    """The answers of the package to the same question, as they are printed."""
    predict_for, at, dose = question["predict_for"], question["at"], question["dose"]
    target = float(f"{100 * question['occupancy']:g}") / 100
    drugs = None if predict_for == "new_drug" else [question["drug"]]
    curves = curve_draws(fit, predict_for, drugs, at=at)
    draws, dose_draws = curves.occupancy_draws(dose), curves.dose_draws(target)
    (row,) = summary.rows(summarise_doses(curves, dose_draws))
    (occupancy,) = summary.rows(summary.summarise(draws))
    attainment = fit.target_attainment(dose, target, predict_for, at=at).sel(drug=occupancy.drug)
    parameters = curve_parameters(curve_draws(fit, predict_for, at=at))
    ec50, emax = (
        next(row for row in summary.rows(parameters[name]) if row.drug == occupancy.drug)
        for name in ("ec50", "emax")
    )

    def inner_interval(name, draws):
        low, high = quantile(draws, [0.25, 0.75]).reshape(2)
        return formatting.interval(name, low, high)

    return {
        "dose": formatting.number(row.median),
        "dose-95": formatting.interval("dose", row.low, row.high),
        "dose-50": inner_interval("dose", dose_draws),
        "reached": formatting.probability(row.p_reached),
        "tested": relative_words(row.relative_to_tested, row.tested_low, row.tested_high),
        "occupancy": formatting.percent(occupancy.median),
        "occupancy-95": formatting.interval("emax", occupancy.low, occupancy.high),
        "occupancy-50": inner_interval("emax", draws),
        "attained": formatting.probability(attainment["probability"].item()),
        "ec50": formatting.number(ec50.median),
        "ec50-95": formatting.interval("ec50", ec50.low, ec50.high),
        "emax": formatting.percent(emax.median),
        "emax-95": formatting.interval("emax", emax.low, emax.high),
    }


def test_the_explorer_gives_the_answers_of_the_package(visit, ssri_fit):
    for question in random_questions(ssri_fit, 6, seed=5):
        assert explorer_answers(visit, question) == package_answers(ssri_fit, question), question


@pytest.mark.parametrize("predict_for", ["typical", "new_subject"])
def test_the_explorer_answers_for_a_window(visit, ssri_fit, predict_for):
    form = visit.page.locator("#explorer")
    form.locator("[name=predict-for]").select_option(predict_for)
    for name, value in {"occupancy": "65", "upper": "80", "dose": "12"}.items():
        form.locator(f"[name={name}]").fill(value)
    answer = ssri_fit.window(0.65, 0.8, 12.0).sel(predict_for=predict_for).isel(drug=0)
    ends = formatting.interval("dose", answer["lower_dose"].item(), answer["upper_dose"].item())
    assert visit.text("answer-window") == ends
    assert visit.text("answer-inside") == formatting.probability(answer["probability_inside"].item())
    best = formatting.probability(answer["best_dose_probability"].item())
    assert visit.text("answer-best-probability") == best
    assert visit.text("answer-best") == f"{formatting.number(answer['best_dose'].item())} mg/day"


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


@pytest.mark.slow
@pytest.mark.parametrize("model", [SIGMOID, COMPETED], ids=["Hill exponent by region", "Emax fixed"])
def test_the_explorer_supports_other_curves_and_models(browser, tmp_path, model):
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
    for question in random_questions(fit, 6, seed=3):
        if question["predict_for"] != "new_drug":
            assert explorer_answers(visited, question) == package_answers(fit, question)
    assert visited.messages == []
    visited.page.context.close()


def test_the_slider_changes_the_answer_and_an_impossible_occupancy_has_none(visit):
    slider = visit.page.locator("#explorer [name=slider]")
    before = visit.text("answer-occupancy")
    slider.focus()
    for _ in range(40):
        visit.page.keyboard.press("ArrowRight")
    assert visit.text("answer-occupancy") != before
    visit.page.locator("#explorer [name=occupancy]").fill("120")
    assert not visit.page.locator("#explorer-results").is_visible()
    assert "between 0 and 100" in visit.text("explorer-summary")


# --- the explorer of a model with kinetics ------------------------------------------------------


@pytest.fixture(scope="module")
def plasma_fit():
    return fit_from_prior(plasma_model.MODEL, plasma_model.TABLE, draws=200)


@pytest.fixture(scope="module")
def plasma_page(plasma_fit, tmp_path_factory):
    return plasma_fit.report(tmp_path_factory.mktemp("plasma") / "report.html")


@pytest.mark.parametrize("drug", slow_but(["B"], ["A", "B"]))
@pytest.mark.parametrize("predict_for", ["typical", "new_subject"])
def test_the_occupancy_of_a_chosen_dose_at_each_moment(browser, plasma_fit, plasma_page, drug, predict_for):
    visited = Visit(browser, plasma_page)
    form = visited.page.locator("#explorer")
    form.locator("[name=drug]").select_option(drug)
    form.locator("[name=predict-for]").select_option(predict_for)
    form.locator("[name=when]").select_option("peak")
    form.locator("[name=slider]").focus()
    for _ in range(3):
        visited.page.keyboard.press("ArrowLeft")
    dose = float(form.locator("[name=slider]").get_attribute("aria-valuetext").removesuffix(" mg/day"))
    for when in ("trough", "mean", "peak"):
        answer = plasma_fit.occupancy(dose, predict_for, at={"when": when}).sel(drug=drug, dose=dose)
        low, median, high = (answer[name].item() for name in ("low", "median", "high"))
        assert visited.text(f"answer-{when}") == formatting.percent(median)
        assert visited.text(f"answer-{when}-95") == formatting.interval("emax", low, high)
    assert f"occupancy at peak {visited.text('answer-peak')}, 95 %" in visited.text("explorer-summary")
    assert visited.messages == []
    visited.page.context.close()


@pytest.mark.parametrize("scheme", slow_but(["light"], ["light", "dark"]))
def test_the_report_of_a_model_with_kinetics_is_accessible_and_narrow(browser, plasma_page, scheme):
    visited = Visit(browser, plasma_page, color_scheme=scheme, bypass_csp=True)
    visited.page.set_viewport_size({"width": 360, "height": 900})
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(visited, scheme)
    visited.page.context.close()


# --- for everybody ------------------------------------------------------------------------------


def test_every_control_can_be_reached_with_the_keyboard(visit):
    focusable = "a[href], button, select, input, summary, [tabindex='0']"
    count = visit.page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(node => node.checkVisibility()
            && !node.disabled).map((node, i) => (node.dataset.number = i)).length""",
        focusable,
    )
    reached = set()
    for _ in range(count + 5):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.dataset.number ?? ''"))
    assert len(reached - {""}) == count


def test_a_term_is_explained_when_it_has_the_focus(visit):
    term = visit.page.locator("a.term").first
    term.focus()
    shown = term.evaluate("node => getComputedStyle(node, '::after').content")
    assert json.loads(shown) == term.get_attribute("data-meaning")
    described = term.get_attribute("aria-describedby")
    assert visit.text(described) == term.get_attribute("data-meaning")


@pytest.mark.parametrize("scheme", slow_but(["light"], ["light", "dark"]))
def test_there_are_no_accessibility_violations(browser, ssri_page, scheme):
    visited = Visit(browser, ssri_page, color_scheme=scheme, bypass_csp=True)
    visited.page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
    assert_accessible(visited, scheme)
    visited.page.context.close()


@pytest.mark.slow
def test_the_report_of_a_comparison_makes_no_requests_and_is_accessible(
    browser, prior_fit, mixed_table, tmp_path
):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    fits = {"one": prior_fit, "other": other}
    path = write.write_comparison(fits, comparison.compare_fits(fits), tmp_path / "page.html")
    visited = Visit(browser, path, bypass_csp=True)
    assert visited.messages == []
    assert [url for url in visited.requests if not url.startswith(("data:", visited.address))] == []
    assert_accessible(visited)
    visited.page.context.close()


def test_without_javascript_only_the_explorer_is_missing(browser, ssri_page, ssri_fit):
    visited = Visit(browser, ssri_page, java_script_enabled=False)
    assert "needs JavaScript" in visited.page.locator("#explore").inner_text()
    assert not visited.page.locator("#explorer").is_visible()
    for row in summary.rows(ssri_fit.dose_for_occupancy(0.8)):
        assert formatting.number(row.median) in visited.page.locator("#answers").inner_text()
    visited.page.context.close()


def test_a_download_is_the_table_file_and_works_offline(visit, ssri_page):
    visit.page.context.set_offline(True)
    with visit.page.expect_download() as started:
        visit.page.locator("#table-doses a.download").click()
    file = ssri_page.with_name("report_tables") / "doses.tsv"
    assert started.value.suggested_filename == "doses.tsv"
    assert started.value.path().read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", slow_but([360, 1600], [360, 700, 1600]))
def test_the_page_is_never_wider_than_its_window(visit, width):
    visit.page.set_viewport_size({"width": width, "height": 900})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_figure_fits_on_a_printed_page(visit):
    visit.page.emulate_media(media="print")
    # A4 without margins of 14 mm, at 96 pixels per inch
    visit.page.set_viewport_size({"width": 688, "height": 1000})
    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('figure')].filter(node => node.checkVisibility()).map(node => "
        "[node.getBoundingClientRect().height, node.querySelector('img')?.getBoundingClientRect().width ?? 0,"
        " getComputedStyle(node).breakInside])"
    )
    assert sizes
    assert all(height <= 1016 and width <= 688 and inside == "avoid" for height, width, inside in sizes)


def test_a_script_in_a_name_is_shown_and_not_run(browser, tmp_path):
    script = "</script><script>window.ran = true</script>"
    table = pd.DataFrame({"drug": script, "dose": [5.0, 40.0], "value": [0.4, 0.8], "region": "<b>'\"&"})
    model = "[ec50.centre]\ndist='Normal'\nmu=0.0\nsigma=1.0\n[emax]\nfixed=1.0\n"
    visited = Visit(browser, fit_from_prior(model, table, draws=100).report(tmp_path / "report.html"))
    assert visited.page.evaluate("window.ran ?? false") is False
    assert script in visited.page.locator("#answers").inner_text()
    assert visited.page.locator("#explorer [name=drug]").input_value() == script
    assert script in visited.text("explorer-summary")
    assert visited.messages == []
    visited.page.context.close()


def test_the_page_is_small_enough_to_send(ssri_page):
    assert ssri_page.stat().st_size < 3_000_000
    assert write.tables_folder(ssri_page).is_dir()
