/* How loud the candidate is, for a person to see at a glance. Limits as in the terminal. */

const MUTED_DBFS = -95;
const TOO_QUIET_DBFS = -50;
const TOO_LOUD_DBFS = -9;
const EMPTY_DBFS = -60;
const SPEECH_WINDOW_MS = 2000;
/** Browsers take noise away, so that a pause can be silent to the last bit: it takes longer to tell
    a muted microphone, and much longer where it was heard before. */
const MUTED_AFTER_MS = 3000;
const MUTED_AFTER_SOUND_MS = 20_000;
/** Without a detector, sound so far over the quietest of the last seconds counts as speech. */
const SPEECH_OVER_FLOOR_DB = 15;
/** And it counts as speech only above this: a cleaned pause has no noise to be compared with. */
const QUIETEST_SPEECH_DBFS = -62;
const FLOOR_WINDOW_MS = 5000;
const SHOWN_EVERY_MS = 60;

const WORDS = {
  unknown: "",
  muted: "No sound: is it muted?",
  "too quiet": "Too quiet: come closer, or raise the input level.",
  good: "Good",
  "too loud": "Too loud: move back, or lower the input level.",
};

/** How much of the bar a level fills, 0 to 1. */
export function share(level) {
  return Math.min(1, Math.max(0, (level - EMPTY_DBFS) / -EMPTY_DBFS));
}

export class Meter {
  /** `box`: an element with .fill and .word inside. */
  constructor(box) {
    this.box = box;
    this.fill = box.querySelector(".fill");
    this.word = box.querySelector(".word");
    this.recent = [];
    this.lastSound = performance.now();
    this.heard = false;
    this.shown = 0;
  }

  /** One level in dBFS, at the time of the page's clock. `speaking`: what a detector says of it. */
  push(level, speaking = null) {
    const now = performance.now();
    if (level > MUTED_DBFS) {
      this.lastSound = now;
      this.heard = true;
    }
    this.recent.push({ at: now, level, speaking });
    while (now - this.recent[0].at > FLOOR_WINDOW_MS) this.recent.shift();
    if (now - this.shown < SHOWN_EVERY_MS) return;
    this.shown = now;
    this.fill.style.setProperty("--level", share(level).toFixed(3));
    const loudness = this.judged(now);
    if (this.box.dataset.loudness === loudness) return;
    this.box.dataset.loudness = loudness;
    this.word.textContent = WORDS[loudness];
  }

  judged(now) {
    const patience = this.heard ? MUTED_AFTER_SOUND_MS : MUTED_AFTER_MS;
    if (now - this.lastSound > patience) return "muted";
    const floor = Math.min(...this.recent.map((each) => each.level));
    const least = Math.max(floor + SPEECH_OVER_FLOOR_DB, QUIETEST_SPEECH_DBFS);
    const speech = this.recent
      .filter(({ at }) => now - at < SPEECH_WINDOW_MS)
      .filter(({ level, speaking }) => speaking ?? level > least)
      .map(({ level }) => level);
    if (!speech.length) return "unknown";
    const loudest = Math.max(...speech);
    if (loudest < TOO_QUIET_DBFS) return "too quiet";
    return loudest > TOO_LOUD_DBFS ? "too loud" : "good";
  }

  /** Nobody is listened to. */
  rest() {
    this.recent = [];
    this.heard = false;
    this.lastSound = performance.now();
    this.fill.style.setProperty("--level", "0");
    this.box.dataset.loudness = "unknown";
    this.word.textContent = "";
  }
}
