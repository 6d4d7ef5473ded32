/* Progress: what to do next, a line for each criterion, and all the numbers. */

import { ask, show } from "/static/api.js";
import { chart } from "/static/chart.js";
import { coverageTable } from "/static/coverage.js";
import { day, make, part, say } from "/static/dom.js";
import { next, tenths } from "/static/progress_next.js";
import { verdictWords } from "/static/verdicts.js";

function figure(line) {
  const newest = line.scores.at(-1);
  const { now = newest.score, before = null, minimum = newest.minimum } = line;
  const reached = now === null || now >= minimum;
  const head = make(
    "span",
    {},
    make("span", { class: "now", text: now === null ? "" : tenths(now) }),
  );
  const change = now === null || before === null ? 0 : tenths(now - before);
  if (change) {
    const way = change > 0 ? "up" : "down";
    head.append(make("span", { class: "change", text: ` ${way} ${Math.abs(change)}` }));
  }
  return make(
    "figure",
    { class: `line ${reached ? "reached" : "short"}` },
    make("figcaption", {}, make("b", { text: line.name }), head),
    chart({ ...line, minimum }),
  );
}

function table(told, shown) {
  const head = make(
    "tr",
    {},
    make("th", { scope: "col", text: "Session" }),
    make("th", { scope: "col", text: "Verdict" }),
  );
  const titles = Object.fromEntries((told.questions ?? []).map(({ id, title }) => [id, title]));
  for (const line of shown) head.append(make("th", { scope: "col", text: line.name }));
  const rows = told.sessions
    .filter((each) => each.verdict)
    .map((session) => {
      const name = session.folder;
      const report = make("a", {
        href: `/report/${encodeURIComponent(name)}`,
        text: day(session.at),
      });
      const scores = shown.map(
        (line) => line.scores.find((each) => each.session === session.id)?.score ?? "–",
      );
      return make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          report,
          make("span", {
            class: "remark",
            text: ` ${session.questions.map((id) => titles[id] ?? id).join(" · ")}`,
          }),
        ),
        make("td", { text: verdictWords(session.verdict, session.level) }),
        ...scores.map((score) =>
          make("td", { text: typeof score === "number" ? tenths(score) : score }),
        ),
      );
    });
  part("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows.reverse()));
}

function draw(told) {
  const shown = told.criteria.filter((line) => line.scores.length);
  if (!shown.length) {
    const none = told.sessions.length
      ? "In what you have said so far there was too little to score. A whole question gives the first line."
      : "Nothing is scored yet. After your first interview a line begins here for each criterion.";
    say(part("lead"), none);
    part("weakest").append(
      make("a", { class: "button main-act", href: "/", text: "Start an interview" }),
    );
    return;
  }
  const steps = next(told);
  if (steps.length) part("weakest").replaceChildren(make("div", { class: "next" }, ...steps));
  part("lines").replaceChildren(...shown.map(figure));
  part("notes").replaceChildren(...(told.notes ?? []).map((text) => make("li", { text })));
  table(told, shown);
  part("numbers").hidden = false;
  if (told.coverage?.length) {
    part("coverage").replaceChildren(...coverageTable(told.coverage));
    part("covered").hidden = false;
  }
}

async function begin() {
  try {
    draw(await ask("/api/progress"));
  } catch (error) {
    show(part("trouble"), error, () => location.reload());
  }
}

begin();
