/* What to do next: the weakest point, the drill for it, what is due again, how one sees oneself. */

import { make } from "/static/dom.js";

const MOST_DUE = 3;
/** Points by which a rating of oneself may be off: people rate in whole points. */
const CLOSE = 0.5;

/** To tenths. */
export function tenths(value) {
  return Math.round(value * 10) / 10;
}

/** The parts there is something to say about. */
export function next(told) {
  const due = (told.questions ?? []).filter((each) => each.is_due).slice(0, MOST_DUE);
  return [
    told.weakest && weakest(told.weakest),
    told.drill && drill(told.drill),
    due.length && block("Time to ask again", make("ul", { class: "due" }, ...due.map(again))),
    told.calibration?.ratings.length && calibration(told.calibration),
  ].filter(Boolean);
}

function block(title, ...inside) {
  return make("div", {}, make("h2", { text: title }), ...inside);
}

function weakest({ name, now, minimum, advice }) {
  const words =
    now < minimum
      ? `${name}: ${tenths(now)}, and ${minimum} is needed.`
      : `${name}: ${tenths(now)}. It reaches the ${minimum} that is needed, with the least to spare.`;
  const step = advice ? make("p", { class: "step", dir: "auto", text: advice }) : null;
  return block("Your weakest point", make("p", { text: words }), step);
}

function drill({ title, minutes, why, command }) {
  return block(
    `${minutes} minutes of practice`,
    make("p", { text: `${title}. ${why}` }),
    make("p", { class: "remark" }, "In a terminal: ", make("code", { text: command })),
  );
}

function again(question) {
  const href = `/?question=${encodeURIComponent(question.id)}`;
  return make("li", {}, make("a", { href, text: question.title }));
}

function calibration({ ratings, off }) {
  const by = Math.abs(tenths(off));
  const over = `Over ${ratings.length} rating${ratings.length === 1 ? "" : "s"}`;
  const words =
    by < CLOSE
      ? `${over} you were right about yourself, within half a point.`
      : `${over} you were ${by} points too ${off > 0 ? "kind to" : "hard on"} yourself.`;
  return block("How you see yourself", make("p", { text: words }));
}
