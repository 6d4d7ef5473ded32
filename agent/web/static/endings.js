/* How an interview's page ends: evaluated, saved for later, open elsewhere, or not there at all. */

import { ask, show } from "/static/api.js";
import { make, part, say } from "/static/dom.js";
import { keepRating, ratingForm } from "/static/self_rating.js";

const STAGES = ["ready", "gone", "live", "after"];

/** Show that one of the page's four parts. */
export function turnTo(stage) {
  document.body.dataset.stage = stage;
  for (const each of STAGES) part(each).hidden = each !== stage;
}

export function stage() {
  return document.body.dataset.stage;
}

const toList = () => make("a", { class: "button", href: "/sessions", text: "All sessions" });
const toStart = () => make("a", { class: "button main-act", href: "/", text: "Start a new one" });
const toReport = (href) => make("a", { class: "button main-act", href, text: "Read the report" });

/** The judge reads. */
export function evaluating() {
  if (stage() === "after") return;
  turnTo("after");
  document.title = "Reading your answers · Viva";
  part("after-title").focus();
}

export function judged(done) {
  say(part("judged-words"), `${done} criteria read`);
}

/** Scored. What the candidate thinks of it is asked before, and goes with the way to the report. */
export function finished({ session, report, rate = [] }) {
  evaluating();
  document.title = "Your report is ready · Viva";
  say(part("after-title"), "Your report is ready");
  say(
    part("after-lead"),
    "What was clear, what was missing, and the one thing to do next, each with your own words.",
  );
  part("progressing").hidden = true;
  const retry = `/?retry=${encodeURIComponent(session)}`;
  const read = toReport(report);
  if (rate.length) {
    const form = ratingForm(rate);
    part("after-acts").before(form);
    read.addEventListener("click", async (event) => {
      event.preventDefault();
      await keepRating(session, form);
      location.assign(report);
    });
  }
  part("after-acts").replaceChildren(
    read,
    toList(),
    make("a", { class: "button quiet", href: retry, text: "Try the same again" }),
  );
  part("after-acts").hidden = false;
  if (!rate.length) read.focus();
}

function gone(title, lead, ...acts) {
  turnTo("gone");
  document.title = `${title} · Viva`;
  say(part("gone-title"), title);
  say(part("gone-lead"), lead);
  part("gone-acts").replaceChildren(...acts);
}

/** Stopped without an end: it can be taken up again. */
export function saved(session, lead) {
  const resume = make("button", { type: "button", class: "main-act", text: "Go on with it" });
  resume.addEventListener("click", async () => {
    resume.disabled = true;
    try {
      const made = await ask("/api/interviews", { method: "POST", body: { resume: session } });
      location.replace(made.page);
    } catch (error) {
      resume.disabled = false;
      show(part("gone-trouble"), error);
    }
  });
  if (session) gone("Stopped, and saved", lead, resume, toList());
  else gone("Stopped", lead, toStart(), toList());
}

export function takenOver() {
  const back = make("button", { type: "button", class: "main-act", text: "Take it back here" });
  back.addEventListener("click", () => location.reload());
  gone(
    "Open on another page",
    "This interview goes on in another window or tab. Only one can talk at a time.",
    back,
  );
}

export function noAccess() {
  gone(
    "The server was started again",
    "It does not know this browser any more. Open the address that it printed in its terminal; your interview is saved.",
  );
}

/** The server does not run it any more: scored, saved, or never there. */
export async function missing(id) {
  gone("This interview is not running", "");
  let found;
  try {
    found = (await ask("/api/sessions")).sessions.find((each) => each.id === id);
  } catch (error) {
    show(part("gone-trouble"), error, () => location.reload());
    return;
  }
  if (found?.scored) {
    const report = `/report/${encodeURIComponent(found.name)}`;
    gone("This interview is over", "Its report is ready.", toReport(report), toList());
  } else if (found) {
    saved(found.name, "Everything you said is kept. You can go on where it stopped.");
  } else {
    gone(
      "This interview is not running",
      "It was never begun, or it was deleted.",
      toStart(),
      toList(),
    );
  }
}
