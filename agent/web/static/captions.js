/* The conversation in words, as it happens: both sides, the latest exchange the largest. */

import { clock, make, say } from "/static/dom.js";

/** So near to its end the text is followed. */
const NEAR_PX = 60;

export class Captions {
  /** `list`: an <ol>. `scroller`: what scrolls around it. */
  constructor(list, scroller) {
    this.list = list;
    this.scroller = scroller;
    this.interviewer = "Interviewer";
    this.turns = [];
    this.follows = true;
    scroller.addEventListener("scroll", () => {
      const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      this.follows = below < NEAR_PX;
    });
    // When the region shrinks, the last words would slip below its edge.
    new ResizeObserver(() => this.toEnd()).observe(scroller);
  }

  /** Begin anew with what a server knows of the conversation so far. */
  restart(captions) {
    this.list.replaceChildren();
    this.turns = [];
    for (const each of captions) this.push(each);
  }

  /** One caption message. */
  push({ who, text, final, at_ms: atMs, goes_on: goesOn = false }) {
    if (who === "interviewer") {
      const turn = this.last?.who === who ? this.last : this.begin(who, atMs);
      turn.parts.push(text);
      this.write(turn);
      return;
    }
    const turn = this.openTurn(atMs);
    turn.partial = "";
    if (final) {
      turn.settled = text;
      turn.parts = [];
    } else {
      turn.parts.push(text);
    }
    turn.open = !final || goesOn;
    this.write(turn);
  }

  /** What was understood of the clause that the candidate is speaking. */
  partly(text) {
    const turn = this.openTurn(null);
    turn.partial = text;
    turn.open = true;
    this.write(turn);
  }

  /** The candidate's turn that goes on, or a new one. */
  openTurn(atMs) {
    const goesOn = this.last?.who === "candidate" && this.last.open;
    return goesOn ? this.last : this.begin("candidate", atMs);
  }

  /** What the interviewer said since the candidate's last turn counts as never said. */
  withdraw() {
    while (this.last?.who === "interviewer") {
      this.turns.pop().element.remove();
    }
    if (this.last) {
      this.last.open = true;
      this.write(this.last);
    }
  }

  /** After a resume: what was asked before, still to be answered. */
  waiting(text) {
    if (this.last?.who === "interviewer" && this.last.parts.join(" ").includes(text)) return;
    const turn = this.begin("interviewer", null);
    turn.parts.push(text);
    this.write(turn);
  }

  get last() {
    return this.turns.at(-1);
  }

  begin(who, atMs) {
    const name = who === "interviewer" ? this.interviewer : "You";
    const words = make("p", { class: "words", dir: "auto" });
    const head = make("p", { class: "who" }, make("b", { text: name }));
    if (atMs !== null && atMs !== undefined)
      head.append(make("span", { class: "at", text: clock(atMs) }));
    const element = make("li", { class: who }, head, words);
    const turn = { who, parts: [], partial: "", settled: "", open: false, element, words };
    this.turns.push(turn);
    this.list.append(element);
    for (const each of this.turns) each.element.classList.toggle("latest", this.isLatest(each));
    return turn;
  }

  /** The last turn of each side. */
  isLatest(turn) {
    return turn === this.turns.findLast((each) => each.who === turn.who);
  }

  write(turn) {
    // A turn that goes on after it was taken for finished begins with what was understood before.
    const goesOn = turn.open || !turn.settled;
    const parts = goesOn ? [turn.settled, ...turn.parts, turn.partial] : [turn.settled];
    say(turn.words, parts.filter(Boolean).join(" "));
    turn.element.classList.toggle("open", turn.open);
    this.toEnd();
  }

  /** Show the last words, unless somebody has scrolled back to read. */
  toEnd() {
    if (this.follows) this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
