// The explorer of a model with kinetics: shows what the package computed for each dose, and computes nothing.
(() => {
const form = document.getElementById("explorer");
const data = JSON.parse(document.getElementById("explorer-data").textContent);
const {drug, "predict-for": predictFor, when, slider} = form.elements;

const ends = (summary, low, high) => span(percent, {low: summary[low], high: summary[high]});

// Offers the doses of another drug, beginning at its usual one.
function updateDrug() {
  const {doses, usual} = data.drugs[drug.value];
  slider.max = doses.length - 1;
  slider.value = usual;
  update();
}

function update() {
  const {unit, every, doses, tested, occupancy} = data.drugs[drug.value];
  const place = Number(slider.value), moments = occupancy[predictFor.value];
  const dose = `${doses[place]} ${unit}`;
  slider.setAttribute("aria-valuetext", dose);
  for (const node of form.querySelectorAll("[data-text=dose]")) node.textContent = dose;
  for (const [moment, summaries] of Object.entries(moments)) showMoment(moment, summaries[place]);
  const {median, low, high} = moments[when.value][place];
  setText("explorer-summary", `${drug.value}, ${dose}, taken every ${every} h, ${predictFor.selectedOptions[0].text}: `
    + `${when.selectedOptions[0].text} ${percent(median)}, 95 % equal-tailed interval ${span(percent, {low, high})}. `
    + `Relative to the doses tested: ${relativeToTested(doses[place], tested)}.`);
  drawCurve(doses, moments[when.value], `daily dose (${unit}), logarithmic`, doses[place]);
}

function showMoment(moment, summary) {
  setText(`answer-${moment}`, percent(summary.median));
  setText(`answer-${moment}-95`, ends(summary, "low", "high"));
  setText(`answer-${moment}-50`, ends(summary, "inner_low", "inner_high"));
  setText(`answer-${moment}-attained`, probability(summary.probability));
}

function drawCurve(doses, summaries, label, dose) {
  const svg = document.getElementById("explorer-curve");
  const axis = logAxis(Math.log10(doses[0]), Math.log10(doses.at(-1)));
  const y = drawAxes(svg, axis, 10, 250, label);
  drawBands(svg, axis, y, doses, summaries);
  drawPath(svg, [[LEFT, y(data.target)], [RIGHT, y(data.target)]], "requested");
  drawPath(svg, [[axis.x(dose), 10], [axis.x(dose), 250]], "dose");
}

form.addEventListener("submit", event => event.preventDefault());
drug.addEventListener("change", updateDrug);
for (const input of [predictFor, when]) input.addEventListener("change", update);
slider.addEventListener("input", update);
form.hidden = false;
updateDrug();
})();
