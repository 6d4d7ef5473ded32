/* One criterion over time as a drawing. Positions across are per cent, so that text keeps its size. */

import { draw } from "/static/dom.js";

const TOP = 10;
const BOTTOM = 96;
const LABELS_Y = 116;
const LEFT = 7;
const RIGHT = 97;
const GRID = [1, 2, 3, 4, 5];
const LABELLED = [1, 3, 5];

function down(score) {
  return BOTTOM - ((score - 1) / 4) * (BOTTOM - TOP);
}

function across(index, count) {
  return `${count === 1 ? (LEFT + RIGHT) / 2 : LEFT + (index / (count - 1)) * (RIGHT - LEFT)}%`;
}

/** The day and month of a date, as short as it can be. */
function short(date) {
  return new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** `line`: {name, minimum, scores: [{at, score, minimum, comparable}]}, oldest first. */
export function chart(line) {
  const { scores } = line;
  const svg = draw("svg", { class: "chart", role: "img", "aria-label": inWords(line) });
  for (const score of GRID) {
    const y = down(score);
    svg.append(draw("line", { class: "grid", x1: `${LEFT - 3}%`, x2: "100%", y1: y, y2: y }));
    if (LABELLED.includes(score)) svg.append(draw("text", { x: 0, y: y + 4, text: score }));
  }
  const bar = down(line.minimum);
  svg.append(draw("line", { class: "bar", x1: `${LEFT - 3}%`, x2: "100%", y1: bar, y2: bar }));
  for (let i = 1; i < scores.length; i += 1) {
    const ends = { x1: across(i - 1, scores.length), x2: across(i, scores.length) };
    svg.append(
      draw("line", {
        class: "path",
        ...ends,
        y1: down(scores[i - 1].score),
        y2: down(scores[i].score),
      }),
    );
  }
  scores.forEach((each, i) => svg.append(dot(each, across(i, scores.length))));
  svg.append(draw("text", { x: `${LEFT - 3}%`, y: LABELS_Y, text: short(scores[0].at) }));
  if (scores.length > 1) {
    svg.append(
      draw("text", { x: "100%", y: LABELS_Y, "text-anchor": "end", text: short(scores.at(-1).at) }),
    );
  }
  return svg;
}

function dot({ at, score, minimum, comparable = true }, x) {
  const kind = `${score >= minimum ? "reached" : "short"}${comparable ? "" : " other"}`;
  const title = draw("title", { text: `${short(at)}: ${score} of 5` });
  return draw("circle", { class: kind, cx: x, cy: down(score), r: 6 }, title);
}

function inWords({ name, minimum, scores }) {
  const values = scores.map((each) => each.score).join(", ");
  const days = `${short(scores[0].at)} to ${short(scores.at(-1).at)}`;
  return `${name}, ${days}: ${values}; the bar is ${minimum}`;
}
