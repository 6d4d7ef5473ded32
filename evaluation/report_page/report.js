"use strict";
/* Plays exactly the stretch of the recording a button names, and follows it in the transcript. */
(() => {
  const audio = document.getElementById("sound");
  const status = document.getElementById("playing");
  const turns = [...document.querySelectorAll("[data-start]")];
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
    audio.addEventListener("play", watch);
    audio.addEventListener("timeupdate", follow);
    audio.addEventListener("ended", release);
    audio.addEventListener("seeking", () => {
      const at = audio.currentTime * 1000;
      if (at > stopAt || (pressed && at < Number(pressed.dataset.from) - 500)) release();
    });
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.strong)")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
})();
