// Copies what a reader types: a block's commands without their prompts and outputs, or all of a page's as a script.
// Shows the address of each block. Without this file there is neither, and nothing else is missing.

(() => {
  "use strict";

  const WORDS = {
    en: {
      commands: "Copy the commands", file: "Copy the file", code: "Copy", done: "Copied", failed: "Could not be copied",
      link: "Permanent link to this block",
    },
    fr: {
      commands: "Copier les commandes", file: "Copier le fichier", code: "Copier",
      done: "Copié", failed: "La copie a échoué",
      link: "Lien permanent vers ce bloc",
    },
  };
  const words = WORDS[document.documentElement.lang.slice(0, 2)] ?? WORDS.en;
  const TOLD = 2000; // milliseconds for which a button shows what came of it

  const voice = document.createElement("div"); // what screen readers are told
  voice.className = "banc-voice";
  voice.setAttribute("role", "status");
  document.body.append(voice);

  // The text of a block as its author wrote it: themes put line numbers and annotations into it.
  function written(code) {
    const copy = code.cloneNode(true);
    for (const other of copy.querySelectorAll(".linenos, .md-annotation")) other.remove();
    return copy.textContent.replace(/\n+$/, "");
  }

  // What stands behind "$ ", and behind "> " directly below it.
  function typed(text) {
    const commands = [];
    let open = false;
    for (const line of text.split("\n")) {
      open = line.startsWith("$ ") || (open && line.startsWith(">"));
      if (open) commands.push(line.replace(/^(\$ |> ?)/, ""));
    }
    return commands.join("\n");
  }

  async function write(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"); // where there is no such thing: a page served without TLS
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }

  async function copy(button, text) {
    let done = true;
    try {
      await write(await text);
    } catch {
      done = false;
    }
    button.focus(); // where the text had to be marked, the focus was lost
    button.dataset.told = done ? "done" : "failed";
    voice.textContent = words[button.dataset.told];
    setTimeout(() => {
      delete button.dataset.told;
      voice.textContent = "";
    }, TOLD);
  }

  // All of a page's commands, which lie beside it: fetched when they are asked for.
  function fetched(source) {
    return new Promise((resolve, reject) => {
      const loader = document.createElement("script");
      addEventListener("banc-script", event => resolve(event.detail), { once: true });
      loader.onerror = reject;
      loader.src = source;
      document.head.append(loader);
    });
  }

  for (const button of document.querySelectorAll("[data-banc-script]")) {
    let script = null;
    const ask = () => (script ??= fetched(button.dataset.bancScript).catch(error => {
      script = null;
      throw error;
    }));
    button.hidden = false;
    // Ahead of the click: some browsers do not let a page copy what comes long after it.
    button.closest("details").addEventListener("toggle", () => ask().catch(() => {}), { once: true });
    button.addEventListener("click", () => copy(button, ask()));
  }

  for (const code of document.querySelectorAll(".highlight pre > code")) {
    const box = code.closest(".highlight");
    if (box.closest(".no-copy")) continue;
    const isConsole = box.classList.contains("banc-console");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "banc-copy";
    button.title = box.classList.contains("banc-file") ? words.file : isConsole ? words.commands : words.code;
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", () => copy(button, isConsole ? typed(written(code)) : written(code)));
    box.prepend(button);
  }

  for (const badge of document.querySelectorAll(".banc-badge")) {
    const link = document.createElement("a");
    link.href = `#${badge.closest("[id]").id}`;
    link.title = words.link;
    link.textContent = "#";
    link.setAttribute("aria-label", words.link);
    badge.append(link);
  }
})();
