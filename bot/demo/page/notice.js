// What the bot answers to a pressed button: a short note at the top of the phone, or an alert that waits for OK.

import { announce, make } from "./dom.js";

export class Notices {
  constructor(element) {
    this.element = element;
    this.seen = null;
    this.waiting = new Map();
  }

  // Shows the answers that came since the last time; the first look shows none of the old ones.
  show(phone, word) {
    const answered = phone.notices.filter((notice) => notice.answered);
    const fresh = this.seen ? answered.filter((notice) => !this.seen.has(notice.query_id)) : [];
    this.seen = new Set(answered.map((notice) => notice.query_id));
    for (const notice of fresh) {
      this.waiting.get(notice.query_id)?.removeAttribute("aria-busy");
      this.waiting.delete(notice.query_id);
      if (notice.text && notice.alert) this.alert(notice.text, word);
      else if (notice.text) this.toast(notice.text);
    }
  }

  forget() {
    this.seen = null;
    this.waiting.clear();
    this.element.replaceChildren();
  }

  wait(queryId, button) {
    this.waiting.set(queryId, button);
    setTimeout(() => button.removeAttribute("aria-busy"), 8000);
  }

  toast(text) {
    const note = make("p", { class: "toast", role: "status", dir: "auto", "data-testid": "toast" }, text);
    this.element.append(note);
    setTimeout(() => note.remove(), 3500);
  }

  alert(text, word) {
    const back = document.activeElement;
    const close = () => {
      box.remove();
      back?.focus?.();
    };
    const ok = make("button", { type: "button", class: "key primary", onclick: close }, word.ok);
    const box = make("div", { class: "alert", role: "alertdialog", "aria-label": text, "data-testid": "alert" }, make("p", { dir: "auto" }, text), ok);
    box.addEventListener("keydown", (event) => event.key === "Escape" && close());
    this.element.append(box);
    ok.focus();
    announce(text);
  }
}
