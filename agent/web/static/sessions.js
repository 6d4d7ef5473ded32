/* The list of sessions: read, go on, try again, delete. */

import { ask, show } from "/static/api.js";
import { confirmed } from "/static/acts.js";
import { clock, day, make, part, say } from "/static/dom.js";
import { resume } from "/static/unfinished.js";
import { verdictWords } from "/static/verdicts.js";

function titles(session) {
  return session.questions.map((each) => each.title).join(" · ") || session.name;
}

function row(session) {
  if (session.problem) {
    return make(
      "li",
      {},
      make("p", { class: "when", text: "" }),
      make(
        "div",
        {},
        make("h2", { text: session.name }),
        make("p", { class: "facts", text: session.problem }),
      ),
      make("div", { class: "row" }, remove(session)),
    );
  }
  const facts = [session.level, clock(session.length_ms), turns(session.turns)];
  if (session.retry_of) facts.push("a second attempt");
  return make(
    "li",
    {},
    make("p", { class: "when", text: day(session.created) }),
    make(
      "div",
      {},
      make("h2", { text: titles(session) }),
      make("p", { class: `result ${session.verdict ?? ""}`, text: state(session) }),
      make("p", { class: "facts", text: facts.join(" · ") }, ...files(session)),
      session.has_notes ? notes(session) : null,
    ),
    make("div", { class: "row" }, ...acts(session)),
  );
}

/** What can be taken along. */
function files(session) {
  const at = `/api/sessions/${encodeURIComponent(session.name)}`;
  const file = (name, text, as) => make("a", { href: `${at}/${name}`, download: as, text });
  const found = [];
  if (session.scored) found.push(" · ", file("report.md", "as text", `${session.name}.md`));
  if (session.has_audio) found.push(" · ", file("audio", "recording", `${session.name}.wav`));
  return found;
}

/** The candidate's own notes, fetched when they are opened. */
function notes(session) {
  const words = make("p", { class: "notes", dir: "auto" });
  const box = make("details", {}, make("summary", { text: "Your notes" }), words);
  box.addEventListener(
    "toggle",
    async () => {
      try {
        say(words, (await ask(`/api/sessions/${encodeURIComponent(session.name)}`)).notes);
      } catch (error) {
        say(words, `${error.message} ${error.todo}`);
      }
    },
    { once: true },
  );
  return box;
}

function turns(number) {
  return `${number} turn${number === 1 ? "" : "s"}`;
}

function state(session) {
  if (session.running) return "Running now";
  if (session.scored) return verdictWords(session.verdict, session.level);
  return session.ended === "" ? "Unfinished" : "Not scored";
}

function acts(session) {
  const name = encodeURIComponent(session.name);
  if (session.running)
    return [
      make("a", { class: "button small", href: `/interview/${session.id}`, text: "Open it" }),
    ];
  const found = [];
  if (session.scored) {
    found.push(
      link(session, `/report/${name}`, "Report"),
      link(session, `/?retry=${name}`, "Try again"),
    );
  } else if (session.ended === "") {
    const words = { text: "Go on", "aria-label": `Go on: ${titles(session)}` };
    const onclick = () => resume(session.name, part("trouble"));
    found.push(make("button", { type: "button", class: "small", ...words, onclick }));
  }
  return [...found, remove(session)];
}

function link(session, href, text) {
  return make("a", {
    class: "button small",
    href,
    text,
    "aria-label": `${text}: ${titles(session)}`,
  });
}

function remove(session) {
  const name = session.problem ? session.name : titles(session);
  return make("button", {
    type: "button",
    class: "small quiet danger",
    text: "Delete",
    "aria-label": `Delete: ${name}`,
    onclick: () => erase(session, name),
  });
}

async function erase(session, name) {
  const when = session.problem ? "" : ` of ${day(session.created).toLowerCase()}`;
  say(
    part("confirm-words"),
    `${name}${when}: the recording, the words, the report and your notes are gone for good.`,
  );
  if ((await confirmed("confirm")) !== "delete") return;
  try {
    await ask(`/api/sessions/${encodeURIComponent(session.name)}`, { method: "DELETE" });
    say(part("done"), `${name} was deleted.`);
  } catch (error) {
    show(part("trouble"), error);
  }
  await fill();
  part("content").querySelector("h1").focus();
}

function empty() {
  return make(
    "li",
    { class: "empty" },
    make("p", {
      text: "There is none yet. Twenty minutes with one question are a good beginning.",
    }),
    make("a", { class: "button main-act", href: "/", text: "Start your first interview" }),
  );
}

async function fill() {
  try {
    const { sessions } = await ask("/api/sessions");
    part("sessions").replaceChildren(...(sessions.length ? sessions.map(row) : [empty()]));
  } catch (error) {
    show(part("trouble"), error, () => location.reload());
  }
}

async function home() {
  try {
    const choices = await ask("/api/choices");
    say(part("home"), `Kept in ${choices.sessions_home}, readable by you alone.`);
  } catch {
    // The list has said what is wrong.
  }
}

fill();
home();
