// One phone: whose it is, its language, and the chat with the bot in it.

import { act, read } from "./api.js";
import { Composer } from "./composer.js";
import { make, option } from "./dom.js";
import { LANGUAGES, direction, roleLabels, words } from "./labels.js";
import { Log } from "./log.js";
import { Notices } from "./notice.js";

const NEW_PERSON = "new";

export class Phone {
  constructor(page, userId) {
    this.page = page;
    this.userId = userId;
    const deeds = {
      say: (text) => this.do("say", { text }),
      thing: (deed) => this.do(deed),
      unblock: () => this.do("unblock"),
      edit: (message) => this.composer.startEdit(message),
      change: (message, text) => this.do("edit", { message_id: message.message_id, text }),
      press: (one, message, element) => this.press(one, message, element),
    };
    this.build();
    this.log = new Log(this.logElement, deeds);
    this.notices = new Notices(this.noticeElement);
    this.composer = new Composer(this.composerElement, deeds);
    this.logElement.addEventListener("click", (event) => this.onLink(event));
  }

  build() {
    this.role = make("p", { class: "role" });
    this.person = make("select", { "aria-label": "Person", "data-testid": "person", onchange: () => this.switchPerson() });
    this.language = make("select", { "aria-label": "Language of the phone", "data-testid": "language", onchange: () => this.switchLanguage() });
    this.name = make("strong");
    this.sort = make("span", { class: "quiet" });
    this.logElement = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: 0 });
    this.welcome = make("p", { class: "welcome", dir: "auto", hidden: true });
    this.noticeElement = make("div", { class: "notices" });
    this.composerElement = make("div", { class: "composer" });
    const face = make("span", { class: "face", "aria-hidden": "true" }, make("img", { src: "/page/icon.svg", alt: "" }));
    const head = make("header", { class: "chat-head" }, face, make("div", {}, this.name, this.sort));
    this.screen = make("div", { class: "screen" }, head, this.logElement, this.welcome, this.noticeElement, this.composerElement);
    const owner = make("div", { class: "owner" }, this.role, make("div", { class: "choices" }, this.person, this.language));
    this.element = make("section", { class: "slot" }, owner, make("div", { class: "phone" }, this.screen));
  }

  async do(deed, given = {}) {
    try {
      return await act(deed, { user_id: this.userId, ...given });
    } catch (error) {
      this.notices.toast(error.message);
      return null;
    }
  }

  async press(one, message, element) {
    if (one.copy_text) return this.copy(one.copy_text);
    if (one.url) return this.follow(one.url);
    element.setAttribute("aria-busy", "true");
    const query = await this.do("press", { message_id: message.message_id, button: one.callback_data });
    if (query) this.notices.wait(query, element);
    else element.removeAttribute("aria-busy");
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => {});
    this.notices.toast(`Copied: ${text}`);
  }

  // Links never leave the page: those of the bot start it, a command is sent, others are only told.
  async follow(url) {
    if (url.startsWith("#/")) return this.do("say", { text: url.slice(1) });
    const message = await this.do("open_link", { url });
    if (message === null) this.notices.toast(`A phone would open ${url}`);
  }

  onLink(event) {
    const link = event.target.closest("a");
    if (event.target.closest(".spoiler")) event.target.closest(".spoiler").classList.add("open");
    if (!link || link.hasAttribute("download")) return;
    event.preventDefault();
    this.follow(link.getAttribute("href"));
  }

  async switchPerson() {
    const chosen = this.person.value;
    const userId = chosen === NEW_PERSON ? await act("user", { name: `Guest ${this.page.guests + 1}`, language: "en" }) : Number(chosen);
    this.userId = userId;
    this.log.clear();
    this.notices.forget();
    await this.page.refreshState();
    await this.refresh();
  }

  async switchLanguage() {
    await this.do("set_language", { language_code: this.language.value });
  }

  async refresh() {
    const asked = this.userId;
    const phone = await read(`phone/${asked}`);
    if (asked === this.userId) this.show(phone);
  }

  showPeople(personas) {
    const me = personas.find((persona) => persona.user_id === this.userId);
    if (!me) return;
    const labels = roleLabels(me.role, me.language);
    this.element.dataset.testid = `phone-${this.userId}`;
    this.element.id = `phone-${this.userId}`;
    this.element.setAttribute("aria-label", `Phone of ${me.title}, ${labels.english}`);
    this.logElement.setAttribute("aria-label", `Chat of ${me.title} with the bot`);
    this.role.replaceChildren(make("span", {}, labels.english), labels.own ? make("span", { lang: me.language, dir: "auto" }, labels.own) : "");
    const people = personas.map((one) => option(one.user_id, one.title, one.user_id === this.userId));
    this.person.replaceChildren(...people, option(NEW_PERSON, "A new person …", false));
  }

  show(phone) {
    const word = words(phone.language);
    const known = LANGUAGES[phone.language] ? LANGUAGES : { [phone.language]: phone.language, ...LANGUAGES };
    this.screen.dir = direction(phone.language);
    this.screen.lang = phone.language;
    this.language.replaceChildren(...Object.entries(known).map(([code, name]) => option(code, name, code === phone.language)));
    this.name.textContent = phone.bot_name;
    this.sort.textContent = word.bot;
    const empty = phone.messages.length === 0;
    this.logElement.hidden = empty;
    this.welcome.hidden = !empty;
    this.welcome.textContent = phone.bot_description || phone.bot_name;
    this.log.show(phone);
    this.notices.show(phone, word);
    this.composer.show(phone);
  }
}
