// A button that opens a short list of choices above itself; arrows move, Escape closes.

import { make } from "./dom.js";

export class Popup {
  constructor(sign, label, choices) {
    this.button = make("button", {
      type: "button", class: "icon", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false",
      disabled: choices.length === 0, onclick: () => this.toggle(),
    }, sign);
    this.list = make("div", { class: "popup", role: "menu", "aria-label": label, hidden: true }, ...choices.map((one) => this.choice(one)));
    this.element = make("div", { class: "popup-place" }, this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.close();
    });
  }

  choice([name, note, deed]) {
    const pick = () => {
      this.close();
      this.button.focus();
      deed();
    };
    const text = make("span", { class: "name", dir: "ltr" }, name);
    return make("button", { type: "button", role: "menuitem", tabindex: -1, onclick: pick }, text, note ? make("span", { class: "quiet", dir: "auto" }, note) : null);
  }

  toggle() {
    if (!this.list.hidden) return this.close();
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.firstElementChild.focus();
  }

  close() {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  onKey(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      this.close();
      this.button.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || this.list.hidden) return;
    event.preventDefault();
    const items = [...this.list.children];
    const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
    items[next].focus();
  }
}
