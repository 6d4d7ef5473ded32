/* The JSON API of `viva serve`; see PROTOCOL.md beside the server. */

/** What went wrong (`message`), what to do about it (`todo`) and which kind it is (`kind`). */
export class Trouble extends Error {
  constructor(kind, what, todo) {
    super(what);
    this.kind = kind;
    this.todo = todo;
  }
}

/** Ask the server. Returns the reply's object, null for an empty one. Raises Trouble. */
export async function ask(path, { method = "GET", body } = {}) {
  let reply;
  try {
    reply = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Trouble(
      "no_server",
      "Viva does not answer.",
      "Look whether `viva serve` is still running in its terminal, start it again if not, and open the address that it prints.",
    );
  }
  if (reply.status === 204) return null;
  const told = await reply.json().catch(() => ({}));
  if (reply.ok) return told;
  throw new Trouble(
    told.error ?? "failed",
    told.what ?? `The server answered ${reply.status}.`,
    told.todo ?? "Load the page again.",
  );
}

/** Put a trouble into a notice box: what, what to do, and perhaps a button. */
export function show(box, trouble, again = null) {
  const what = document.createElement("b");
  what.textContent = trouble.message;
  const todo = document.createElement("span");
  todo.textContent = trouble.todo ?? "";
  box.replaceChildren(what, todo);
  if (again) {
    const row = document.createElement("div");
    row.className = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = "Try again";
    button.addEventListener("click", again);
    row.append(button);
    box.append(row);
  }
  box.hidden = false;
}
