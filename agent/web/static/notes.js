/* The candidate's own notes: sent a moment after the last key, kept with the session. */

import { part, say } from "/static/dom.js";

const QUIET_MS = 700;

export class Notes {
  /** `send(text)`: whether it could be sent. */
  constructor(send) {
    this.send = send;
    this.area = part("notes");
    this.waiting = false;
    this.area.addEventListener("input", () => {
      this.waiting = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), QUIET_MS);
    });
    this.area.addEventListener("blur", () => this.flush());
  }

  /** What the server has, unless something newer stands here. */
  restore(text) {
    if (this.waiting) this.flush();
    else this.area.value = text;
    if (text) part("notes-pane").open = true;
  }

  flush() {
    if (!this.waiting) return;
    clearTimeout(this.timer);
    this.waiting = !this.send(this.area.value);
    say(
      part("notes-state"),
      this.waiting
        ? "Not saved yet: the connection is lost."
        : "Saved with the session, never scored.",
    );
  }
}
