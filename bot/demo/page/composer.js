// The lower end of a phone: typing field, command menu, things to send, start and unblock.

import { make } from "./dom.js";
import { words } from "./labels.js";
import { Popup } from "./popup.js";

const THINGS = [
  ["send_photo", "🖼 Photo"], ["send_sticker", "👋 Sticker"], ["send_voice", "🎤 Voice note"],
  ["send_contact", "👤 Contact"], ["send_location", "📍 Place"], ["block", "⛔ Block the bot"],
];

export class Composer {
  constructor(element, deeds) {
    this.element = element;
    this.deeds = deeds;
    this.editing = null;
    this.state = "";
  }

  show(phone) {
    const state = JSON.stringify([phone.user_id, phone.language, phone.started, phone.blocked, phone.menu, phone.keyboard]);
    if (state === this.state) return;
    const typed = this.input && this.user === phone.user_id ? this.input.value : "";
    const focused = this.input && document.activeElement === this.input;
    this.state = state;
    this.user = phone.user_id;
    this.input = null;
    this.element.replaceChildren(...this.parts(phone, words(phone.language)).filter(Boolean));
    if (this.input) {
      this.input.value = typed;
      if (focused) this.input.focus();
      this.grow();
    }
  }

  parts(phone, word) {
    if (phone.blocked) return [this.big("Unblock the bot", "unblock", () => this.deeds.unblock())];
    if (!phone.started) return [this.big(word.start, "start", () => this.deeds.say("/start"))];
    return [this.replyKeyboard(phone), this.form(phone, word)];
  }

  big(text, name, deed) {
    return make("button", { type: "button", class: "big", "data-testid": name, onclick: deed }, text);
  }

  replyKeyboard(phone) {
    if (!phone.keyboard.length) return null;
    const key = (text) => make("button", { type: "button", class: "key", onclick: () => this.deeds.say(text) }, text);
    return make("div", { class: "keys reply" }, ...phone.keyboard.map((row) => make("div", { class: "row" }, ...row.map(key))));
  }

  form(phone, word) {
    this.input = make("textarea", {
      rows: 1, class: "input", dir: "auto", "data-testid": "input", "aria-label": word.message, placeholder: word.message,
      oninput: () => this.grow(), onkeydown: (event) => this.onKey(event),
    });
    const send = make("button", { class: "send", "data-testid": "send", "aria-label": word.send }, sendIcon());
    const menu = new Popup("☰", word.menu, phone.menu.map((one) => [`/${one.command}`, one.description, () => this.deeds.say(`/${one.command}`)]));
    const things = new Popup("+", "Send something else", THINGS.map(([deed, text]) => [text, "", () => this.deeds.thing(deed)]));
    menu.button.dataset.testid = "menu";
    things.button.dataset.testid = "things";
    const form = make("form", { class: "form" }, menu.element, things.element, this.input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
    if (event.key === "Escape" && this.editing) {
      this.editing = null;
      this.input.value = "";
      this.element.classList.remove("editing");
    }
  }

  startEdit(message) {
    this.editing = message;
    this.element.classList.add("editing");
    this.input.value = message.text;
    this.input.focus();
    this.grow();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    if (this.editing) this.deeds.change(this.editing, text);
    else this.deeds.say(text);
    this.editing = null;
    this.element.classList.remove("editing");
    this.input.value = "";
    this.grow();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }
}

function sendIcon() {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M4 12h14M12 5l7 7-7 7");
  picture.append(line);
  return picture;
}
