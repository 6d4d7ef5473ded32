/* The big state: whose turn it is, and one short sentence for somebody who is nervous. */

import { part, say } from "/static/dom.js";

/** A remark that answers a press stays so long. */
const NOTE_MS = 4000;

const TITLES = {
  starting: "Getting ready",
  listening: "Your turn",
  thinking: "One moment",
  paused: "Paused",
  typing: "Your turn to write",
  no_microphone: "No microphone",
  no_speaker: "No sound",
  evaluating: "Reading your answers",
  lost: "Connection lost",
};
const REMARKS = {
  starting: "The first question comes in a moment.",
  thinking: "",
  paused: "The clock stands, and nothing is listened to.",
  typing: "Take your time.",
  no_microphone: "The interview waits. Plug the microphone in or switch it on; or press Type.",
  no_speaker: "The interview waits. Look whether this page may play sound, then press Go on.",
};

export class StatePanel {
  constructor() {
    this.state = "starting";
    this.interviewer = "Your interviewer";
    this.speaking = false;
    this.heardSome = false;
    this.canInterrupt = false;
    this.note = "";
    this.box = part("now");
    this.draw();
  }

  set(state) {
    if (state !== this.state) {
      // Whoever cut in is speaking already when it becomes their turn.
      if (state !== "listening") this.speaking = false;
      this.heardSome = this.speaking;
    }
    this.state = state;
    this.draw();
  }

  /** The candidate is heard to speak, or to stop. */
  voice(speaking) {
    this.speaking = speaking;
    if (speaking) this.heardSome = true;
    this.draw();
  }

  /** A sentence in answer to a press, for a moment. */
  answer(text) {
    this.note = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.note = "";
      this.draw();
    }, NOTE_MS);
    say(part("announce"), text);
    this.draw();
  }

  /** How loud the candidate is, 0 to 1, while listened to. */
  level(share) {
    const shown = this.state === "listening" ? share : 0;
    part("halo").style.setProperty("--level", shown.toFixed(2));
  }

  /** While nobody can be reached. */
  lost(waitMs) {
    this.state = "lost";
    const seconds = Math.max(1, Math.round(waitMs / 1000));
    this.lostRemark = `Your answer so far is kept, and the clock stands. Trying again in ${seconds} s.`;
    this.draw();
  }

  get title() {
    return this.state === "speaking"
      ? `${this.interviewer} is speaking`
      : (TITLES[this.state] ?? this.state);
  }

  get remark() {
    if (this.state === "lost") return this.lostRemark;
    if (this.note) return this.note;
    if (this.state === "speaking") return this.canInterrupt ? "To cut in, just speak." : "";
    if (this.state !== "listening") return REMARKS[this.state] ?? "";
    if (this.speaking) return "I hear you.";
    return this.heardSome ? "Go on, or press I’m done." : "Take your time.";
  }

  draw() {
    this.box.dataset.state = this.state;
    say(part("state"), this.title);
    say(part("remark"), this.remark);
    document.title = `${this.title} · Viva`;
  }
}
