/* The WebSocket of one interview: says hello, and comes back by itself when the line is lost. */

import { ask } from "/static/api.js";

const PROTOCOL = "viva-web/1";
/** Waits between attempts, milliseconds; the last one is repeated. */
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
/** Sound beyond this waits in the browser's buffer (bytes): the line is slow, so it is dropped. */
const MOST_BUFFERED = 1 << 19;
/** The server tells the time every 5 s; after so long without a word the line is dead. */
const DEAF_MS = 15_000;
const OVER = 1000;
const TAKEN_OVER = 4001;

export class Connection {
  /** `hello()`: the fields of the hello message. `told`: {message, sound, lost, back, over}. */
  constructor(id, hello, told) {
    this.id = id;
    this.hello = hello;
    this.told = told;
    this.attempt = 0;
    this.ended = false;
    this.greeted = false;
    this.heardAt = 0;
    addEventListener("online", () => this.now());
    setInterval(() => this.watch(), 1000);
  }

  /** A line that is cut far away is not closed for minutes; silence tells it sooner. */
  watch() {
    if (!this.greeted || performance.now() - this.heardAt < DEAF_MS) return;
    const dead = this.socket;
    this.socket = null;
    dead.close();
    this.closed(0);
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/interviews/${this.id}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, ...this.hello() }));
    };
    socket.onmessage = (event) => {
      if (socket === this.socket) this.take(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
  }

  take(data) {
    this.heardAt = performance.now();
    if (typeof data !== "string") {
      this.told.sound(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "hello") {
      this.greeted = true;
      this.attempt = 0;
      this.told.back();
    }
    if (message.type === "finished" || message.type === "stopped") this.ended = true;
    this.told.message(message);
  }

  closed(code) {
    this.greeted = false;
    if (this.ended) return;
    if (code === OVER || code === TAKEN_OVER) {
      this.ended = true;
      this.told.over(code === TAKEN_OVER ? "taken_over" : "over");
      return;
    }
    const wait = BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)];
    this.attempt += 1;
    this.told.lost(wait);
    this.timer = setTimeout(() => this.retry(), wait);
  }

  /** Whether the interview still waits for somebody is asked first: a socket cannot tell. */
  async retry() {
    this.timer = undefined;
    let running = null;
    try {
      running = (await ask("/api/interviews")).interviews;
    } catch (error) {
      if (error.kind === "no_access") {
        this.ended = true;
        this.told.over("no_access");
        return;
      }
    }
    if (this.ended) return;
    if (running && !running.some((each) => each.id === this.id)) {
      this.ended = true;
      this.told.over("gone");
      return;
    }
    this.open();
  }

  /** Try at once instead of waiting. */
  now() {
    if (this.ended || this.greeted || this.timer === undefined) return;
    clearTimeout(this.timer);
    this.retry();
  }

  /** Send a message; false when there is nobody to send it to. */
  send(message) {
    if (!this.greeted || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  sendSound(block) {
    if (!this.greeted || this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount < MOST_BUFFERED) this.socket.send(block);
  }

  close() {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }
}
