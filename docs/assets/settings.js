/* What the reader has chosen, before the page is drawn: the colours; then the tabs. In the place of the theme's scripts
   within each page: a file is loaded once, and needs no exception from the Content-Security-Policy. The theme's own
   script calls these four names. */
const __md_scope = new URL("..", document.currentScript.src); // the site, so that two on one host do not meet

function __md_hash(text) {
  let hash = 0;
  for (const character of text) hash = (hash << 5) - hash + character.charCodeAt(0);
  return hash;
}

function __md_get(name, storage = localStorage, scope = __md_scope) {
  return JSON.parse(storage.getItem(`${scope.pathname}.${name}`));
}

function __md_set(name, value, storage = localStorage, scope = __md_scope) {
  try {
    storage.setItem(`${scope.pathname}.${name}`, JSON.stringify(value));
  } catch {
    /* nothing can be kept: it holds for this page */
  }
}

(() => {
  "use strict";

  const LIGHT = "(prefers-color-scheme: light)";
  const DARK = "(prefers-color-scheme: dark)";
  const KINDS = ["media", "scheme", "primary", "accent"];

  function stored(name) {
    try {
      return __md_get(name);
    } catch {
      return null; // the browser keeps nothing, or something else was kept under this name
    }
  }

  function colour() {
    let color = stored("__palette")?.color;
    if (!color) return;
    if (color.media === "(prefers-color-scheme)") {
      const media = matchMedia(LIGHT).matches ? LIGHT : DARK; // the reader lets the system choose
      const option = document.querySelector(`[data-md-color-media="${media}"]`);
      color = Object.fromEntries(KINDS.map((kind) => [kind, option.getAttribute(`data-md-color-${kind}`)]));
    }
    for (const kind of Object.keys(color)) document.body.setAttribute(`data-md-color-${kind}`, color[kind]);
  }

  /* The tab that was chosen last, where a set has it; and the one that the address names. */
  function turn() {
    const chosen = stored("__tabs");
    for (const set of document.querySelectorAll(".tabbed-set")) {
      const labels = [...set.querySelectorAll(":scope > .tabbed-labels > label")];
      const names = labels.map((label) => label.textContent.trim());
      const name = Array.isArray(chosen) && chosen.find((one) => names.includes(one));
      if (name) document.getElementById(labels[names.indexOf(name)].htmlFor).checked = true;
    }
    const named = document.getElementById(location.hash.slice(1));
    if (named?.name?.startsWith("__tabbed_")) named.checked = true;
  }

  colour();
  document.addEventListener("DOMContentLoaded", turn);
})();
