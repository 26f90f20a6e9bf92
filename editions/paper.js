/* Makes one book of the site's pages, in the browser that prints it. `compose` is called by editions/paper.py. */

/**
 * @param {object} book language, title, about, words, and chapters: [{file, name, html}] in their order
 */
function compose(book) {
  const chapters = book.chapters.map((chapter, index) => new Chapter(chapter, index, book.words));
  const files = new Map(chapters.map((chapter) => [chapter.file, chapter]));
  for (const chapter of chapters) chapter.prepare(files);
  const ends = [
    ending("solutions", book.words.solutions, chapters),
    ending("answers", book.words.answers, chapters),
  ].filter((section) => section.children.length > 1);
  const sections = [...chapters.map((chapter) => chapter.section), ...ends];
  for (const section of sections) numberAddresses(section, book.words.addresses);
  document.body.append(titlePage(book), contents(book.words.contents, sections), ...sections);
  document.head.append(runningHeads(book.title, [...document.body.querySelectorAll(":scope > [data-name]")]));
  for (const code of document.querySelectorAll("pre > :is(code, samp)")) splitIntoLines(code);
}

/** What is wider than the sheet: for its sake Chromium would print the whole book smaller. */
function tooWide() {
  const edge = document.documentElement.clientWidth + 1;
  const wide = [...document.querySelectorAll("body *")].filter((found) => found.getBoundingClientRect().right > edge);
  return wide.map((found) => `${found.closest("[data-name]")?.dataset.name}: ${found.textContent.trim().slice(0, 80)}`);
}

/** After the styles are there: mark what depends on how much room things take. */
function measure(pageHeight) {
  for (const line of document.querySelectorAll(".line")) markWraps(line);
  for (const block of document.querySelectorAll(".highlight, .both, .captured, .admonition, .fold, table")) {
    if (block.getBoundingClientRect().height > pageHeight * 0.4) block.classList.add("long");
  }
}

/** Write down on which sheets the last printing had what links lead to; tell whether that changed anything. */
function number(sheets) {
  let changed = false;
  for (const link of document.querySelectorAll("a.internal, .contents a")) {
    const at = `${sheets[link.getAttribute("href").slice(1)] ?? "000"}`;
    changed ||= link.dataset.at !== at;
    link.dataset.at = at;
  }
  return changed;
}

class Chapter {
  constructor({ file, name, html }, index, words) {
    Object.assign(this, { file, name, words, key: file.replace(/\.html$/, ""), set: { solutions: [], answers: [] } });
    this.section = element("section", { id: `c-${this.key}`, class: "chapter" });
    this.section.dataset.name = name;
    this.section.dataset.page = `c${index}`;
    this.section.innerHTML = html;
  }

  prepare(files) {
    this.heading = this.section.querySelector("h1");
    this.clean();
    this.unfold();
    this.identify();
    this.link(files);
  }

  each(selector, act) {
    for (const found of this.section.querySelectorAll(selector)) act(found);
  }

  /** Without what only a screen has a use for. */
  clean() {
    const screen = ".headerlink, .banc-copy, .banc-badge > a, .banc-figure__more, .md-button, button, script, [hidden]";
    this.each(screen, (found) => found.remove());
    this.each("[tabindex]", (found) => found.removeAttribute("tabindex"));
    // The title page says it of all blocks; what is said of one of them alone stays.
    this.each(".banc-badge--verified", (badge) => badge.remove());
    this.each(".banc-badge--fails:has(time)", (badge) => badge.replaceChildren(badge.querySelector("strong")));
    // What was captured makes the pattern that it fits superfluous.
    this.each(".highlight:has(> .banc-captured) + .banc-expected", (pattern) => pattern.remove());
    this.each(".highlight + .banc-expected", (pattern) => {
      const both = element("div", { class: "both" });
      const block = pattern.previousElementSibling;
      block.replaceWith(both);
      both.append(block, pattern);
    });
    this.each("p:empty, ul:empty", (found) => found.remove());
  }

  /** Nothing is folded on paper; solutions and answers stand at the end of the book. */
  unfold() {
    // As when the page itself is printed: commands alone.
    if (this.heading.matches(".course-sheet")) this.each("details", (fold) => fold.remove());
    this.each(".banc-question", (question) => this.putOffChoices(question));
    this.each(".tabbed-set", (tabs) => {
      const labels = [...tabs.querySelectorAll(":scope > .tabbed-labels > label")].map((label) => label.innerHTML);
      const blocks = [...tabs.querySelectorAll(":scope > .tabbed-content > .tabbed-block")];
      tabs.replaceChildren(
        ...blocks.map((block, index) => {
          const title = element("p", { class: "fold-title" });
          title.innerHTML = labels[index];
          const tab = element("div", { class: "fold" });
          tab.append(title, ...block.childNodes);
          return tab;
        }),
      );
    });
    this.each("details", (fold) => {
      const title = element("p", { class: "fold-title" });
      const body = element("div", { class: fold.matches(".banc-captured") ? "captured" : `fold ${fold.className}` });
      title.append(...(fold.querySelector(":scope > summary")?.childNodes ?? []));
      fold.querySelector(":scope > summary")?.remove();
      body.append(title, ...fold.childNodes);
      fold.replaceWith(body);
    });
    this.each(".fold.solution", (fold) => this.putOff(fold, "solutions"));
    this.each(".fold.question", (fold) => this.putOff(fold, "answers"));
  }

  /** Leave where it stood the way to a fold that moves to the end. */
  putOff(fold, kind) {
    const id = `${kind}-${this.set[kind].length + 1}`;
    const title = fold.querySelector(".fold-title");
    const pointer = element("p", { class: `to-${kind}` });
    const link = element("a", { href: `#${id}`, class: "internal" });
    if (kind === "answers") {
      pointer.append(...title.cloneNode(true).childNodes, " ");
      link.append(this.words.answer);
    } else {
      link.append(title.textContent);
    }
    pointer.append(link);
    fold.replaceWith(pointer);
    fold.id = id;
    if (kind === "solutions") {
      const where = headingBefore(pointer, this.section);
      title.replaceChildren(...(where && where !== this.heading ? [where.textContent] : [title.textContent]));
    }
    this.set[kind].push(fold);
  }

  /** A question keeps its choices; which is right, and why, is told at the end. */
  putOffChoices(question) {
    const title = question.querySelector(".admonition-title");
    const answered = element("div", { class: "fold", id: `answers-${this.set.answers.length + 1}` });
    const asked = element("p", { class: "fold-title" });
    asked.append(...title.cloneNode(true).childNodes);
    answered.append(asked);
    for (const choices of question.querySelectorAll(".banc-choices")) {
      const told = element("ul", { class: "choices" });
      for (const choice of choices.querySelectorAll(":scope > li > details")) {
        const said = choice.querySelector(":scope > summary");
        const item = element("li", {});
        const chosen = element("p", { class: "chosen" });
        chosen.append(...said.cloneNode(true).childNodes);
        said.remove();
        item.append(chosen, ...choice.childNodes);
        told.append(item);
        choice.replaceWith(...said.childNodes);
      }
      answered.append(told);
    }
    const pointer = element("p", { class: "to-answers" });
    pointer.append(element("a", { href: `#${answered.id}`, class: "internal" }, this.words.answer));
    question.append(pointer);
    this.set.answers.push(answered);
  }

  /** Make the ids of all chapters differ. */
  identify() {
    const moved = [...this.set.solutions, ...this.set.answers];
    const all = [this.section, ...moved].flatMap((root) => [root, ...root.querySelectorAll("*")]);
    for (const found of all) {
      if (found === this.section) continue;
      if (found.id) found.id = `${this.key}--${found.id}`;
      for (const name of ["aria-labelledby", "aria-describedby"]) {
        const ids = found.getAttribute(name);
        if (ids) found.setAttribute(name, ids.split(" ").map((id) => `${this.key}--${id}`).join(" "));
      }
    }
  }

  /** Links to pages of the site lead to their place in the book. */
  link(files) {
    const roots = [this.section, ...this.set.solutions, ...this.set.answers];
    for (const link of roots.flatMap((root) => [...root.querySelectorAll("a[href]")])) {
      const href = link.getAttribute("href");
      if (/^[a-z]+:/.test(href)) continue;
      const [file, fragment] = href.split("#");
      const chapter = file ? files.get(file) : this;
      if (!chapter) {
        link.replaceWith(...link.childNodes); // a page that is not in the book
        continue;
      }
      link.setAttribute("href", fragment ? `#${chapter.key}--${fragment}` : `#c-${chapter.key}`);
      if (!link.matches(".banc-term, h1 *, h2 *, h3 *")) link.classList.add("internal");
    }
  }
}

/** Links to elsewhere get a number, and their address at the section's end. */
function numberAddresses(section, title) {
  const addresses = [];
  for (const link of section.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (!/^[a-z]+:/.test(href)) continue;
    link.classList.add("external");
    if (link.textContent.trim() === href) continue;
    if (!addresses.includes(href)) addresses.push(href);
    link.after(element("sup", { class: "address" }, `${addresses.indexOf(href) + 1}`));
  }
  if (!addresses.length) return;
  const list = element("ol", {});
  for (const address of addresses) {
    const item = element("li", {});
    item.append(element("a", { href: address, class: "external" }, address));
    list.append(item);
  }
  const notes = element("aside", { class: "addresses" });
  notes.append(element("p", { class: "addresses-title" }, title), list);
  section.append(notes);
}

function ending(kind, name, chapters) {
  const section = element("section", { id: `c-${kind}`, class: "chapter ending" });
  section.dataset.name = name;
  section.dataset.page = kind;
  section.append(element("h1", {}, name));
  for (const chapter of chapters) {
    if (!chapter.set[kind].length) continue;
    section.append(element("h2", { id: `${kind}--${chapter.key}` }, chapter.name));
    for (const fold of chapter.set[kind]) {
      const title = fold.querySelector(".fold-title");
      const heading = element(kind === "solutions" ? "h3" : "p", { class: kind === "solutions" ? "" : "asked" });
      heading.append(...title.childNodes);
      title.replaceWith(heading);
      fold.className = "put-off";
      section.append(fold);
    }
  }
  return section;
}

function titlePage({ title, about, facts }) {
  const page = element("header", { class: "title-page" });
  page.append(element("p", { class: "title" }, title), element("p", { class: "about" }, about));
  for (const fact of facts) page.append(element("p", { class: "fact" }, fact));
  return page;
}

function contents(name, sections) {
  const nav = element("nav", { id: "c-contents", class: "chapter contents" });
  nav.dataset.name = name;
  nav.dataset.page = "contents";
  nav.append(element("h1", {}, name));
  const list = element("ol", {});
  for (const section of sections) {
    const item = element("li", {});
    item.append(entry(section.querySelector("h1"), section.id));
    const parts = element("ol", {});
    for (const heading of section.querySelectorAll(":scope:not(.ending) > h2[id]:not(.term)")) {
      const part = element("li", {});
      part.append(entry(heading, heading.id));
      parts.append(part);
    }
    item.append(parts);
    list.append(item);
  }
  nav.append(list);
  return nav;
}

function entry(heading, id) {
  const link = element("a", { href: `#${id}` });
  link.append(element("span", { class: "entry" }, heading.textContent.trim()), element("span", { class: "dots" }));
  return link;
}

function runningHeads(title, sections) {
  const rules = sections.map(({ id, dataset }) =>
    `@page ${dataset.page} { @top-left { content: ${JSON.stringify(title)} } @top-right { content: ${JSON.stringify(dataset.name)} } }
     #${CSS.escape(id)} { page: ${dataset.page} }`);
  return element("style", {}, rules.join("\n"));
}

/** Each line becomes an element, so that what goes on in the next one can be seen to. */
function splitIntoLines(code) {
  const lines = [];
  const begin = () => lines.push(element("span", { class: "line" }));
  begin();
  const put = (text, path) => {
    let place = lines.at(-1);
    for (const origin of path) {
      if (place.lastChild?.origin !== origin) {
        const copy = origin.cloneNode(false);
        copy.origin = origin;
        place.append(copy);
      }
      place = place.lastChild;
    }
    place.append(text);
  };
  const walk = (node, path) => {
    if (node.nodeType === Node.TEXT_NODE) {
      node.data.split("\n").forEach((text, index) => {
        if (index) begin();
        if (text) put(text, path);
      });
    } else {
      for (const child of node.childNodes) walk(child, node === code ? path : [...path, node]);
    }
  };
  walk(code, []);
  while (lines.length > 1 && !lines.at(-1).textContent) lines.pop();
  code.replaceChildren(...lines);
}

function markWraps(line) {
  const height = parseFloat(getComputedStyle(line).lineHeight);
  const rows = Math.round(line.getBoundingClientRect().height / height);
  for (let row = 1; row < rows; row += 1) {
    const mark = element("i", { class: "wrap" });
    mark.style.top = `${row * height}px`;
    line.append(mark);
  }
}

function headingBefore(node, root) {
  const all = [...root.querySelectorAll("h1, h2, h3, h4, .admonition.example > .admonition-title")];
  return all.filter((heading) => heading.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
}

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
