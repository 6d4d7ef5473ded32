/* The clock of the session: the server tells it now and then, the page counts on between. */

import { clock, part, say } from "/static/dom.js";

export class SessionClock {
  constructor() {
    this.told = null;
    setInterval(() => this.draw(), 250);
  }

  /** A `clock` message. */
  set(message) {
    this.told = { ...message, at: performance.now() };
    part("time").hidden = false;
    say(part("minutes"), String(Math.round(message.minutes ?? 0)));
    const which =
      message.questions > 1 ? `Question ${message.question} of ${message.questions} · ` : "";
    say(part("phase"), `${which}${message.phase_name ?? ""}`);
    this.draw();
  }

  /** It stands still: the connection is lost, or everything is over. */
  hold() {
    if (this.told)
      this.told = { ...this.told, now_ms: this.nowMs, at: performance.now(), running: false };
  }

  get nowMs() {
    const { now_ms: nowMs, at, running } = this.told;
    return running ? nowMs + performance.now() - at : nowMs;
  }

  draw() {
    if (!this.told) return;
    say(part("clock"), clock(this.nowMs));
    const share = this.told.minutes ? Math.min(1, this.nowMs / (this.told.minutes * 60_000)) : 0;
    part("spent").style.setProperty("--share", share.toFixed(4));
  }
}
