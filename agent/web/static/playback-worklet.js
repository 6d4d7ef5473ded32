/* A queue of 16 kHz mono samples that can be emptied at once, and tells what was really played.

   In:  {push: ArrayBuffer of Int16, utterance}  more of an utterance
        {flush: utterance}                       drop what waits of it, now
   Out: {utterance, played, flushed}             samples of it handed to the loudspeaker so far: at its
                                                 first, every TELL, when none are left, after a flush */

/** 100 ms. */
const TELL = 1600;

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.at = 0;
    this.utterance = null;
    this.played = 0;
    this.told = 0;
    this.port.onmessage = (event) => this.take(event.data);
  }

  take(message) {
    if (message.push) {
      this.queue.push({ utterance: message.utterance, samples: new Int16Array(message.push) });
    } else {
      this.flush(message.flush);
    }
  }

  flush(utterance) {
    if (this.queue[0]?.utterance === utterance) this.at = 0;
    this.queue = this.queue.filter((each) => each.utterance !== utterance);
    const played = this.utterance === utterance ? this.played : 0;
    this.port.postMessage({ utterance, played, flushed: true });
  }

  tell() {
    this.told = this.played;
    this.port.postMessage({ utterance: this.utterance, played: this.played, flushed: false });
  }

  /** The next utterance begins: the end of the last one is told, and its first sample at once. */
  turnTo(utterance) {
    if (this.played > this.told && this.utterance !== null) this.tell();
    this.utterance = utterance;
    this.played = 0;
    this.told = -TELL;
  }

  process(inputs, outputs) {
    const output = outputs[0][0];
    let filled = 0;
    while (filled < output.length && this.queue.length) {
      const { utterance, samples } = this.queue[0];
      if (utterance !== this.utterance) this.turnTo(utterance);
      const count = Math.min(output.length - filled, samples.length - this.at);
      for (let i = 0; i < count; i += 1) output[filled + i] = samples[this.at + i] / 32768;
      filled += count;
      this.at += count;
      this.played += count;
      if (this.at === samples.length) {
        this.queue.shift();
        this.at = 0;
      }
    }
    const waiting = this.played - this.told;
    if (waiting >= TELL || (waiting > 0 && !this.queue.length)) this.tell();
    return true;
  }
}

registerProcessor("playback", Playback);
