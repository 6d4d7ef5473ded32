/* Put misheard words right, score again, say what that changed. */
import { ask, show } from "/static/api.js";
import { clock, make, part } from "/static/dom.js";

const name = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const session = `/api/sessions/${encodeURIComponent(name)}`;

async function load() {
  try {
    const { turns } = await ask(`${session}/corrections`);
    part("trouble").hidden = true;
    part("report").href = `/report/${encodeURIComponent(name)}`;
    part("turns").replaceChildren(...turns.map(item));
    document.getElementById(location.hash.slice(1))?.querySelector("textarea").focus();
  } catch (trouble) {
    show(part("trouble"), trouble, load);
  }
}

/** One turn with its form. */
function item(turn) {
  const id = `words-${turn.turn}`;
  const words = make("textarea", { id, rows: 4, dir: "auto", spellcheck: "false" });
  words.value = turn.text;
  const sure = make("input", { type: "checkbox" });
  const save = make("button", { type: "submit", class: "small", text: "Save and score again" });
  const when = turn.start_ms === null ? "" : `, ${clock(turn.start_ms)}`;
  const form = make(
    "form",
    {},
    make("label", { for: id, text: `Turn ${turn.turn}${when}` }),
    turn.unsure.length
      ? make("p", { class: "remark", text: `Hard to recognise: ${turn.unsure.join(", ")}` })
      : null,
    words,
    turn.heard
      ? make("p", { class: "remark", dir: "auto", text: `Heard at first: ${turn.heard}` })
      : null,
    make("label", { class: "sure" }, sure, "Every word is now as I said it"),
    make(
      "div",
      { class: "row" },
      save,
      turn.heard
        ? make("button", {
            type: "button",
            class: "small quiet",
            text: "Back to what was heard",
            onclick: () => send(turn.turn, { undo: true }),
          })
        : null,
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(turn.turn, { text: words.value, sure: sure.checked });
  });
  return make("li", { id: `turn-${turn.turn}` }, form);
}

async function send(turn, body) {
  const buttons = [...document.querySelectorAll("#turns button")];
  for (const each of buttons) each.disabled = true;
  const told = part("changed");
  told.replaceChildren(make("p", { text: "Scoring again …" }));
  told.hidden = false;
  try {
    const { lines } = await ask(`${session}/turns/${turn}/correction`, { method: "POST", body });
    await load();
    part("report").href = `/report/${encodeURIComponent(name)}#turn-${turn}`;
    told.replaceChildren(
      make("b", { text: "What that changed" }),
      make("p", { dir: "auto", text: lines.join("\n") }),
    );
  } catch (trouble) {
    told.hidden = true;
    show(part("trouble"), trouble);
    for (const each of buttons) each.disabled = false;
  }
}

load();
