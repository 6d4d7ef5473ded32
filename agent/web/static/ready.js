/* The moment before: is the microphone heard, and is this the right interview? */

import { ask, show } from "/static/api.js";
import { part, say } from "/static/dom.js";
import { missing } from "/static/endings.js";
import { NoMicrophone } from "/static/sound.js";

/** Look whether the interview waits for us, and try the microphone. `open()` opens it. */
export async function getReady(id, open) {
  try {
    const [{ interviews }, { sessions }, choices] = await Promise.all([
      ask("/api/interviews"),
      ask("/api/sessions"),
      ask("/api/choices"),
    ]);
    say(part("ready-privacy"), choices.privacy);
    const mine = interviews.find((each) => each.id === id);
    if (!mine) {
      await missing(id);
      return;
    }
    const kept = sessions.find((each) => each.name === mine.session);
    introduce(mine, mine.now_ms > 0 || kept?.turns > 0);
  } catch (error) {
    troubled(error, () => location.reload());
    return;
  }
  await tryMicrophone(open);
}

/** `begun`: something has been said already, before the page was lost or the session saved. */
function introduce(mine, begun) {
  const level = mine.level[0].toUpperCase() + mine.level.slice(1);
  const length = `${level}, ${Math.round(mine.minutes)} minutes.`;
  say(part("ready-lead"), `${length} The clock starts when you press Begin.`);
  if (begun) {
    say(part("ready-title"), "Go on where you were");
    say(part("begin"), "Go on");
    say(part("ready-lead"), "The clock stands still until you press Go on.");
  }
  if (mine.connected) {
    const warning = "This interview is open on another page. Going on here closes it there.";
    say(part("ready-lead"), warning);
  }
}

/** A trouble above the button, in two sentences. */
export function troubled(error, again = null) {
  show(part("ready-trouble"), error, again);
}

async function tryMicrophone(open) {
  part("ready-trouble").hidden = true;
  try {
    await open();
    part("begin").disabled = false;
    part("begin").focus();
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    troubled(error, () => tryMicrophone(open));
  }
  say(part("ready-word"), "");
}
