/* How it went in the candidate's own eyes, asked before the score is shown. Any row may be left out. */

import { ask } from "/static/api.js";
import { make } from "/static/dom.js";

const STEPS = [1, 2, 3, 4, 5];
const ENDS = "1: it was hardly there. 5: rarely done better.";

/** The form for those criteria ([{key, name}]). */
export function ratingForm(criteria) {
  return make(
    "div",
    { class: "rating" },
    make("h2", { text: "Before you look: how did it go?" }),
    make("p", { class: "remark", text: `${ENDS} Progress shows how well you know yourself.` }),
    ...criteria.map(({ key, name }) =>
      make(
        "fieldset",
        {},
        make("legend", { text: name }),
        make("div", { class: "steps" }, ...STEPS.map((step) => radio(key, step))),
      ),
    ),
  );
}

function radio(key, step) {
  return make(
    "label",
    {},
    make("input", { type: "radio", name: key, value: step }),
    make("span", { text: step }),
  );
}

/** Keep what was ticked in `form`; a failure must not stand between somebody and the report. */
export async function keepRating(session, form) {
  const rated = {};
  for (const each of form.querySelectorAll("input:checked")) rated[each.name] = Number(each.value);
  if (!Object.keys(rated).length) return;
  const path = `/api/sessions/${encodeURIComponent(session)}/self-rating`;
  await ask(path, { method: "POST", body: rated }).catch(() => null);
}
