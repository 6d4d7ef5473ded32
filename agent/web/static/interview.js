/* One interview: get ready, talk, and wait for the report. */

import { confirmed, listenToActs, offer } from "/static/acts.js";
import { ask, show, Trouble } from "/static/api.js";
import { Captions } from "/static/captions.js";
import { Connection } from "/static/connection.js";
import { part } from "/static/dom.js";
import * as endings from "/static/endings.js";
import { Meter, share } from "/static/loudness.js";
import { Notes } from "/static/notes.js";
import { getReady, troubled } from "/static/ready.js";
import { SessionClock } from "/static/session_clock.js";
import { Microphone, RATE_HZ, Speaker } from "/static/sound.js";
import { StatePanel } from "/static/state_panel.js";

const ID = location.pathname.split("/").at(-1);
/** A lost microphone is looked for this often. */
const LOOK_AGAIN_MS = 1500;
/** A notice stays so long. */
const NOTICE_MS = 12_000;
/** States in which nothing that is said counts. */
const DEAF = ["starting", "paused", "lost"];
const WIDE = "(min-width: 64rem)";
const ANSWERS = {
  repeat: "The question comes again.",
  hint: "A hint comes. It is noted in the report.",
  skip: "On to the next question.",
};

class Interview {
  constructor() {
    this.panel = new StatePanel();
    this.clock = new SessionClock();
    this.captions = new Captions(part("turns"), part("captions"));
    this.meters = { ready: new Meter(part("ready-meter")), live: new Meter(part("meter")) };
    this.connection = new Connection(ID, () => this.hello(), {
      message: (told) => this.take[told.type]?.(told),
      sound: (block) => this.speaker.push(this.utterance, block),
      lost: (waitMs) => this.lost(waitMs),
      back: () => this.looked(),
      over: (why) => this.over(why),
    });
    this.notes = new Notes((text) => this.connection.send({ type: "notes", text }));
    this.take = this.messages();
    this.session = "";
    this.microphone = null;
    this.speaker = null;
    this.utterance = null;
    /** Whether answers are typed. */
    this.typed = false;
    this.left = false;
  }

  /* Sound. */

  async openMicrophone() {
    this.microphone = await Microphone.open((block, level) => this.heard(block, level));
    this.microphone.lost = () => {
      this.closeMicrophone();
      this.looked();
    };
  }

  closeMicrophone() {
    this.microphone?.close();
    this.microphone = null;
    for (const meter of Object.values(this.meters)) meter.rest();
    this.panel.level(0);
  }

  heard(block, level) {
    if (endings.stage() === "ready") this.meters.ready.push(level);
    if (endings.stage() !== "live") return;
    this.connection.sendSound(block);
    if (DEAF.includes(this.panel.state)) return;
    this.meters.live.push(level, this.panel.speaking);
    this.panel.level(share(level));
  }

  /** The server waits for a microphone that was unplugged; here it is looked for until it is back. */
  async looked() {
    while (!this.microphone && !this.typed && !this.left) {
      try {
        await this.openMicrophone();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    }
  }

  /* Talking. */

  async begin(typed) {
    part("begin").disabled = true;
    this.typed = typed;
    if (typed) this.closeMicrophone();
    try {
      this.speaker = await Speaker.open((utterance, samples) =>
        this.connection.send({ type: "played", utterance, samples }),
      );
    } catch {
      troubled(
        new Trouble("no_sound", "The browser would not play sound.", "Load the page again."),
      );
      return;
    }
    endings.turnTo("live");
    part("notes-pane").open = matchMedia(WIDE).matches;
    navigator.wakeLock?.request("screen").catch(() => {});
    this.update();
    this.connection.open();
  }

  hello() {
    const echo = this.microphone?.echoCancelled ? "cancelled" : "none";
    this.panel.canInterrupt = !this.typed && echo === "cancelled";
    return { rate_hz: RATE_HZ, microphone: !this.typed, echo };
  }

  /** What the server tells, by the type of the message. */
  messages() {
    return {
      hello: (told) => this.greeted(told),
      state: ({ state }) => this.turnTo(state),
      clock: (told) => this.clock.set(told),
      caption: (told) => this.captions.push(told),
      partly: ({ text }) => this.captions.partly(text),
      withdrawn: () => this.captions.withdraw(),
      voice: ({ speaking }) => this.panel.voice(speaking),
      speech: ({ utterance }) => {
        this.utterance = utterance;
      },
      stop_playback: ({ utterance }) => this.speaker.flush(utterance),
      notice: ({ text }) => this.notice(text),
      waiting_on: ({ text }) => this.captions.waiting(text),
      evaluating: ({ done }) => endings.judged(done),
      finished: (told) => {
        this.leave();
        endings.finished(told);
      },
      stopped: ({ session, what, todo }) => {
        this.session = session;
        this.saved(what, todo);
      },
      error: ({ error, what, todo }) => {
        if (error === "failed") this.saved(what, todo);
        else this.notice(`${what} ${todo}`);
      },
    };
  }

  greeted(told) {
    this.session = told.session;
    this.panel.interviewer = told.interviewer;
    this.captions.interviewer = told.interviewer;
    this.captions.restart(told.captions ?? []);
    this.notes.restore(told.notes ?? "");
    if (told.clock) this.clock.set(told.clock);
    this.turnTo(told.state);
  }

  turnTo(state) {
    const before = this.panel.state;
    this.panel.set(state);
    if (state === "typing" && !this.typed) {
      this.typed = true;
      this.closeMicrophone();
    }
    if (DEAF.includes(state)) this.meters.live.rest();
    // What the notice told has been mended.
    if (before !== state && before.startsWith("no_")) part("trouble").hidden = true;
    if (state === "evaluating") {
      this.closeMicrophone();
      endings.evaluating();
    }
    this.update();
    if (state === "typing" && before !== state && document.activeElement !== part("notes")) {
      part("answer").focus();
    }
  }

  notice(text) {
    show(part("trouble"), { message: text });
    clearTimeout(this.noticed);
    this.noticed = setTimeout(() => {
      // What stops the interview stays until it is mended.
      if (!this.panel.state.startsWith("no_")) part("trouble").hidden = true;
    }, NOTICE_MS);
  }

  update() {
    const { state } = this.panel;
    offer(state, { typed: this.typed, lost: state === "lost" });
    part("typed").hidden = !this.typed;
    part("meter").hidden = this.typed;
    part("send").disabled = state !== "typing";
  }

  lost(waitMs) {
    if (this.utterance !== null) this.speaker.flush(this.utterance);
    this.clock.hold();
    this.panel.lost(waitMs);
    for (const meter of Object.values(this.meters)) meter.rest();
    this.update();
  }

  /* What the candidate does. */

  async act(what) {
    if (what === "stop") {
      const answer = await confirmed("confirm-stop");
      if (answer === "stop-yes") this.connection.send({ type: "stop" });
      if (answer === "stop-later") await this.saveForLater();
      return;
    }
    if (what === "skip" && (await confirmed("confirm-skip")) !== "skip-yes") return;
    if (what === "done" && !["listening", "paused"].includes(this.panel.state)) return;
    part("trouble").hidden = true;
    const ends = ["go_on", "pause", "done"].includes(what) && this.panel.state === "paused";
    if (ends || what === "go_on") {
      this.speaker.wake();
      this.connection.send({ type: "resume" });
      return;
    }
    this.connection.send({ type: what });
    if (what in ANSWERS) this.panel.answer(ANSWERS[what]);
  }

  /** The page is told `stopped`, and says how to go on. */
  async saveForLater() {
    this.notes.flush();
    try {
      await ask(`/api/interviews/${ID}`, { method: "DELETE" });
    } catch (error) {
      show(part("trouble"), error);
    }
  }

  sendAnswer() {
    const area = part("answer");
    const text = area.value.trim();
    if (!text || this.panel.state !== "typing") return;
    if (this.connection.send({ type: "answer", text })) area.value = "";
  }

  /* The end. */

  leave() {
    this.left = true;
    this.notes.flush();
    this.clock.hold();
    this.closeMicrophone();
    this.speaker?.close();
    this.connection.close();
  }

  saved(what, todo) {
    this.leave();
    endings.saved(this.session, `${what} ${todo ?? ""}`);
  }

  over(why) {
    this.leave();
    if (why === "taken_over") endings.takenOver();
    else if (why === "no_access") endings.noAccess();
    else endings.missing(ID);
  }
}

const interview = new Interview();
part("begin").addEventListener("click", () => interview.begin(false));
part("begin-typing").addEventListener("click", () => interview.begin(true));
part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  interview.sendAnswer();
});
part("answer").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) interview.sendAnswer();
});
listenToActs(
  (what) => interview.act(what),
  () => endings.stage() === "live" && interview.panel.state !== "lost",
);
getReady(ID, () => interview.openMicrophone());
