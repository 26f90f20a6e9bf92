/* Shows what a word means when it is pointed at, reached with the keyboard, or touched. Without this script the
   word is a link to the glossary. What all words mean is one file, beside the glossary, and comes when the reader
   first moves: pages are lighter, and the browser has it for the next one. */
(() => {
  "use strict";

  const HOVER = 200; // milliseconds: a pointer that only passes by opens nothing, and has time to enter the bubble
  const GAP = 6; // pixels between word and bubble
  const EDGE = 8; // pixels that stay free at the edges of the window

  const bubble = document.createElement("div");
  bubble.className = "banc-bubble";
  bubble.id = "banc-bubble";
  bubble.role = "tooltip";
  bubble.hidden = true;

  let word = null; // the one that is explained
  let timer = 0;
  let touch = null; // the last pointer's word, if a finger came down on it, and whether it was explained then

  let definitions = null; // by the fragment of the glossary's address

  function load() {
    const address = new URL(document.querySelector("a.banc-term").href);
    const script = document.createElement("script");
    script.src = address.pathname.replace(/\.html$/, "").replace(/\/$/, "/index") + ".js";
    document.head.append(script);
  }

  addEventListener("banc-definitions", (event) => {
    definitions = event.detail;
    if (word) tell();
  });

  const wordOf = (event) => event.target.closest?.("a.banc-term");

  function place() {
    const lines = [...word.getClientRects()]; // a word may be broken over two lines
    const { width, height } = bubble.getBoundingClientRect();
    const window_ = document.documentElement;
    const below = lines.at(-1).bottom + GAP;
    const fits = below + height + EDGE <= window_.clientHeight;
    const line = fits ? lines.at(-1) : lines[0];
    const top = fits ? below : line.top - GAP - height;
    const left = Math.max(EDGE, Math.min(line.left, window_.clientWidth - EDGE - width));
    bubble.style.left = `${left + window.scrollX}px`;
    bubble.style.top = `${Math.max(EDGE, top) + window.scrollY}px`;
  }

  function show(next) {
    clearTimeout(timer);
    if (word === next) return;
    hide();
    word = next;
    if (definitions) tell();
  }

  function tell() {
    bubble.textContent = definitions[decodeURIComponent(word.hash.slice(1))];
    bubble.style.left = bubble.style.top = "0";
    bubble.hidden = false;
    word.setAttribute("aria-describedby", bubble.id);
    place();
  }

  function hide() {
    clearTimeout(timer);
    word?.removeAttribute("aria-describedby");
    word = null;
    bubble.hidden = true;
  }

  function soon(action) {
    clearTimeout(timer);
    timer = setTimeout(action, HOVER);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const next = wordOf(event);
    if (next) soon(() => show(next));
    else if (bubble.contains(event.target)) clearTimeout(timer);
    else if (word !== document.activeElement) soon(hide);
  });
  document.addEventListener("focusin", (event) => {
    const next = wordOf(event);
    if (next) show(next);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("pointerdown", (event) => {
    const next = wordOf(event);
    touch = event.pointerType === "touch" && next ? { word: next, explained: next === word } : null;
    if (!next && !bubble.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const next = wordOf(event);
    if (!next || touch?.word !== next || touch.explained) return; // a mouse, a key, a second tap: the link is followed
    event.preventDefault();
    show(next);
  });
  window.addEventListener("resize", hide);
  if (document.querySelector("a.banc-term")) {
    const stop = new AbortController();
    const first = () => {
      stop.abort();
      load();
    };
    for (const kind of ["pointermove", "pointerdown", "focusin", "keydown"]) {
      addEventListener(kind, first, { capture: true, signal: stop.signal });
    }
  }

  document.body.append(bubble);
})();
