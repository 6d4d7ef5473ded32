/* Small helpers: find a part of the page, make an element, set its text. */

/** The element with that id; an error names the one that is missing. */
export function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** An element with attributes and children; `text` and `on…` are understood, null is left out. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  give(made, attributes);
  made.append(...children.filter((each) => each !== null));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for a part of a drawing. */
export function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  give(made, attributes);
  made.append(...children);
  return made;
}

function give(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
}

/** Set the text only when it changes, so that nothing is announced or laid out twice. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** mm:ss of milliseconds. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A day as people say it: today, yesterday, 12 November 2026. */
export function day(iso, now = new Date()) {
  const date = new Date(iso);
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
