// The drawer with the raw calls of the bot, newest first, with a filter.

import { read } from "./api.js";
import { make } from "./dom.js";
import { withSeconds } from "./time.js";

const NEWEST = 200;
const at = (id) => document.getElementById(id);

export class Calls {
  constructor() {
    this.calls = [];
    this.names = {};
    this.opened = new Set();
    at("open-calls").addEventListener("click", () => this.toggle(at("calls").hidden));
    at("close-calls").addEventListener("click", () => this.toggle(false));
    at("calls-filter").addEventListener("input", () => this.show());
    at("calls").addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  async toggle(open) {
    at("calls").hidden = !open;
    at("open-calls").setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("with-calls", open);
    if (!open) return at("open-calls").focus();
    await this.refresh();
    at("calls-filter").focus();
  }

  async refresh() {
    if (at("calls").hidden) return;
    this.calls = (await read(`ledger?last=${NEWEST}`)).calls.reverse();
    this.show();
  }

  show() {
    const wanted = at("calls-filter").value.trim().toLowerCase();
    const found = this.calls.filter((call) => !wanted || this.words(call).includes(wanted));
    at("calls-list").replaceChildren(...found.map((call) => this.row(call)));
  }

  words(call) {
    const outcome = call.outcome === "ok" ? "ok" : `refused ${call.outcome}`;
    return `${call.method} ${this.who(call)} ${outcome} ${call.fault} ${JSON.stringify(call.params)}`.toLowerCase();
  }

  who(call) {
    return this.names[call.chat_id] || call.chat_id || "";
  }

  row(call) {
    const good = call.outcome === "ok" && !call.fault;
    const outcome = call.fault && call.outcome === "ok" ? `ok, ${call.fault}` : call.outcome;
    const summary = make(
      "summary",
      {},
      make("time", { class: "quiet", datetime: call.at }, withSeconds(call.at)),
      make("strong", {}, call.method),
      make("span", { class: "quiet", dir: "auto" }, String(this.who(call))),
      make("span", { class: good ? "outcome" : "outcome bad" }, outcome),
    );
    const params = make("pre", { tabindex: 0 }, JSON.stringify(call.params, null, 2));
    const details = make("details", { open: this.opened.has(call.number) }, summary, params);
    details.addEventListener("toggle", () => this.opened[details.open ? "add" : "delete"](call.number));
    return make("li", { "data-testid": "call" }, details);
  }
}
