/* The microphone as blocks of 16 kHz mono 16-bit samples, whatever rate the device runs at.

   Posts {block: ArrayBuffer, level: dBFS} for every BLOCK samples. Where the browser cannot run the
   microphone at 16 kHz (Firefox), the samples are resampled here by a windowed sinc. */

const RATE = 16000;
/** 32 ms of sound: what the speech detector takes in one step. */
const BLOCK = 512;
/** Zero crossings of the sinc on each side. */
const CROSSINGS = 24;
/** Positions between two samples that are told apart: exact for 44.1 and 48 kHz. */
const PHASES = 160;
const FLOOR_DBFS = -120;

/** A low-pass (sinc in a Blackman window) that is looked at `to` times a second. */
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const cut = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(CROSSINGS / cut);
    this.kernels = Array.from({ length: PHASES + 1 }, (_, i) => this.kernel(i / PHASES, cut));
    this.held = new Float32Array(2 * this.half);
    this.at = this.half;
  }

  /** Weights of the samples around a place that lies `phase` behind one of them. */
  kernel(phase, cut) {
    const weights = new Float32Array(2 * this.half);
    for (let i = 0; i < weights.length; i += 1) {
      const distance = i - this.half + 1 - phase;
      const x = Math.PI * distance * cut;
      const turn = (Math.PI * distance) / this.half;
      const window = 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
      weights[i] = cut * window * (x === 0 ? 1 : Math.sin(x) / x);
    }
    return weights;
  }

  /** The samples of the new rate that `input` completes. */
  push(input) {
    const held = new Float32Array(this.held.length + input.length);
    held.set(this.held);
    held.set(input, this.held.length);
    const made = [];
    while (this.at + this.half < held.length) {
      const whole = Math.floor(this.at);
      const kernel = this.kernels[Math.round((this.at - whole) * PHASES)];
      const first = whole - this.half + 1;
      let sum = 0;
      for (let i = 0; i < kernel.length; i += 1) sum += held[first + i] * kernel[i];
      made.push(sum);
      this.at += this.step;
    }
    const drop = Math.max(0, Math.floor(this.at) - this.half);
    this.held = held.slice(drop);
    this.at -= drop;
    return made;
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
