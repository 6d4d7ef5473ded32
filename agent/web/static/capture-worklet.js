/* The microphone as blocks of 16 kHz mono 16-bit samples, whatever rate the device runs at.

   Posts {block: ArrayBuffer, level: dBFS} for every BLOCK samples. Where the browser cannot run the
   microphone at 16 kHz (Firefox), the samples are resampled here by a windowed sinc. */

const RATE = 16000;
/** 32 ms of sound: what the speech detector takes in one step. */
const BLOCK = 512;
/** Zero crossings of the sinc on each side: 70 dB down at the other side of the cut. */
const CROSSINGS = 16;
const FLOOR_DBFS = -120;

class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cut = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(CROSSINGS / this.cut);
    this.held = new Float32Array(this.half);
    this.at = this.half;
  }

  /** The samples of the new rate that `input` completes. */
  push(input) {
    const held = new Float32Array(this.held.length + input.length);
    held.set(this.held);
    held.set(input, this.held.length);
    const made = [];
    while (this.at + this.half < held.length) {
      made.push(this.one(held));
      this.at += this.step;
    }
    const drop = Math.max(0, Math.floor(this.at) - this.half);
    this.held = held.slice(drop);
    this.at -= drop;
    return made;
  }

  one(held) {
    const first = Math.ceil(this.at - this.half);
    const last = Math.floor(this.at + this.half);
    let sum = 0;
    for (let i = Math.max(0, first); i <= last; i += 1) {
      const distance = i - this.at;
      const x = Math.PI * distance * this.cut;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / this.half);
      sum += held[i] * sinc * window * this.cut;
    }
    return sum;
  }
}

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = sampleRate === RATE ? null : new Resampler(sampleRate, RATE);
    this.block = new Int16Array(BLOCK);
    this.filled = 0;
    this.power = 0;
  }

  process(inputs) {
    const input = inputs[0][0];
    if (!input) return true;
    for (const sample of this.resampler ? this.resampler.push(input) : input) this.take(sample);
    return true;
  }

  take(sample) {
    const within = Math.max(-1, Math.min(1, sample));
    this.block[this.filled] = Math.round(within * 32767);
    this.power += within * within;
    this.filled += 1;
    if (this.filled < BLOCK) return;
    const level = Math.max(FLOOR_DBFS, 10 * Math.log10(this.power / BLOCK || 1e-12));
    const block = this.block.buffer;
    this.port.postMessage({ block, level }, [block]);
    this.block = new Int16Array(BLOCK);
    this.filled = 0;
    this.power = 0;
  }
}

registerProcessor("capture", Capture);
