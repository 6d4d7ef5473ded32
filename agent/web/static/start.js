/* The start page: what kind of interview, and does the microphone work? */

import { ask, show } from "/static/api.js";
import { day, make, part, say } from "/static/dom.js";
import { offerMicrophoneTest } from "/static/microphone_test.js";
import { drop, unfinished } from "/static/unfinished.js";

const REMEMBERED = "viva.wish";
/** The interview that this tab booked last. */
const BOOKED = "viva.booked";
const LENGTHS = [10, 20, 30, 45, 60];
const MIXED = "mixed";
const ONE = "one";
const LEVEL_WORDS = {
  junior: "Basics and algorithms, explained clearly.",
  mid: "Applied machine learning and parts of a system.",
  senior: "Whole systems, production, trade-offs.",
};
const CATEGORY_WORDS = {
  fundamentals: "Applied: bias and variance, metrics, imbalance, calibration.",
  "system-design": "One system from the goal to its life in production.",
  "data-engineering": "Pipelines, features, labels, drift.",
  deployment: "Serving, rollout, monitoring, cost.",
  behavioural: "What you did, decided and learned.",
};
const DIFFICULTY_WORDS = {
  1: "Few follow-ups, early hints, plenty of time.",
  2: "A little gentler than usual.",
  3: "As in most interviews of that level.",
  4: "Digs deeper, changes more, hints late.",
  5: "Deep probing, hard twists, no slack.",
};

let choices;
const wanted = new URLSearchParams(location.search);
/** A session whose questions are put again. */
const retry = wanted.get("retry");

function chosen(name) {
  return document.querySelector(`input[name="${name}"]:checked`)?.value ?? null;
}

function pick(name, value) {
  const found = document.querySelector(
    `input[name="${name}"][value="${CSS.escape(String(value))}"]`,
  );
  if (found) found.checked = true;
  return Boolean(found);
}

function radio(kind, name, value, ...inside) {
  return make("label", { class: kind }, ...inside, make("input", { type: "radio", name, value }));
}

function card(name, value, title, words, beside = "") {
  const head = make("b", { text: title });
  if (beside) head.append(make("i", { text: `, ${beside}` }));
  return radio("card", name, value, head, make("small", { text: words }));
}

function upper(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function fill() {
  const { categories, levels, personas, difficulties } = choices;
  part("whats").append(
    card(
      "what",
      MIXED,
      "Surprise me",
      "A mixed session, as in an onsite: several questions from different areas.",
    ),
    ...categories.map(({ id, title }) => card("what", id, title, CATEGORY_WORDS[id] ?? "")),
    card("what", ONE, "One question", "Choose which, and take it in depth."),
  );
  part("levels").append(...levels.map((id) => card("level", id, upper(id), LEVEL_WORDS[id] ?? "")));
  part("personas").append(
    ...personas.map(({ id, name, title, description }) =>
      card("persona", id, name, description, title),
    ),
  );
  part("lengths").append(
    ...LENGTHS.map((n) => radio("chip", "minutes", n, make("span", { text: n }))),
    otherLength(),
  );
  part("difficulties").append(
    ...difficulties.map(({ step, title }) =>
      radio("chip", "difficulty", step, make("span", { text: upper(title) })),
    ),
  );
  say(part("privacy"), choices.privacy);
}

function otherLength() {
  const [least, most] = choices.minutes_range;
  const field = make("input", {
    type: "number",
    id: "other-minutes",
    min: least,
    max: most,
    step: 1,
    inputmode: "numeric",
  });
  field.addEventListener("input", () => {
    for (const each of document.querySelectorAll('input[name="minutes"]')) each.checked = false;
  });
  return make(
    "label",
    { class: "other" },
    make("span", { text: "or" }),
    field,
    make("span", { text: "minutes" }),
  );
}

/** The choice of last time, else the defaults. */
function restore() {
  const { defaults } = choices;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    // What cannot be read was not kept.
  }
  pick("what", MIXED);
  for (const name of ["level", "persona", "difficulty"]) {
    if (!pick(name, kept[name] ?? defaults[name])) pick(name, defaults[name]);
  }
  if (kept.what) pick("what", kept.what);
  fillQuestions(kept.question);
  if (kept.minutes) setMinutes(kept.minutes);
  else usualMinutes();
  askedFor(wanted.get("question"));
}

/** A question named in the address is chosen, at a level it is asked of. */
function askedFor(id) {
  const found = choices.questions.find((each) => each.id === id);
  if (!found) return;
  if (!found.levels.includes(chosen("level"))) pick("level", found.levels.at(-1));
  pick("what", ONE);
  fillQuestions(id);
  usualMinutes();
}

function setMinutes(minutes) {
  for (const each of document.querySelectorAll('input[name="minutes"]')) each.checked = false;
  part("other-minutes").value = pick("minutes", minutes) ? "" : minutes;
}

function usualMinutes() {
  const { minutes, minutes_one_question: one } = choices.defaults;
  setMinutes(chosen("what") === ONE ? one : minutes);
}

function minutes() {
  return Number(chosen("minutes") ?? part("other-minutes").value) || null;
}

/** The questions that are asked at the chosen level, by category. */
function fillQuestions(keep = part("question").value) {
  const level = chosen("level");
  const groups = choices.categories.map(({ id, title }) => {
    const fitting = choices.questions.filter(
      (each) => each.category === id && each.levels.includes(level),
    );
    return make(
      "optgroup",
      { label: title },
      ...fitting.map((each) => make("option", { value: each.id, text: each.title })),
    );
  });
  const select = part("question");
  select.replaceChildren(...groups.filter((group) => group.children.length));
  select.value = keep;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

function whatWords() {
  if (retry) return "the same questions again";
  const what = chosen("what");
  if (what === MIXED) return "a mixed session";
  if (what === ONE) return part("question").selectedOptions[0]?.text.toLowerCase() ?? "";
  return choices.categories.find((each) => each.id === what)?.title.toLowerCase() ?? "";
}

function update() {
  part("one").hidden = chosen("what") !== ONE;
  say(part("difficulty-words"), DIFFICULTY_WORDS[chosen("difficulty")] ?? "");
  const persona = choices.personas.find((each) => each.id === chosen("persona"));
  const long = minutes() ? `${minutes()} minutes` : "no length yet";
  say(
    part("summary"),
    `${upper(chosen("level"))}, ${whatWords()}, ${long} with ${persona?.name ?? "an interviewer"}`,
  );
}

function wish() {
  const common = {
    level: chosen("level"),
    persona: chosen("persona"),
    difficulty: Number(chosen("difficulty")),
    minutes: minutes(),
  };
  if (retry) return { retry, ...common };
  const what = chosen("what");
  return {
    ...common,
    question: what === ONE ? part("question").value : null,
    category: what === ONE || what === MIXED ? null : what,
  };
}

/** Whoever comes back from "Ready" to change something must not wait for their own old place. */
async function giveBack() {
  const booked = sessionStorage.getItem(BOOKED);
  if (!booked) return;
  sessionStorage.removeItem(BOOKED);
  const { interviews } = await ask("/api/interviews");
  const mine = interviews.find((each) => each.id === booked);
  if (mine && !mine.connected && mine.now_ms === 0) await drop(booked);
}

async function start(event) {
  event?.preventDefault();
  const button = part("start");
  button.disabled = true;
  say(button, "One moment…");
  if (!retry) {
    const { level, persona, difficulty, minutes: long, question } = wish();
    const kept = { what: chosen("what"), level, persona, difficulty, minutes: long, question };
    localStorage.setItem(REMEMBERED, JSON.stringify(kept));
  }
  try {
    await giveBack();
    const made = await ask("/api/interviews", { method: "POST", body: wish() });
    sessionStorage.setItem(BOOKED, made.id);
    location.assign(made.page);
  } catch (error) {
    button.disabled = false;
    say(button, "Start");
    show(part("trouble"), error, error.kind === "busy" ? start : null);
    part("trouble").scrollIntoView({ block: "center" });
  }
}

async function offerRetry() {
  part("what").hidden = true;
  part("retry").hidden = false;
  const { sessions } = await ask("/api/sessions");
  const found = sessions.find((each) => each.name === retry);
  const titles = found?.questions.map((each) => each.title).join(", ") ?? retry;
  say(
    part("retry-words"),
    `${titles}${found ? `, as on ${day(found.created).toLowerCase()}` : ""}. Afterwards both attempts can be compared.`,
  );
  if (!found) return;
  pick("level", found.level);
  pick("persona", found.persona);
  setMinutes(found.minutes);
}

async function begin() {
  try {
    choices = await ask("/api/choices");
    fill();
    restore();
    if (retry) await offerRetry();
    update();
    part("start").disabled = false;
    part("waiting").replaceChildren(...(await unfinished(part("trouble"))));
  } catch (error) {
    show(part("trouble"), error, () => location.reload());
  }
}

part("wish").addEventListener("input", (event) => {
  if (event.target.name === "what") usualMinutes();
  if (event.target.name === "minutes") part("other-minutes").value = "";
  if (event.target.name === "level") fillQuestions();
  update();
});
part("wish").addEventListener("submit", start);
// The browser may show the page as it was left, with a button that is no longer to be pressed.
addEventListener("pageshow", (event) => event.persisted && location.reload());
offerMicrophoneTest();
begin();
