/* From one language to the other: the switch keeps the place on the page, and a reader whose browser asks for the other
   language is told once, in that language, that the page exists in it. Nobody is sent anywhere. */
(() => {
  "use strict";

  const HERE = document.documentElement.lang;
  const STORED = "course-language"; // that the reader has chosen
  const OFFERS = {
    fr: { offer: "Cette page existe aussi en français.", read: "Lire en français", decline: "Ne plus proposer" },
    en: { offer: "This page exists in English, too.", read: "Read it in English", decline: "Do not offer again" },
  };

  const links = document.querySelectorAll("a.md-select__link[hreflang]");
  const headings = [...document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]")];

  /* Blocks and terms have one name in all languages. Of a heading the switch tells the number, too: both versions of a
     page have as many. */
  function arrive() {
    const [, number, id] = location.hash.match(/^#~(\d+)~(.+)$/) ?? [];
    if (!id) return;
    const place = document.getElementById(decodeURIComponent(id)) ?? headings[number];
    location.replace(`#${place?.id ?? ""}`);
  }

  function point() {
    const id = location.hash.slice(1);
    const number = headings.findIndex((heading) => heading.id === decodeURIComponent(id));
    for (const link of links) link.hash = link.hreflang === HERE || number < 0 ? id : `~${number}~${id}`;
  }

  function chosen() {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return HERE; // nothing can be kept: a line that came back each time would be a nuisance
    }
  }

  function choose(language) {
    try {
      localStorage.setItem(STORED, language);
    } catch {
      /* not kept */
    }
  }

  function offer() {
    const language = navigator.languages.map((name) => name.slice(0, 2).toLowerCase()).find((name) => name in OFFERS);
    const exists = document.querySelector(`link[rel~="alternate"][hreflang="${language}"]`);
    const link = [...links].find((candidate) => candidate.hreflang === language);
    if (!exists || !link || language === HERE || chosen()) return;
    const words = OFFERS[language];
    const line = document.createElement("div");
    line.className = "course-offer md-typeset";
    line.lang = language;
    line.role = "note";
    const there = document.createElement("a");
    there.hreflang = language;
    there.textContent = words.read;
    there.addEventListener("click", () => {
      there.href = link.href; // with the place where the reader is now
    });
    there.href = link.href;
    const decline = document.createElement("button");
    decline.type = "button";
    decline.textContent = words.decline;
    decline.addEventListener("click", () => {
      choose(HERE);
      line.remove();
    });
    line.append(`${words.offer} `, there, decline);
    document.querySelector(".md-content")?.prepend(line);
  }

  for (const link of links) link.addEventListener("click", () => choose(link.hreflang));
  window.addEventListener("hashchange", point);
  arrive();
  point();
  offer();
})();
