// Keeps the list of messages on the screen equal to the chat, touching only what changed so that focus stays.

import { make } from "./dom.js";
import { buildMessage } from "./message.js";
import { day, dayKey } from "./time.js";

export class Log {
  constructor(element, deeds) {
    this.element = element;
    this.deeds = deeds;
    this.shown = new Map();
    this.atEnd = true;
    element.addEventListener("scroll", () => {
      this.atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    }, { passive: true });
    // Whoever reads the newest message goes on doing so when the phone changes its size.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(element);
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  clear() {
    this.shown.clear();
    this.element.replaceChildren();
  }

  show(phone) {
    const follow = this.atEnd || this.shown.size === 0;
    const wanted = rows(phone);
    const keys = new Set(wanted.map((row) => row.key));
    for (const [key, row] of this.shown) {
      if (!keys.has(key)) {
        row.node.remove();
        this.shown.delete(key);
      }
    }
    wanted.forEach((row, place) => this.put(row, place, phone));
    if (follow) this.toEnd();
  }

  put(row, place, phone) {
    const old = this.shown.get(row.key);
    if (old && old.signature === row.signature) return;
    const node = row.message ? buildMessage(row.message, phone, this.deeds) : divider(row);
    this.shown.set(row.key, { node, signature: row.signature });
    if (old) {
      const focused = focusedKey(old.node);
      old.node.replaceWith(node);
      if (focused >= 0) refocus(node, focused, this.element);
    } else {
      this.element.insertBefore(node, this.element.children[place] || null);
    }
  }
}

function rows(phone) {
  const list = [];
  let last = "";
  for (const message of phone.messages) {
    const key = dayKey(message.date);
    if (key !== last) list.push({ key: `day ${key}`, signature: phone.language, text: day(message.date, phone.language) });
    last = key;
    list.push({ key: message.message_id, signature: JSON.stringify([message, phone.language]), message });
  }
  return list;
}

const divider = (row) => make("p", { class: "day" }, make("span", {}, row.text));

function focusedKey(node) {
  return node.contains(document.activeElement)
    ? [...node.querySelectorAll("button, a")].indexOf(document.activeElement)
    : -1;
}

function refocus(node, place, fallback) {
  const places = [...node.querySelectorAll("button, a")];
  (places[Math.min(place, places.length - 1)] || fallback).focus({ preventScroll: true });
}
