"use strict";
/* Plays exactly the stretch of the recording a button names, and follows it in the transcript. */
(() => {
  const audio = document.getElementById("sound");
  const status = document.getElementById("playing");
  const turns = [...document.querySelectorAll("[data-start]")];
  const head = document.getElementById("head");
  const speed = document.getElementById("speed");
  const player = document.querySelector(".player");
  let pressed = null;
  let stopAt = Infinity;

  const release = () => {
    if (pressed) pressed.setAttribute("aria-pressed", "false");
    pressed = null;
    stopAt = Infinity;
    if (status) status.textContent = "";
  };

  const follow = () => {
    const at = audio.currentTime * 1000;
    if (at >= stopAt) {
      audio.pause();
      release();
    }
    if (head && player.dataset.length > 0) {
      const x = `${Math.min(100, (100 * at) / player.dataset.length)}%`;
      head.setAttribute("x1", x);
      head.setAttribute("x2", x);
    }
    for (const turn of turns) {
      const within = !audio.paused && at >= turn.dataset.start && at < turn.dataset.end;
      turn.classList.toggle("now", within);
    }
  };

  const watch = () => {
    follow();
    if (!audio.paused) requestAnimationFrame(watch);
  };

  const play = (source) => {
    release();
    pressed = source.tagName === "BUTTON" ? source : null;
    if (pressed) pressed.setAttribute("aria-pressed", "true");
    stopAt = Number(source.dataset.to);
    audio.currentTime = Number(source.dataset.from) / 1000;
    status.textContent = source.getAttribute("aria-label") || "";
    audio.play().catch(() => {
      release();
      status.textContent = "This browser would not play the recording.";
    });
  };

  // Only where `viva serve` shows it; a report read from the disk has nobody to ask.
  const served = /^\/report\/([^/]+)$/.exec(location.pathname);
  if (served && location.protocol.startsWith("http")) {
    for (const turn of document.querySelectorAll(".turns > .candidate")) {
      const link = document.createElement("a");
      link.className = "place";
      link.href = `/correct/${served[1]}#${turn.id}`;
      link.textContent = "misheard?";
      link.setAttribute("aria-label", `Correct turn ${turn.id.slice(5)}`);
      turn.querySelector(".who").append(" ", link);
    }
  }

  if (audio) {
    document.addEventListener("click", (event) => {
      const source = event.target.closest("[data-from]");
      if (!source) return;
      event.preventDefault();
      if (source === pressed && !audio.paused) {
        audio.pause();
        release();
      } else {
        play(source);
      }
    });
    speed.addEventListener("change", () => {
      audio.playbackRate = Number(speed.value);
    });
    audio.addEventListener("play", watch);
    audio.addEventListener("timeupdate", follow);
    audio.addEventListener("ended", release);
    audio.addEventListener("seeking", () => {
      const at = audio.currentTime * 1000;
      if (at > stopAt || (pressed && at < Number(pressed.dataset.from) - 500)) release();
    });
  }

})();
