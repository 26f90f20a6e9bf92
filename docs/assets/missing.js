/* The error page in the language of the address that leads nowhere. Most hosts have one such page for a whole site:
   where that is of the other language, the reader gets the right one, under the address that was asked for. */
(() => {
  "use strict";

  const { base, folder, folders } = document.currentScript.dataset; // "/site/", "" or "en/", ["en/"]
  const [, asked] = location.hash.match(/^#(\/.*)$/s) ?? [];
  if (asked?.startsWith(base + folder)) history.replaceState(null, "", asked); // no further than this language's pages

  const path = location.pathname.slice(base.length);
  const other = JSON.parse(folders).find((candidate) => path.startsWith(candidate));
  if (!folder && other && path !== `${other}404.html`) {
    location.replace(`${base}${other}404.html#${location.pathname}`);
    return;
  }

  /* The switch stays at the address, too. */
  document.addEventListener("DOMContentLoaded", () => {
    const rest = folder && path.startsWith(folder) ? path.slice(folder.length) : path;
    for (const link of document.querySelectorAll("a.md-select__link[hreflang]")) {
      const home = new URL(link.href).pathname.replace(/index\.html$/, "");
      link.href = home + rest;
    }
  });
})();
