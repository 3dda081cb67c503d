"use strict";
// The explorer: answers from the posterior draws in this page, as `petfit dose` and `petfit attain` give them.
(() => {
const form = document.getElementById("explorer");
const asked = JSON.parse(document.getElementById("explorer-data").textContent);
const draws = unpack(asked.columns, asked.draws);
const chosen = {drug: form.elements.drug, who: form.elements.who, target: form.elements.target,
  dose: form.elements.dose, slider: form.elements.slider};
const GRID = 81;

function unpack(text, size) {
  const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const column = at => Float64Array.from({length: size}, (_, i) => view.getFloat32(4 * (at * size + i), true));
  const known = new Map();
  return at => known.get(at) ?? known.set(at, column(at)).get(at);
}

// --- numbers as petfit prints them ---------------------------------------------------------------

// Python rounds a tie to the even digit; the exact decimals of a number tell whether it is one.
function fixed(value, digits) {
  const exact = value.toFixed(Math.min(100, digits + 55));
  const end = digits ? exact.length - 55 : exact.indexOf(".");
  const isTie = /^\.?50*$/.test(exact.slice(end));
  if (!isTie) return value.toFixed(digits);
  const kept = exact.slice(0, end);
  return Number(kept.at(-1)) % 2 === 0 ? kept : value.toFixed(digits);
}

function figure(value) {
  if (Number.isNaN(value)) return "-";
  if (value === Infinity) return "not reached";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size < 1e-3 || size >= 1e6) return general(value);
  const digits = 2 - Math.floor(Math.log10(size));
  if (digits >= 0) return fixed(Number(fixed(value, digits)), digits);
  const unit = 10 ** -digits;
  return String(Number(fixed(value / unit, 0)) * unit);
}

function general(value) {
  const [digits, power] = value.toExponential(2).split("e");
  if (Number(power) >= -4 && Number(power) < 3) return String(Number(value.toPrecision(3)));
  const sign = power.startsWith("-") ? "-" : "+";
  return `${Number(digits)}e${sign}${power.slice(1).padStart(2, "0")}`;
}

const percent = value => Number.isNaN(value) ? "-" : `${fixed(100 * value, 1)} %`;
const probability = value => value > 0.999 ? "> 99.9 %" : value < 0.001 ? "< 0.1 %" : percent(value);
const span = (show, ends) => `${show(ends.low)} to ${show(ends.high)}`;

// --- answers -------------------------------------------------------------------------------------

// Order statistics; infinite draws count as they are.
function quantile(sorted, q) {
  const place = Math.ceil(sorted.length * q - 1);
  return sorted[Math.min(Math.max(place, 0), sorted.length - 1)];
}

function summary(values) {
  const sorted = Float64Array.from(values).sort();
  return {low: quantile(sorted, 0.025), innerLow: quantile(sorted, 0.25), median: quantile(sorted, 0.5),
    innerHigh: quantile(sorted, 0.75), high: quantile(sorted, 0.975)};
}

function share(values, holds) {
  let count = 0;
  for (const value of values) if (holds(value)) count += 1;
  return count / values.length;
}

// The levels of a question; null stands for one that the fit does not know.
function question() {
  const who = chosen.who.value;
  const levels = {...asked.usual, person: "", study: asked.usual.study ?? "", drug: chosen.drug.value};
  for (const name of Object.keys(asked.factors)) levels[name] = form.elements[`factor-${name}`].value;
  const fresh = {new_subject: "person", new_study: "study", new_drug: "drug"}[who];
  if (fresh) levels[fresh] = asked.new;
  return levels;
}

function parameter(name, levels) {
  const one = asked.parameters[name];
  if (!one) return Float64Array.from({length: asked.draws}, () => 1);
  if ("fixed" in one) return Float64Array.from({length: asked.draws}, () => one.fixed);
  const sum = new Float64Array(asked.draws);
  const add = at => draws(at).forEach((value, i) => { sum[i] += value; });
  if (one.centre >= 0) add(one.centre);
  for (const effect of one.effects) {
    const at = effect.places[effect.factors.map(factor => levels[factor] ?? "").join(asked.between)];
    if (at === undefined) return null;
    if (at >= 0) add(at);
  }
  return sum.map(one.link === "logit" ? value => 1 / (1 + Math.exp(-value)) : Math.exp);
}

function curve(levels) {
  const [ec50, emax, hill] = ["ec50", "emax", "hill"].map(name => parameter(name, levels));
  if (!ec50 || !emax || !hill) return null;
  const isNew = levels.drug === asked.new;
  const drug = isNew ? {unit: "reference doses", tested: {}, evidence: [], reference: 1} : asked.drugs[levels.drug];
  const beside = asked.competing >= 0 ? draws(asked.competing) : new Float64Array(asked.draws);
  const scaled = ec50.map(value => value * drug.reference);
  return {
    drug, ec50: scaled, emax,
    occupancy: dose => scaled.map((half, i) => {
      const power = (dose / half + beside[i]) ** hill[i];
      return emax[i] * power / (1 + power);
    }),
    exposure: target => scaled.map((half, i) => {
      if (!(emax[i] > target)) return Infinity;
      const ratio = (target / (emax[i] - target)) ** (1 / hill[i]);
      return half * Math.max(ratio - beside[i], 0);
    }),
  };
}

function support(median, tested) {
  if (median === Infinity) return "the ceiling lies lower in most draws";
  if (!tested) return "none was tested";
  const [low, high] = tested.map(figure);
  if (median >= tested[0] && median <= tested[1]) return low === high ? `within the only one, ${low}` : `within ${low} to ${high}`;
  const range = low === high ? `the only one, ${low}` : `${low} to ${high}`;
  return median < tested[0] ? `below ${range}` : `above ${range}: extrapolated`;
}

// --- drawing -------------------------------------------------------------------------------------

const WIDTH = 680, LEFT = 52, RIGHT = 668;

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function axis(found) {
  const known = [...Object.values(found.drug.tested).flat(), ...found.drug.evidence.map(one => one[0]), found.drug.reference];
  const positive = known.filter(one => one > 0);
  const low = Math.log10(Math.min(...positive)) - 0.9, high = Math.log10(Math.max(...positive)) + 0.6;
  const x = dose => LEFT + (RIGHT - LEFT) * (Math.min(Math.max(Math.log10(dose), low), high) - low) / (high - low);
  const grid = Array.from({length: GRID}, (_, i) => 10 ** (low + (high - low) * i / (GRID - 1)));
  const steps = high - low < 2.4 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1)
    for (const step of steps) {
      const at = step * 10 ** power;
      if (Math.log10(at) >= low && Math.log10(at) <= high) ticks.push(Number(at.toPrecision(3)));
    }
  return {low, high, x, grid, ticks};
}

// Occupancies may lie below 0 or above 1; what lies far off stands at the edge.
function frame(svg, scale, top, bottom, label, values = []) {
  const low = Math.max(Math.min(0, ...values), -0.5), high = Math.min(Math.max(1, ...values), 1.5);
  const y = value => bottom - (bottom - top) * (Math.min(Math.max(value, low), high) - low) / (high - low);
  svg.replaceChildren();
  for (const value of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    svg.append(element("line", {x1: LEFT, x2: RIGHT, y1: y(value), y2: y(value), class: "rule"}));
    svg.append(element("text", {x: LEFT - 6, y: y(value) + 4, class: "end"}, `${Math.round(100 * value)} %`));
  }
  for (const dose of scale.ticks) svg.append(element("text", {x: scale.x(dose), y: bottom + 18, class: "middle"}, String(dose)));
  svg.append(element("text", {x: (LEFT + RIGHT) / 2, y: bottom + 36, class: "middle"}, label));
  return y;
}

function path(svg, points, className) {
  const closed = className.startsWith("band") ? "Z" : "";
  const text = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  svg.append(element("path", {d: text + closed, class: className}));
}

function drawCurve(found, bands, scale, target, dose) {
  const svg = document.getElementById("explorer-curve");
  const values = found.drug.evidence.flatMap(one => one.slice(1));
  const y = frame(svg, scale, 10, 250, `${asked.exposure} (${found.drug.unit}), logarithmic`, values);
  const line = name => bands.map((one, i) => [scale.x(scale.grid[i]), y(one[name])]);
  path(svg, [...line("low"), ...line("high").reverse()], "band outer");
  path(svg, [...line("innerLow"), ...line("innerHigh").reverse()], "band inner");
  path(svg, line("median"), "median");
  path(svg, [[LEFT, y(target)], [RIGHT, y(target)]], "wanted");
  for (const [at, low, high] of found.drug.evidence) {
    if (!(at > 0)) continue;
    if (low < high) path(svg, [[scale.x(at), y(low)], [scale.x(at), y(high)]], "range");
    else svg.append(element("circle", {cx: scale.x(at), cy: y(low), r: 3.5, class: "dot"}));
  }
  path(svg, [[scale.x(dose), 10], [scale.x(dose), 250]], "here");
}

function drawAttainment(found, needed, scale, dose) {
  const svg = document.getElementById("explorer-attainment");
  const sorted = Float64Array.from(needed).sort();
  const y = frame(svg, scale, 10, 110, `${asked.exposure} (${found.drug.unit}), logarithmic`);
  let reached = 0;
  const points = scale.grid.map(at => {
    while (reached < sorted.length && sorted[reached] <= at) reached += 1;
    return [scale.x(at), y(reached / sorted.length)];
  });
  path(svg, points, "median");
  path(svg, [[scale.x(dose), 10], [scale.x(dose), 110]], "here");
}

// --- the form ------------------------------------------------------------------------------------

let state = null;

function say(id, text) { document.getElementById(id).textContent = text; }

function askedAnew() {
  const levels = question();
  chosen.drug.disabled = levels.drug === asked.new;
  const found = curve(levels);
  const scale = found && axis(found);
  const bands = found && scale.grid.map(dose => summary(found.occupancy(dose)));
  state = {levels, found, scale, bands};
  if (found) {
    chosen.slider.min = scale.low;
    chosen.slider.max = scale.high;
    const dose = Number(chosen.dose.value);
    if (!(dose >= 10 ** scale.low && dose <= 10 ** scale.high)) chosen.dose.value = Number(found.drug.reference.toPrecision(3));
  }
  update();
}

function update() {
  const {levels, found, scale, bands} = state;
  const results = document.getElementById("explorer-results");
  const target = Number(chosen.target.value) / 100, dose = Number(chosen.dose.value);
  const isAsked = target > 0 && target < 1 && dose >= 0 && chosen.dose.value !== "";
  results.hidden = !(found && isAsked);
  if (!found || !isAsked) {
    say("explorer-said", found ? "Give an occupancy between 0 and 100 % and a dose of 0 or more."
      : "Not offered: the fit does not know these levels together.");
    return;
  }
  chosen.slider.value = Math.log10(Math.max(dose, 10 ** scale.low));
  chosen.slider.setAttribute("aria-valuetext", `${figure(dose)} ${found.drug.unit}`);
  const needed = found.exposure(target), wanted = summary(needed), here = summary(found.occupancy(dose));
  const unit = found.drug.unit, name = levels.drug === asked.new ? "a new drug" : levels.drug;
  const reached = probability(share(needed, one => one < Infinity));
  const attained = probability(share(needed, one => one <= dose));
  const tested = found.drug.tested[levels.regimen || asked.regimen] ?? null;
  const half = summary(found.ec50), ceiling = summary(found.emax);
  say("answer-dose", figure(wanted.median));
  say("answer-dose-95", span(figure, wanted));
  say("answer-dose-50", span(figure, {low: wanted.innerLow, high: wanted.innerHigh}));
  say("answer-reached", reached);
  say("answer-support", support(wanted.median, tested));
  say("answer-occupancy", percent(here.median));
  say("answer-occupancy-95", span(percent, here));
  say("answer-occupancy-50", span(percent, {low: here.innerLow, high: here.innerHigh}));
  say("answer-attained", attained);
  say("answer-ec50", figure(half.median));
  say("answer-ec50-95", span(figure, half));
  say("answer-emax", percent(ceiling.median));
  say("answer-emax-95", span(percent, ceiling));
  for (const one of form.querySelectorAll("[data-say=unit]")) one.textContent = unit;
  for (const one of form.querySelectorAll("[data-say=target]")) one.textContent = `${Number(chosen.target.value)} %`;
  for (const one of form.querySelectorAll("[data-say=at]")) one.textContent = `${figure(dose)} ${unit}`;
  const whose = chosen.who.selectedOptions[0].text, kind = "95 % equal-tailed interval";
  say("explorer-said", `${name}, ${whose}: ${figure(wanted.median)} ${unit} for ${Number(chosen.target.value)} %, `
    + `${kind} ${span(figure, wanted)} ${unit}. At ${figure(dose)} ${unit}: ${percent(here.median)}, `
    + `${kind} ${span(percent, here)}; probability of at least ${Number(chosen.target.value)} %: ${attained}.`);
  drawCurve(found, bands, scale, target, dose);
  drawAttainment(found, needed, scale, dose);
}

form.addEventListener("submit", event => event.preventDefault());
for (const select of form.querySelectorAll("select")) select.addEventListener("change", askedAnew);
chosen.target.addEventListener("input", update);
chosen.dose.addEventListener("input", update);
chosen.slider.addEventListener("input", () => {
  chosen.dose.value = Number((10 ** Number(chosen.slider.value)).toPrecision(3));
  update();
});
form.hidden = false;
askedAnew();
})();
