// The explorer: computes from the posterior draws in this page what `petfit dose` and `petfit attain` print.
(() => {
const form = document.getElementById("explorer");
const data = JSON.parse(document.getElementById("explorer-data").textContent);
const draws = decodeColumns(data.columns, data.draws);
const inputs = {drug: form.elements.drug, predictFor: form.elements["predict-for"], occupancy: form.elements.occupancy,
  upper: form.elements.upper, dose: form.elements.dose, slider: form.elements.slider};
const GRID_POINTS = 81;

// Returns a function from the number of a column to its draws.
function decodeColumns(text, size) {
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const decode = column => Float64Array.from({length: size}, (_, i) => view.getFloat32(4 * (column * size + i), true));
  const decoded = new Map();
  return column => decoded.get(column) ?? decoded.set(column, decode(column)).get(column);
}

// A single dose is not one per day.
const doseUnit = (unit, regimen) => (regimen ?? "").toLowerCase().startsWith("single") ? unit.replace(/\/day$/, "") : unit;

// --- answers -------------------------------------------------------------------------------------

// Quantiles are order statistics, so that draws may be infinite.
function quantile(sorted, probability) {
  const index = Math.ceil(sorted.length * probability - 1);
  return sorted[Math.min(Math.max(index, 0), sorted.length - 1)];
}

function summary(values) {
  const sorted = Float64Array.from(values).sort();
  return {low: quantile(sorted, 0.025), inner_low: quantile(sorted, 0.25), median: quantile(sorted, 0.5),
    inner_high: quantile(sorted, 0.75), high: quantile(sorted, 0.975)};
}

function share(values, condition) {
  let count = 0;
  for (const value of values) if (condition(value)) count += 1;
  return count / values.length;
}

// The requested level of each factor.
function requestedLevels() {
  const levels = {...data.typical, person: "", study: data.typical.study ?? "", drug: inputs.drug.value};
  for (const name of Object.keys(data.factors)) levels[name] = form.elements[`factor-${name}`].value;
  const newFactor = {new_subject: "person", new_study: "study", new_drug: "drug"}[inputs.predictFor.value];
  if (newFactor) levels[newFactor] = data.new;
  return levels;
}

// The draws of a parameter at the given levels; null if the fit has no such levels.
function parameterDraws(name, levels) {
  const parameter = data.parameters[name];
  const constant = value => Float64Array.from({length: data.draws}, () => value);
  if (!parameter) return constant(1);
  if ("fixed" in parameter) return constant(parameter.fixed);
  const sum = new Float64Array(data.draws);
  const add = column => draws(column).forEach((value, i) => { sum[i] += value; });
  if (parameter.centre >= 0) add(parameter.centre);
  for (const effect of parameter.effects) {
    const column = effect.columns[effect.factors.map(factor => levels[factor] ?? "").join(data.separator)];
    if (column === undefined) return null;
    if (column >= 0) add(column);
  }
  return sum.map(parameter.link === "logit" ? value => 1 / (1 + Math.exp(-value)) : Math.exp);
}

// The curve at the given levels, draw by draw; null if the fit has no such levels.
function curveDraws(levels) {
  const [scaledEc50, emax, hill] = ["ec50", "emax", "hill"].map(name => parameterDraws(name, levels));
  if (!scaledEc50 || !emax || !hill) return null;
  const isNew = levels.drug === data.new;
  const known = isNew ? {unit: "reference doses", tested: {}, evidence: [], reference: 1} : data.drugs[levels.drug];
  const drug = {...known, unit: doseUnit(known.unit, levels.regimen)};
  const competing = data.competing >= 0 ? draws(data.competing) : new Float64Array(data.draws);
  const ec50 = scaledEc50.map(value => value * drug.reference);
  return {
    drug, ec50, emax,
    occupancy: dose => ec50.map((halfway, i) => {
      const power = (dose / halfway + competing[i]) ** hill[i];
      return emax[i] * power / (1 + power);
    }),
    exposure: occupancy => ec50.map((halfway, i) => {
      if (!(emax[i] > occupancy)) return Infinity;
      const ratio = (occupancy / (emax[i] - occupancy)) ** (1 / hill[i]);
      return halfway * Math.max(ratio - competing[i], 0);
    }),
  };
}

// The share of draws in which an exposure lies between those for the lower and for the upper end.
function inside(lowerDoses, upperDoses, exposure) {
  let count = 0;
  for (let i = 0; i < lowerDoses.length; i += 1) if (lowerDoses[i] <= exposure && exposure <= (upperDoses?.[i] ?? Infinity)) count += 1;
  return count / lowerDoses.length;
}

// The exposure that lies inside in most draws; the count changes only at the ends of the draws.
function bestExposure(lowerDoses, upperDoses) {
  const reached = Array.from(lowerDoses, (_, i) => i).filter(i => lowerDoses[i] < Infinity);
  if (!reached.length) return {exposure: NaN, probability: 0};
  const starts = Float64Array.from(reached, i => lowerDoses[i]).sort(), ends = Float64Array.from(reached, i => upperDoses[i]).sort();
  let best = 0, lowest = NaN, highest = NaN;
  for (let i = 0, below = 0; i < starts.length; i += 1) {
    while (ends[below] < starts[i]) below += 1;
    if (i + 1 - below > best) [best, lowest, highest] = [i + 1 - below, starts[i], ends[below]];
  }
  return {exposure: highest < Infinity ? Math.sqrt(lowest * highest) : lowest, probability: best / lowerDoses.length};
}

// --- drawing -------------------------------------------------------------------------------------

function exposureAxis(drug) {
  const exposures = [...Object.values(drug.tested).flat(), ...drug.evidence.map(row => row[0]), drug.reference];
  const positive = exposures.filter(exposure => exposure > 0);
  const low = Math.log10(Math.min(...positive)) - 0.9, high = Math.log10(Math.max(...positive)) + 0.6;
  const grid = Array.from({length: GRID_POINTS}, (_, i) => 10 ** (low + (high - low) * i / (GRID_POINTS - 1)));
  return {...logAxis(low, high), grid};
}

function drawCurve(curve, bands, axis, occupancy, upper, dose) {
  const svg = document.getElementById("explorer-curve");
  const values = curve.drug.evidence.flatMap(row => row.slice(1));
  const y = drawAxes(svg, axis, 10, 250, `${data.exposure} (${curve.drug.unit}), logarithmic`, values);
  drawBands(svg, axis, y, axis.grid, bands);
  for (const end of [occupancy, ...(upper ? [upper] : [])])
    drawPath(svg, [[LEFT, y(end)], [RIGHT, y(end)]], "requested");
  for (const [exposure, low, high] of curve.drug.evidence) {
    if (!(exposure > 0)) continue;
    if (low < high) drawPath(svg, [[axis.x(exposure), y(low)], [axis.x(exposure), y(high)]], "range");
    else svg.append(element("circle", {cx: axis.x(exposure), cy: y(low), r: 3.5, class: "dot"}));
  }
  drawPath(svg, [[axis.x(dose), 10], [axis.x(dose), 250]], "dose");
}

function drawAttainment(curve, doseDraws, upperDraws, axis, dose) {
  const svg = document.getElementById("explorer-attainment");
  const y = drawAxes(svg, axis, 10, 110, `${data.exposure} (${curve.drug.unit}), logarithmic`);
  const points = axis.grid.map(exposure => [axis.x(exposure), y(inside(doseDraws, upperDraws, exposure))]);
  drawPath(svg, points, "median");
  drawPath(svg, [[axis.x(dose), 10], [axis.x(dose), 110]], "dose");
}

// --- the form ------------------------------------------------------------------------------------

let state = null;

function setTexts(name, text) {
  for (const node of form.querySelectorAll(`[data-text=${name}]`)) node.textContent = text;
}

// Computes the curve after another drug, prediction or level was chosen.
function updateCurve() {
  const levels = requestedLevels();
  inputs.drug.disabled = levels.drug === data.new;
  const curve = curveDraws(levels);
  const axis = curve && exposureAxis(curve.drug);
  const bands = curve && axis.grid.map(dose => summary(curve.occupancy(dose)));
  state = {levels, curve, axis, bands};
  if (curve) {
    inputs.slider.min = axis.low;
    inputs.slider.max = axis.high;
    const dose = Number(inputs.dose.value);
    if (!(dose >= 10 ** axis.low && dose <= 10 ** axis.high))
      inputs.dose.value = Number(curve.drug.reference.toPrecision(3));
  }
  updateAnswers();
}

// Computes the answers after another occupancy or dose was entered.
function updateAnswers() {
  const {levels, curve, axis, bands} = state;
  const occupancy = Number(inputs.occupancy.value) / 100, dose = Number(inputs.dose.value);
  const upper = inputs.upper.value === "" ? null : Number(inputs.upper.value) / 100;
  const isValid = occupancy > 0 && occupancy < 1 && dose >= 0 && inputs.dose.value !== "" && (upper === null || (upper > occupancy && upper < 1));
  document.getElementById("explorer-results").hidden = !(curve && isValid);
  if (!curve || !isValid) {
    setText("explorer-summary", curve ? "Enter an occupancy between 0 and 100 %, a higher one or none not to exceed, and a dose of 0 or more."
      : "Not available: the fit has no rows with this combination of levels.");
    return;
  }
  inputs.slider.value = Math.log10(Math.max(dose, 10 ** axis.low));
  inputs.slider.setAttribute("aria-valuetext", `${figure(dose)} ${curve.drug.unit}`);
  const doseDraws = curve.exposure(occupancy);
  const doses = summary(doseDraws), occupancies = summary(curve.occupancy(dose));
  const attained = probability(share(doseDraws, needed => needed <= dose));
  showAnswers(levels, curve, doses, occupancies);
  setText("answer-reached", probability(share(doseDraws, needed => needed < Infinity)));
  setText("answer-attained", attained);
  showSummary(levels, curve, doses, occupancies, attained);
  const upperDraws = upper === null ? null : curve.exposure(upper);
  showWindow(curve, doseDraws, upperDraws, occupancy, upper, dose);
  drawCurve(curve, bands, axis, occupancy, upper, dose);
  drawAttainment(curve, doseDraws, upperDraws, axis, dose);
}

function showAnswers(levels, curve, doses, occupancies) {
  const tested = curve.drug.tested[levels.regimen || data.regimen] ?? null;
  const ec50 = summary(curve.ec50), emax = summary(curve.emax);
  setText("answer-dose", figure(doses.median));
  setText("answer-dose-95", span(figure, doses));
  setText("answer-dose-50", span(figure, {low: doses.inner_low, high: doses.inner_high}));
  setText("answer-tested", relativeToTested(doses.median, tested));
  setText("answer-occupancy", percent(occupancies.median));
  setText("answer-occupancy-95", span(percent, occupancies));
  setText("answer-occupancy-50", span(percent, {low: occupancies.inner_low, high: occupancies.inner_high}));
  setText("answer-ec50", figure(ec50.median));
  setText("answer-ec50-95", span(figure, ec50));
  setText("answer-emax", percent(emax.median));
  setText("answer-emax-95", span(percent, emax));
  setTexts("unit", curve.drug.unit);
  setTexts("occupancy", `${Number(inputs.occupancy.value)} %`);
  setTexts("dose", `${figure(Number(inputs.dose.value))} ${curve.drug.unit}`);
}

function showWindow(curve, lowerDoses, upperDoses, occupancy, upper, dose) {
  document.getElementById("window-row").hidden = upper === null;
  if (upper === null) return;
  const best = bestExposure(lowerDoses, upperDoses);
  setTexts("window", `${Number(inputs.occupancy.value)} to ${Number(inputs.upper.value)} %`);
  setText("answer-window", span(figure, {low: summary(lowerDoses).median, high: summary(upperDoses).median}));
  setText("answer-inside", probability(inside(lowerDoses, upperDoses, dose)));
  setText("answer-best", `${figure(best.exposure)} ${curve.drug.unit}`);
  setText("answer-best-probability", probability(best.probability));
}

function showSummary(levels, curve, doses, occupancies, attained) {
  const unit = curve.drug.unit, drug = levels.drug === data.new ? "a new drug" : levels.drug;
  const occupancy = `${Number(inputs.occupancy.value)} %`, interval = "95 % equal-tailed interval";
  setText("explorer-summary", `${drug}, ${inputs.predictFor.selectedOptions[0].text}: ${figure(doses.median)} ${unit} `
    + `for ${occupancy}, ${interval} ${span(figure, doses)} ${unit}. At ${figure(Number(inputs.dose.value))} ${unit}: `
    + `${percent(occupancies.median)}, ${interval} ${span(percent, occupancies)}; probability of at least `
    + `${occupancy}: ${attained}.`);
}

form.addEventListener("submit", event => event.preventDefault());
for (const select of form.querySelectorAll("select")) select.addEventListener("change", updateCurve);
inputs.occupancy.addEventListener("input", updateAnswers);
inputs.upper.addEventListener("input", updateAnswers);
inputs.dose.addEventListener("input", updateAnswers);
inputs.slider.addEventListener("input", () => {
  inputs.dose.value = Number((10 ** Number(inputs.slider.value)).toPrecision(3));
  updateAnswers();
});
form.hidden = false;
updateCurve();
})();
