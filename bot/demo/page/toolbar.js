// The bar at the top: the bot's clock, faults of Telegram, starting over.

import { act } from "./api.js";
import { announce } from "./dom.js";
import { due, now } from "./time.js";

const SECONDS = { 429: 5, slow: 3 };
const at = (id) => document.getElementById(id);

export class Toolbar {
  constructor() {
    this.ahead = 0;
    at("clock-hour").addEventListener("click", () => this.jump({ minutes: 60 }));
    at("clock-day").addEventListener("click", () => this.jump({ minutes: 1440 }));
    at("clock-next").addEventListener("click", () => this.jump({}));
    at("fault").addEventListener("change", () => this.setFault());
    at("fault-extent").addEventListener("change", () => this.setFault());
    at("reset").addEventListener("click", () => act("reset"));
    at("more").addEventListener("click", () => this.toggle());
    setInterval(() => this.tick(), 1000);
  }

  async jump(given) {
    await act("clock", given);
    announce(`The clock shows ${now(Date.now() + this.ahead)}`);
  }

  async setFault() {
    const kind = at("fault").value;
    const extent = at("fault-extent").value;
    const share = extent.includes(".");
    await act("fault", { kind, seconds: SECONDS[kind] || 1, [share ? "rate" : "count"]: Number(extent) });
  }

  toggle() {
    const open = at("tools").classList.toggle("open");
    at("more").setAttribute("aria-expanded", String(open));
  }

  show(state) {
    this.ahead = new Date(state.now) - Date.now();
    this.tick();
    const next = at("clock-next");
    next.disabled = !state.next_due;
    next.textContent = state.next_due ? `Next: ${due(state.next_due)}` : "No reminder waits";
    at("open-calls").textContent = `Calls ${state.calls}`;
    const total = Object.values(state.fault.struck).reduce((sum, one) => sum + one, 0);
    at("struck").textContent = total ? `${total} failed` : "";
    document.body.classList.toggle("failing", Boolean(state.fault.kind));
    if (document.activeElement !== at("fault")) at("fault").value = state.fault.kind;
  }

  tick() {
    const instant = new Date(Date.now() + this.ahead);
    at("now").dateTime = instant.toISOString();
    at("now").textContent = now(instant);
  }
}
