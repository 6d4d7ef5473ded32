/* Progress: what to do next, a line for each criterion, and all the numbers. */

import { ask, show } from "/static/api.js";
import { chart } from "/static/chart.js";
import { day, make, part, say } from "/static/dom.js";
import { lines } from "/static/progress_data.js";
import { verdictWords } from "/static/verdicts.js";

const MOST_DUE = 3;

function figure(line) {
  const now = line.now;
  const reached = line.minimum === null || now >= line.minimum;
  const head = make("span", {}, make("span", { class: "now", text: now }));
  if (line.change) {
    const sign = line.change > 0 ? "up" : "down";
    head.append(make("span", { class: "change", text: ` ${sign} ${Math.abs(line.change)}` }));
  }
  return make(
    "figure",
    { class: `line ${reached ? "reached" : "short"}` },
    make("figcaption", {}, make("b", { text: line.name }), head),
    chart(line),
  );
}

function next(told) {
  const found = [];
  if (told.weakest) {
    const { name, now, minimum, advice } = told.weakest;
    found.push(
      make(
        "div",
        {},
        make("h2", { text: "Your weakest point" }),
        make("p", { text: `${name}: ${now}, and ${minimum} is needed.` }),
        advice ? make("p", { class: "step", dir: "auto", text: advice }) : null,
      ),
    );
  }
  const due = (told.questions ?? []).filter((each) => each.is_due).slice(0, MOST_DUE);
  if (due.length) {
    found.push(
      make(
        "div",
        {},
        make("h2", { text: "Time to ask again" }),
        make("ul", { class: "due" }, ...due.map((each) => make("li", {}, again(each)))),
      ),
    );
  }
  return found;
}

function again(question) {
  return make("a", { href: `/?question=${encodeURIComponent(question.id)}`, text: question.title });
}

function table(told, shown) {
  const head = make("tr", {}, make("th", { scope: "col", text: "Session" }), make("th", { scope: "col", text: "Verdict" }));
  for (const line of shown) head.append(make("th", { scope: "col", text: line.name }));
  const rows = told.sessions.filter((each) => each.verdict).map((session) => {
    const name = session.folder;
    const report = make("a", { href: `/report/${encodeURIComponent(name)}`, text: day(session.at) });
    const scores = shown.map((line) => line.scores.find((each) => each.session === session.id)?.score ?? "–");
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, report, make("span", { class: "remark", text: ` ${session.titles}` })),
      make("td", { text: verdictWords(session.verdict, session.level) }),
      ...scores.map((score) => make("td", { text: score })),
    );
  });
  part("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows.reverse()));
}

function draw(told) {
  const shown = told.criteria.filter((line) => line.scores.length);
  if (!shown.length) {
    say(part("lead"), "Nothing is scored yet. After your first interview a line begins here for each criterion.");
    part("weakest").append(make("a", { class: "button main-act", href: "/", text: "Start your first interview" }));
    return;
  }
  const steps = next(told);
  if (steps.length) part("weakest").replaceChildren(make("div", { class: "next" }, ...steps));
  part("lines").replaceChildren(...shown.map(figure));
  part("notes").replaceChildren(...(told.notes ?? []).map((text) => make("li", { text })));
  table(told, shown);
  part("numbers").hidden = false;
}

async function begin() {
  try {
    draw(lines(await ask("/api/progress")));
  } catch (error) {
    show(part("trouble"), error, () => location.reload());
  }
}

begin();
