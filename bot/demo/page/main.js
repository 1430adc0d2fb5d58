// Starts the page: three phones, the bar, and the line on which the server tells what changed.

import { listen, read } from "./api.js";
import { Calls } from "./calls.js";
import { make } from "./dom.js";
import { roleLabels } from "./labels.js";
import { Phone } from "./phone.js";
import { Toolbar } from "./toolbar.js";

const PHONES = 3;
const PAUSE = 40;

class Page {
  constructor() {
    this.toolbar = new Toolbar();
    this.calls = new Calls();
    this.phones = [];
    this.dirty = new Set();
    this.timer = null;
  }

  async start() {
    const state = await read("state");
    this.phones = state.personas.slice(0, PHONES).map((persona) => new Phone(this, persona.user_id));
    const area = document.getElementById("phones");
    area.replaceChildren(...this.phones.map((phone) => phone.element));
    this.watchSwipes(area);
    listen((change) => this.mark(change), () => this.refreshAll());
    await this.refreshAll();
  }

  // Many changes in a moment are shown once.
  mark({ topic, id }) {
    if (topic === "chat" || topic === "notice") this.dirty.add(id);
    else if (topic === "calls") this.dirty.add("calls");
    else this.dirty.add("all");
    this.timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  async flush() {
    const dirty = this.dirty;
    this.dirty = new Set();
    this.timer = null;
    if (dirty.has("all")) return this.refreshAll();
    await Promise.all([
      ...this.phones.filter((phone) => dirty.has(phone.userId)).map((phone) => phone.refresh()),
      this.refreshState(),
      this.calls.refresh(),
    ]);
  }

  async refreshAll() {
    await this.refreshState();
    await Promise.all([...this.phones.map((phone) => phone.refresh()), this.calls.refresh()]);
  }

  async refreshState() {
    const state = await read("state");
    this.toolbar.show(state);
    this.guests = state.personas.filter((one) => one.role === "stranger").length;
    this.calls.names = Object.fromEntries(state.personas.map((one) => [one.user_id, one.title]));
    const people = JSON.stringify([state.personas, this.phones.map((phone) => phone.userId)]);
    if (people === this.people) return;
    this.people = people;
    for (const phone of this.phones) phone.showPeople(state.personas);
    this.showTabs(state.personas);
  }

  showTabs(personas) {
    const tabs = this.phones.map((phone) => {
      const me = personas.find((one) => one.user_id === phone.userId);
      const go = () => phone.element.scrollIntoView({ inline: "center", block: "nearest" });
      const label = make("span", { class: "quiet" }, roleLabels(me.role, me.language).english);
      return make("button", { type: "button", "data-testid": `tab-${me.user_id}`, onclick: go }, make("span", { dir: "auto" }, me.title), label);
    });
    document.getElementById("people").replaceChildren(...tabs);
    this.markTab(this.front || 0);
  }

  watchSwipes(area) {
    area.addEventListener("scroll", () => this.markTab(Math.round(area.scrollLeft / area.clientWidth)), { passive: true });
  }

  markTab(front) {
    this.front = front;
    [...document.getElementById("people").children].forEach((tab, place) => tab.setAttribute("aria-current", String(place === front)));
  }
}

new Page().start();
