/* Opened from a folder, browsers start no worker: the search then runs in a hidden frame of the page, which looks like
   one to the theme. Only the offline edition loads this file (hooks/offline.py). No text becomes code here, so that it
   works under a strict Content-Security-Policy. */
(() => {
  "use strict";

  class IFrameWorker extends EventTarget {
    #inside;
    #ready;
    #frame = document.createElement("iframe");

    constructor(url) {
      super();
      this.#frame.hidden = true;
      this.#frame.tabIndex = -1;
      document.body.append(this.#frame);
      this.#inside = this.#frame.contentWindow;
      this.#inside.document.open(); // for Firefox, which would replace the document that a frame begins with
      this.#inside.document.write("<!doctype html><title>…</title><body>");
      this.#inside.document.close();
      this.#inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
      this.#inside.importScripts = (...urls) =>
        urls.reduce((before, next) => before.then(() => this.#load(next)), Promise.resolve());
      this.#ready = this.#load(url);
    }

    postMessage(data) {
      this.#ready.then(() => this.#inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) })));
    }

    terminate() {
      this.#frame.remove();
    }

    #load(url) {
      return new Promise((loaded, failed) => {
        const script = this.#inside.document.createElement("script");
        Object.assign(script, { src: url, onload: loaded, onerror: () => failed(new Error(`not found: ${url}`)) });
        this.#inside.document.body.append(script);
      });
    }
  }

  if (location.protocol === "file:") {
    window.IFrameWorker = IFrameWorker; // the theme’s search asks for this name, and awaits importScripts then
    window.Worker = IFrameWorker;
  }
})();
