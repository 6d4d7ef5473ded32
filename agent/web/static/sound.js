/* Microphone and loudspeaker of the browser: 16 kHz mono 16-bit samples both ways. */

export const RATE_HZ = 16000;
/** The browser takes the interviewer's voice out of what the microphone hears. */
const WANTED = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

/** Why there is no microphone, and what to do about it. */
export class NoMicrophone extends Error {
  constructor(error) {
    const [what, todo] = told(error);
    super(what);
    this.todo = todo;
  }
}

function told(error) {
  if (!navigator.mediaDevices) {
    return [
      "This page may not use the microphone.",
      "Browsers allow it only on this machine (127.0.0.1) or over https. Open the address that `viva serve` printed.",
    ];
  }
  if (error.name === "NotAllowedError") {
    return [
      "The browser was not allowed to use the microphone.",
      "Press the microphone or lock symbol beside the address, allow the microphone, and try again.",
    ];
  }
  if (error.name === "NotFoundError") {
    return ["No microphone was found.", "Plug one in or switch it on, and try again."];
  }
  if (error.name === "NotReadableError") {
    return [
      "The microphone is in use by another program.",
      "Close video calls and recorders, and try again.",
    ];
  }
  return [`The microphone did not start (${error.name}).`, "Plug it in anew, and try again."];
}

/** A browser may hold sound back until the page is touched: a page that was loaded anew, say. */
function wakeOnTouch(context) {
  const wake = () => context.state === "suspended" && context.resume();
  wake();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake);
  context.addEventListener("statechange", () => {
    if (context.state !== "closed") return;
    for (const kind of ["pointerdown", "keydown"]) removeEventListener(kind, wake);
  });
}

/** The microphone, open until `close`. `heard(block, level)` gets 32 ms at a time. */
export class Microphone {
  static async open(heard) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
    } catch (error) {
      throw new NoMicrophone(error);
    }
    const opened = new Microphone(stream);
    try {
      await opened.listen(heard);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  }

  constructor(stream) {
    this.stream = stream;
    this.track = stream.getAudioTracks()[0];
    this.lost = () => {};
    this.track.addEventListener("ended", () => this.lost());
  }

  get name() {
    return this.track.label;
  }

  /** Whether the browser takes out what comes from the loudspeaker. */
  get echoCancelled() {
    return Boolean(this.track.getSettings().echoCancellation);
  }

  async listen(heard) {
    const [context, source] = this.connect();
    this.context = context;
    await context.audioWorklet.addModule("/static/capture-worklet.js");
    const node = new AudioWorkletNode(context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    node.port.onmessage = (event) => heard(event.data.block, event.data.level);
    source.connect(node);
    wakeOnTouch(context);
  }

  /** Firefox joins a microphone only to a context of the device's own rate. */
  connect() {
    const context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
    try {
      return [context, context.createMediaStreamSource(this.stream)];
    } catch {
      context.close();
      const own = new AudioContext({ latencyHint: "interactive" });
      return [own, own.createMediaStreamSource(this.stream)];
    }
  }

  close() {
    this.lost = () => {};
    for (const track of this.stream.getTracks()) track.stop();
    this.context?.close();
  }
}

/** The loudspeaker. `told(utterance, samples)`: so many samples of it have been heard. */
export class Speaker {
  static async open(told) {
    const context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
    await context.audioWorklet.addModule("/static/playback-worklet.js");
    const node = new AudioWorkletNode(context, "playback", {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    node.connect(context.destination);
    wakeOnTouch(context);
    return new Speaker(context, node, told);
  }

  constructor(context, node, told) {
    this.context = context;
    this.node = node;
    node.port.onmessage = ({ data }) => {
      const tell = () => told(data.utterance, data.played);
      // What the worklet has handed over is heard a moment later; a flush is answered at once.
      if (data.flushed) tell();
      else setTimeout(tell, this.latencyMs);
    };
  }

  /** Milliseconds between the worklet and the ear. */
  get latencyMs() {
    return 1000 * (this.context.outputLatency || this.context.baseLatency || 0);
  }

  /** More of an utterance: an ArrayBuffer of 16-bit samples, which is given away. */
  push(utterance, samples) {
    this.node.port.postMessage({ push: samples, utterance }, [samples]);
  }

  /** Silence, now. */
  flush(utterance) {
    this.node.port.postMessage({ flush: utterance });
  }

  /** A browser that held the sound back may play it from now on. */
  wake() {
    this.context.resume();
  }

  close() {
    this.context.close();
  }
}
