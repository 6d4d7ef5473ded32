/* Interviews that wait for somebody: running without a page, or stopped before their end. */

import { ask, show } from "/static/api.js";
import { clock, day, make } from "/static/dom.js";

const MOST = 2;

/** A notice for each, the newest first. `trouble`: the box that tells what went wrong. */
export async function unfinished(trouble) {
  const [{ interviews }, { sessions }] = await Promise.all([
    ask("/api/interviews"),
    ask("/api/sessions"),
  ]);
  const running = interviews
    .filter((each) => !each.connected && each.now_ms > 0)
    .map((each) => {
      const save = make("button", { type: "button", class: "quiet", text: "Save it for later" });
      save.addEventListener("click", async () => {
        await drop(each.id).catch((error) => show(trouble, error));
        location.reload();
      });
      const act = { href: `/interview/${each.id}` };
      return notice("An interview is waiting for you", at(each), act, save);
    });
  const stopped = sessions
    .filter((each) => !each.problem && each.ended === "" && !each.running && each.turns > 0)
    .slice(0, MOST)
    .map((each) => {
      const titles = each.questions.map((question) => question.title).join(", ");
      const words = `${titles}. ${day(each.created)}, stopped at ${clock(each.length_ms)}.`;
      return notice("You have an unfinished interview", words, {
        onclick: () => resume(each.name, trouble),
      });
    });
  return [...running, ...stopped];
}

/** Stop an interview and save what there is of it. */
export function drop(id) {
  return ask(`/api/interviews/${id}`, { method: "DELETE" });
}

/** Go on with a stopped session. */
export async function resume(name, trouble) {
  try {
    location.assign(
      (await ask("/api/interviews", { method: "POST", body: { resume: name } })).page,
    );
  } catch (error) {
    show(trouble, error, error.kind === "busy" ? () => resume(name, trouble) : null);
  }
}

function at({ now_ms: nowMs, minutes, level }) {
  return `${level[0].toUpperCase()}${level.slice(1)}, ${clock(nowMs)} of ${Math.round(minutes)} minutes. The clock stands still.`;
}

function notice(title, words, act, ...more) {
  const button = act.href
    ? make("a", { class: "button", text: "Go on with it", ...act })
    : make("button", { type: "button", text: "Go on with it", ...act });
  return make(
    "div",
    { class: "notice" },
    make("p", {}, make("b", { text: title }), words),
    make("div", { class: "row" }, button, ...more),
  );
}
