// Shows a schematic as large as the window allows: by a click on it, or by the button below it. Escape closes it.

(() => {
  const dialog = document.createElement("dialog");
  dialog.className = "banc-figure banc-figure--enlarged";
  dialog.innerHTML = '<p class="banc-figure__bar"><span></span><button type="button"></button></p><div tabindex="0"></div>';
  const [title, close, area] = dialog.querySelectorAll("span, button, div");
  let giveBack = () => {};

  function enlarge(figure) {
    const picture = figure.querySelector("svg");
    const home = picture.parentElement;
    const { scrollLeft } = home;
    const { width, height } = picture.viewBox.baseVal;
    title.textContent = picture.querySelector("title").textContent;
    close.textContent = figure.querySelector("button").dataset.close;
    dialog.setAttribute("aria-label", title.textContent);
    dialog.style.setProperty("--figure-width", `${width}px`);
    dialog.style.setProperty("--figure-ratio", width / height);
    home.style.minHeight = `${home.getBoundingClientRect().height}px`; // the page stays as it is below the dialog
    area.replaceChildren(picture); // moved, not copied: its ids stay the only ones
    giveBack = () => {
      home.append(picture);
      home.style.minHeight = "";
      home.scrollLeft = scrollLeft;
    };
    dialog.showModal();
  }

  dialog.addEventListener("close", () => giveBack());
  dialog.addEventListener("click", event => {
    if (event.target === dialog || event.target === close) dialog.close();
  });
  addEventListener("beforeprint", () => dialog.close()); // on paper each picture is in its place
  document.body.append(dialog);

  for (const figure of document.querySelectorAll("figure.banc-figure")) {
    const button = figure.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => enlarge(figure));
    const area = figure.querySelector(".banc-figure__scroll");
    area.addEventListener("click", () => {
      if (getSelection().isCollapsed) enlarge(figure); // else the reader has marked words of it
    });
  }
})();
