/* What a reader has done: pages and exercises, ticked by them, kept in this browser alone. The menu and the home page
   mark them; the home page counts, exports, imports and erases them. Without this script, nothing of it is seen. */
(() => {
  "use strict";

  const WORDS = {
    fr: {
      page: "J’ai terminé cette page",
      exercise: "J’ai fait cet exercice",
      done: "terminé",
      title: "Ma progression",
      pages: (done, all) => `${done} page${done > 1 ? "s" : ""} sur ${all}`,
      exercises: (done) => `${done} exercice${done > 1 ? "s" : ""}`,
      kept: "Cochez au bas de chaque page, et sous chaque exercice, ce que vous avez fait. Vos coches restent dans ce navigateur, sur cette machine\u00a0: rien n’est envoyé. Pour les emporter, exportez-les.",
      lost: "Ce navigateur ne garde rien pour cette page\u00a0: vos coches seront perdues quand vous la quitterez.",
      save: "Exporter",
      load: "Importer",
      erase: "Tout effacer",
      sure: "Effacer toutes vos coches\u202f?",
      file: "progression.json",
      loaded: (added) => (added ? `Coches ajoutées\u00a0: ${added}.` : "Rien à ajouter\u00a0: vous avez déjà toutes ces coches."),
      refused: "Ce fichier n’est pas un export de ce cours\u00a0: rien n’a changé.",
      erased: "Tout est effacé.",
    },
    en: {
      page: "I have finished this page",
      exercise: "I have done this exercise",
      done: "done",
      title: "My progress",
      pages: (done, all) => `${done} of ${all} pages`,
      exercises: (done) => `${done} exercise${done === 1 ? "" : "s"}`,
      kept: "Tick what you have done, at the end of each page and below each exercise. Your ticks stay in this browser, on this machine: nothing is sent. To take them along, export them.",
      lost: "This browser keeps nothing for this page: your ticks will be lost when you leave it.",
      save: "Export",
      load: "Import",
      erase: "Erase all",
      sure: "Erase all your ticks?",
      file: "progress.json",
      loaded: (added) => (added ? `Ticks added: ${added}.` : "Nothing to add: you have all these ticks already."),
      refused: "This file is not an export of this course: nothing has changed.",
      erased: "All is erased.",
    },
  };
  const words = WORDS[document.documentElement.lang] ?? WORDS.en;
  const STORED = "conteneurs.progress";
  const COURSE = "conteneurs"; // in an exported file
  const KEY = /^[\w-]+(#[\w-]+)?$/; // a page, or an exercise of it: the same in both languages
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const root = new URL("..", document.currentScript.src);

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // --- what is kept: by key, the day on which it was ticked ---

  let done = {};
  let keeps = true; // whether this browser keeps it

  /** The ticks in something that was read, none of them where it is no record of ticks. */
  function ticks(read) {
    const entries = Object.entries(read?.course === COURSE && typeof read.done === "object" ? read.done ?? {} : {});
    return Object.fromEntries(entries.filter(([key, day]) => KEY.test(key) && DAY.test(day)));
  }

  function recall() {
    try {
      done = ticks(JSON.parse(localStorage.getItem(STORED)));
    } catch (error) {
      keeps = error instanceof SyntaxError; // else access is refused: a private window, a browser's setting
    }
  }

  function keep() {
    try {
      localStorage.setItem(STORED, record());
    } catch {
      keeps = false;
    }
    paint();
  }

  const record = () => JSON.stringify({ course: COURSE, version: 1, done }, null, 1);

  /** The reader's own date: the one on their clock. */
  function today() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  // --- what can be ticked ---

  /** A page's name without its language: "images" for images.html and en/images.html; empty for other sites. */
  function nameOf(address) {
    const { origin, pathname } = new URL(address, location.href);
    if (origin !== root.origin || !pathname.startsWith(root.pathname)) return "";
    return pathname.slice(root.pathname.length).replace(/^[a-z]{2}\//, "").replace(/\.html$/, "") || "index";
  }

  const boxes = []; // each with its key in its value

  function box(key, label) {
    const input = element("input", { type: "checkbox", value: key });
    input.addEventListener("change", () => {
      if (input.checked) done[key] = today();
      else delete done[key];
      keep();
    });
    boxes.push(input);
    return element("label", { class: "course-tick" }, input, element("span", {}, label));
  }

  function putBoxes() {
    const article = document.querySelector("article");
    if (!article?.querySelector(".admonition.abstract")) return; // no page that teaches
    const page = nameOf(location.href);
    article.querySelectorAll(".admonition.example, .exercise").forEach((exercise, index) => {
      const tick = box(`${page}#${exercise.id || index + 1}`, words.exercise);
      if (exercise.matches(".admonition")) exercise.append(tick);
      else exercise.after(tick);
    });
    article.append(box(page, words.page));
  }

  // --- what is shown of it ---

  const links = () => document.querySelectorAll(".md-nav--primary a.md-nav__link[href], .course-stage li a[href]");

  function paint() {
    for (const input of boxes) input.checked = input.value in done;
    for (const link of links()) {
      const target = new URL(link.href);
      const finished = nameOf(link.href) in done && !target.hash;
      const mark = link.querySelector(":scope > .course-done");
      if (finished && !mark) {
        link.append(" ", element("span", { class: "course-done", role: "img", "aria-label": words.done }));
      } else if (!finished && mark) {
        mark.previousSibling.remove(); // the space, which parts the words for a screen reader
        mark.remove();
      }
    }
    report?.();
  }

  let report = null;

  function putReport(place) {
    const timed = document.querySelectorAll(".course-stage li > p:has(.course-time) a"); // the others only look up
    const all = new Set([...timed].map((link) => nameOf(link.href)));
    const bar = element("progress", { max: all.size, "aria-labelledby": "course-progress" });
    const counted = element("span");
    const told = element("p", { role: "status" });
    const button = (label, action) => {
      const made = element("button", { type: "button", class: "md-button" }, label);
      made.addEventListener("click", action);
      return made;
    };
    const erase = button(words.erase, () => {
      if (!confirm(words.sure)) return;
      done = {};
      keep();
      told.textContent = words.erased;
    });
    const file = element("input", { type: "file", accept: "application/json,.json", hidden: "" });
    file.addEventListener("change", async () => {
      told.textContent = await load(file.files[0]);
      file.value = "";
    });
    place.append(
      element("p", {}, element("strong", { id: "course-progress" }, words.title), " ", bar, " ", counted),
      element("p", {}, keeps ? words.kept : words.lost),
      element("p", {}, button(words.save, save), " ", button(words.load, () => file.click()), " ", erase),
      file,
      told,
    );
    report = () => {
      const finished = [...all].filter((name) => name in done).length;
      const exercises = Object.keys(done).filter((key) => key.includes("#")).length;
      bar.value = finished;
      counted.textContent = `${words.pages(finished, all.size)}, ${words.exercises(exercises)}`;
    };
    place.hidden = false;
  }

  function save() {
    const address = URL.createObjectURL(new Blob([record()], { type: "application/json" }));
    element("a", { href: address, download: words.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** Add what a file has to what is there; an earlier day stays. What there is to say of it. */
  async function load(file) {
    let read = null;
    try {
      read = JSON.parse(await file.text());
    } catch {
      return words.refused;
    }
    if (read?.course !== COURSE) return words.refused;
    const added = Object.entries(ticks(read)).filter(([key]) => !(key in done));
    Object.assign(done, Object.fromEntries(added));
    keep();
    return words.loaded(added.length);
  }

  recall();
  putBoxes();
  const place = document.querySelector(".course-progress");
  if (place) putReport(place);
  paint();

  const again = () => {
    recall();
    paint();
  };
  window.addEventListener("storage", again); // ticked in another window
  window.addEventListener("pageshow", (event) => event.persisted && again()); // back to a page that was kept
})();
