/* What the candidate can do: buttons and the same keys as in the terminal. */

import { part } from "/static/dom.js";

const KEYS = {
  Enter: "done",
  " ": "done",
  p: "pause",
  r: "repeat",
  h: "hint",
  s: "skip",
  k: "type",
  q: "stop",
};
const BUTTONS = {
  done: "done",
  "go-on": "go_on",
  pause: "pause",
  repeat: "repeat",
  hint: "hint",
  skip: "skip",
  type: "type",
  stop: "stop",
};
const WRITES = "input, textarea, select, [contenteditable]";

/** `act(what)` is called with done, go_on, pause, repeat, hint, skip, type or stop. */
export function listenToActs(act, running) {
  for (const [id, what] of Object.entries(BUTTONS)) {
    part(id).addEventListener("click", (event) => {
      // After a click of the mouse, Enter means "I'm done" again and not the button once more.
      if (event.detail > 0) event.currentTarget.blur();
      act(what);
    });
  }
  addEventListener("keydown", (event) => {
    const what = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!what || !running() || event.repeat || taken(event)) return;
    event.preventDefault();
    act(what);
  });
}

/** Whether the key belongs to something else: a field, a focused control, the browser, a dialog. */
function taken(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]"))
    return true;
  if (event.target.closest?.(WRITES)) return true;
  const presses = event.key === "Enter" || event.key === " ";
  return presses && Boolean(event.target.closest?.("button, a, summary"));
}

/** Which buttons there are in `state`. */
export function offer(state, { typed, lost }) {
  const paused = state === "paused";
  const waiting = state === "no_speaker";
  part("done").hidden = typed || paused || waiting;
  part("go-on").hidden = !(paused || waiting);
  part("type").hidden = typed;
  part("pause").disabled = paused || lost;
  part("done").disabled = lost || state !== "listening";
  for (const id of ["go-on", "repeat", "hint", "skip", "type", "stop"]) part(id).disabled = lost;
}

/** Ask first. Resolves to the id of the button that closed the dialog, "" when it was dismissed. */
export function confirmed(id) {
  const dialog = part(id);
  return new Promise((resolve) => {
    const close = (event) => {
      const button = event.target.closest("button");
      if (button) dialog.close(button.id);
    };
    dialog.returnValue = "";
    dialog.addEventListener("click", close);
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("click", close);
        resolve(dialog.returnValue);
      },
      { once: true },
    );
    dialog.showModal();
  });
}
