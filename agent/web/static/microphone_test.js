/* Say a sentence, see the level, hear it back. Nothing of it leaves the page. */

import { show } from "/static/api.js";
import { part, say } from "/static/dom.js";
import { Meter } from "/static/loudness.js";
import { Microphone, RATE_HZ } from "/static/sound.js";

const RECORD_MS = 6000;

let microphone = null;
let player = null;
let kept = [];
let timer;

export function offerMicrophoneTest() {
  const meter = new Meter(part("test-meter"));
  part("test").addEventListener("click", () => (microphone ? finish(meter) : record(meter)));
  part("replay").addEventListener("click", play);
}

async function record(meter) {
  part("test-trouble").hidden = true;
  part("replay").hidden = true;
  player?.close();
  player = null;
  kept = [];
  try {
    microphone = await Microphone.open((block, level) => {
      kept.push(new Int16Array(block));
      meter.push(level);
    });
  } catch (error) {
    show(part("test-trouble"), error);
    return;
  }
  microphone.lost = () => finish(meter);
  part("test-meter").hidden = false;
  say(part("test"), "I have said something");
  say(
    part("test-words"),
    `Recording from ${microphone.name || "the microphone"}: say where you are and what day it is.`,
  );
  timer = setTimeout(() => finish(meter), RECORD_MS);
}

function finish(meter) {
  clearTimeout(timer);
  microphone?.close();
  microphone = null;
  const loudness = meter.box.dataset.loudness;
  meter.rest();
  part("test-meter").hidden = true;
  say(part("test"), "Test again");
  say(part("test-words"), verdict(loudness));
  part("replay").hidden = false;
  play();
}

function verdict(loudness) {
  if (loudness === "muted")
    return "Nothing was heard: look whether the microphone is muted, or choose another one in the browser.";
  if (loudness === "too quiet") return "You are very quiet. Come closer, or raise the input level.";
  if (loudness === "too loud") return "You are very loud. Move back, or lower the input level.";
  return "This is how you sound. If you understood every word, so will your interviewer.";
}

function play() {
  player?.close();
  player = new AudioContext({ sampleRate: RATE_HZ });
  const length = kept.reduce((sum, block) => sum + block.length, 0);
  if (!length) return;
  const buffer = player.createBuffer(1, length, RATE_HZ);
  const samples = buffer.getChannelData(0);
  let at = 0;
  for (const block of kept) {
    for (const sample of block) samples[at++] = sample / 32768;
  }
  const source = player.createBufferSource();
  source.buffer = buffer;
  source.connect(player.destination);
  source.start();
}
