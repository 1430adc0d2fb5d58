// Builds one message of a chat: bubble, attachment, marks, inline keyboard.

import { make } from "./dom.js";
import { words } from "./labels.js";
import { hour } from "./time.js";

const KINDS = { sticker: "👋 sticker", voice: "🎤 voice note", contact: "👤 contact", location: "📍 place", service: "ℹ" };
const STYLES = new Set(["success", "danger", "primary"]);

export function buildMessage(message, phone, deeds) {
  const mine = !message.from_bot;
  const body = make("div", { class: "body" }, attachment(message, phone), text(message), meta(message, phone, deeds));
  return make(
    "article",
    {
      class: `message ${mine ? "mine" : "theirs"}`,
      "data-testid": "message",
      "data-message-id": message.message_id,
      "data-from": mine ? "person" : "bot",
    },
    body,
    keyboard(message, deeds),
  );
}

function text(message) {
  if (!message.text) return null;
  const element = make("div", { class: "text", dir: "auto" });
  element.innerHTML = message.html; // made by the server from escaped text and known tags only
  return element;
}

function meta(message, phone, deeds) {
  const edit = !message.from_bot && message.kind === "text"
    ? make("button", { type: "button", class: "edit", "aria-label": "Edit this message", onclick: () => deeds.edit(message) }, "✎")
    : null;
  const edited = message.edited ? make("span", { class: "edited" }, words(phone.language).edited) : null;
  return make("div", { class: "meta" }, edit, edited, make("time", { datetime: message.date }, hour(message.date)));
}

function attachment(message, phone) {
  if (message.kind === "venue") return venue(message.fields.venue);
  if (message.kind === "photo" && message.file) return photo(message, phone);
  if (message.file) return file(message, phone);
  if (message.kind === "photo") return make("div", { class: "thing" }, "🖼 photo");
  if (KINDS[message.kind]) return make("div", { class: "thing" }, KINDS[message.kind]);
  return null;
}

const address = (message, phone) => `/demo/file/${phone.user_id}/${message.message_id}`;

function file(message, phone) {
  const size = message.file.bytes < 1024 ? `${message.file.bytes} B` : `${Math.round(message.file.bytes / 1024)} kB`;
  return make(
    "a",
    { class: "file", href: address(message, phone), download: message.file.name, "data-testid": "file" },
    make("span", { class: "sheet", "aria-hidden": "true" }, "↓"),
    make("span", { class: "name", dir: "auto" }, message.file.name),
    make("span", { class: "quiet" }, size),
  );
}

function photo(message, phone) {
  return make("img", { class: "photo", src: address(message, phone), alt: message.file.name, loading: "lazy" });
}

function venue(place) {
  const where = `${place.location.latitude.toFixed(4)}, ${place.location.longitude.toFixed(4)}`;
  return make(
    "div",
    { class: "venue" },
    make("span", { class: "pin", "aria-hidden": "true" }, "📍"),
    make("strong", { dir: "auto" }, place.title),
    make("span", { dir: "auto" }, place.address),
    make("span", { class: "quiet", dir: "ltr" }, where),
  );
}

function keyboard(message, deeds) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => make("div", { class: "row" }, ...row.map((one) => key(one, message, deeds))));
  return make("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" }, ...rows);
}

function key(one, message, deeds) {
  const kind = STYLES.has(one.style) ? one.style : "";
  const mark = one.url ? "↗" : one.copy_text ? "⧉" : "";
  const element = make(
    "button",
    { type: "button", class: `key ${kind}`, "data-testid": "button", "data-style": kind || null, title: one.url || null },
    make("span", { dir: "auto" }, one.text),
    mark ? make("span", { class: "mark", "aria-hidden": "true" }, mark) : null,
  );
  element.addEventListener("click", () => deeds.press(one, message, element));
  return element;
}
