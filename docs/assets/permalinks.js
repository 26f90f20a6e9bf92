/* A link to each heading behind it, for who wants to point at it; without this script the table of contents has them. */
(() => {
  "use strict";

  const NAMES = { fr: "Lien permanent vers cette partie", en: "Permanent link to this part" };
  const name = NAMES[document.documentElement.lang] ?? NAMES.en;

  for (const heading of document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]")) {
    const link = document.createElement("a");
    link.className = "headerlink";
    link.href = `#${heading.id}`;
    link.title = name;
    link.textContent = "¶";
    heading.append(link);
  }
})();
