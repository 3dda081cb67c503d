"use strict";
// Number formats and drawing, which the explorers share.

// --- number formats, the same as in Python ---------------------------------------------------------------

// Python rounds ties to the even digit. The exact decimals of a number show whether it is a tie.
function fixed(value, digits) {
  const exact = value.toFixed(Math.min(100, digits + 55));
  const end = digits ? exact.length - 55 : exact.indexOf(".");
  const isTie = /^\.?50*$/.test(exact.slice(end));
  if (!isTie) return value.toFixed(digits);
  const truncated = exact.slice(0, end);
  return Number(truncated.at(-1)) % 2 === 0 ? truncated : value.toFixed(digits);
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
const span = (format, ends) => ends.low === Infinity ? format(ends.low) : `${format(ends.low)} to ${format(ends.high)}`;

function relativeToTested(median, tested) {
  if (median === Infinity) return "Emax is lower in most draws";
  if (!tested) return "none was tested";
  const [low, high] = tested.map(figure);
  const range = low === high ? `the only one, ${low}` : `${low} to ${high}`;
  if (median >= tested[0] && median <= tested[1]) return `within ${range}`;
  return median < tested[0] ? `below ${range}` : `above ${range}: extrapolated`;
}

// --- drawing -------------------------------------------------------------------------------------

const WIDTH = 680, LEFT = 52, RIGHT = 668;

function element(name, attributes, text) {
  const created = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  if (text !== undefined) created.textContent = text;
  return created;
}

// A logarithmic axis between two decimal logarithms.
function logAxis(low, high) {
  const x = dose => LEFT + (RIGHT - LEFT) * (Math.min(Math.max(Math.log10(dose), low), high) - low) / (high - low);
  const steps = high - low < 2.4 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1)
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(Number(tick.toPrecision(3)));
    }
  return {low, high, x, ticks};
}

// Draws axes and returns the vertical scale. Values far below 0 or above 1 are drawn at the edge.
function drawAxes(svg, axis, top, bottom, label, values = []) {
  const low = Math.max(Math.min(0, ...values), -0.5), high = Math.min(Math.max(1, ...values), 1.5);
  const y = value => bottom - (bottom - top) * (Math.min(Math.max(value, low), high) - low) / (high - low);
  svg.replaceChildren();
  for (const value of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    svg.append(element("line", {x1: LEFT, x2: RIGHT, y1: y(value), y2: y(value), class: "rule"}));
    svg.append(element("text", {x: LEFT - 6, y: y(value) + 4, class: "end"}, `${Math.round(100 * value)} %`));
  }
  for (const dose of axis.ticks) svg.append(element("text", {x: axis.x(dose), y: bottom + 18, class: "middle"}, String(dose)));
  svg.append(element("text", {x: (LEFT + RIGHT) / 2, y: bottom + 36, class: "middle"}, label));
  return y;
}

function drawPath(svg, points, className) {
  const closed = className.startsWith("band") ? "Z" : "";
  const text = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  svg.append(element("path", {d: text + closed, class: className}));
}

// Draws the median and the 50 and 95 % bands of summaries at some doses.
function drawBands(svg, axis, y, doses, summaries) {
  const line = name => summaries.map((summary, i) => [axis.x(doses[i]), y(summary[name])]);
  drawPath(svg, [...line("low"), ...line("high").reverse()], "band outer");
  drawPath(svg, [...line("inner_low"), ...line("inner_high").reverse()], "band inner");
  drawPath(svg, line("median"), "median");
}

function setText(id, text) { document.getElementById(id).textContent = text; }
