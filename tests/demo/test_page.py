"""The page in a real browser: three phones, the bar, the calls, by mouse and by keyboard."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.demo.telegram import Upload
from tests.demo.browser import NARROW, View, open_page
from tests.demo.hands import AMAL, CLARA, OLENA, button, keyboard
from tests.demo.serving import Site

pytestmark = pytest.mark.browser


async def next_text(site: Site) -> str:
    """What the newest message to the bot says, once there is one."""
    while True:
        updates = await site.desk.updates(offset=-1)
        if updates:
            return str(updates[-1]["message"]["text"])
        await asyncio.sleep(0.02)


async def test_every_phone_reads_in_its_own_direction(site: Site) -> None:
    await site.desk.send("مرحبا Olena 17:00", chat_id=AMAL)
    async with open_page(site) as view:
        await expect(view.phone(AMAL).locator(".screen")).to_have_attribute("dir", "rtl")
        await expect(view.phone(OLENA).locator(".screen")).to_have_attribute("dir", "ltr")
        text = view.phone(AMAL).get_by_test_id("message").last.locator(".text")
        assert await text.evaluate("element => getComputedStyle(element).direction") == "rtl"
        await expect(view.phone(AMAL).get_by_test_id("input")).to_have_attribute("placeholder", "رسالة")


PLACE = """(element, words) => {
  const text = element.firstChild;
  const range = document.createRange();
  range.setStart(text, text.data.indexOf(words));
  range.setEnd(text, text.data.indexOf(words) + words.length);
  return range.getBoundingClientRect().x;
}"""


async def test_a_name_that_is_kept_apart_turns_no_sentence_around(site: Site) -> None:
    said = "🔎 \u2068أمل\u2069, since Tuesday"
    await site.desk.send(said, chat_id=CLARA, reply_markup=keyboard(button(said, "x")))
    async with open_page(site) as view:
        message = view.phone(CLARA).get_by_test_id("message").last
        for words in (message.locator(".text"), message.locator(".key span")):
            assert await words.evaluate(PLACE, "أمل") < await words.evaluate(PLACE, "since")


async def test_what_is_typed_reaches_the_bot(site: Site) -> None:
    async with open_page(site) as view:
        await view.phone(CLARA).get_by_test_id("input").fill("Guten Tag")
        await view.page.keyboard.press("Enter")
        assert await next_text(site) == "Guten Tag"
        await expect(view.phone(CLARA).get_by_test_id("message").last).to_contain_text("Guten Tag")
        await view.phone(CLARA).get_by_test_id("input").fill("Und noch etwas")
        await view.phone(CLARA).get_by_test_id("send").click()
        await expect(view.phone(CLARA).get_by_test_id("message").last).to_contain_text("Und noch etwas")


async def test_an_empty_chat_begins_with_start(site: Site) -> None:
    user_id = await site.do("user", name="Guest", language="uk")
    async with open_page(site) as view:
        await view.phone(OLENA).get_by_test_id("person").select_option(str(user_id))
        await view.phone(user_id).get_by_test_id("start").click()
        assert await next_text(site) == "/start"
        await expect(view.phone(user_id).get_by_test_id("input")).to_be_visible()


async def test_a_press_by_keyboard_is_answered_and_focus_stays(site: Site) -> None:
    markup = keyboard({**button("Так", "yes"), "style": "success"})
    sent = await site.desk.send("Прийдеш?", reply_markup=markup)
    async with open_page(site) as view:
        key = view.phone(OLENA).get_by_test_id("button")
        await expect(key).to_have_attribute("data-style", "success")
        await key.focus()
        await view.page.keyboard.press("Enter")
        while not site.desk.telegram.notices(OLENA):
            await asyncio.sleep(0.02)
        notice = site.desk.telegram.notices(OLENA)[-1]
        await site.desk.ok("answerCallbackQuery", callback_query_id=notice.query_id, text="Записано")
        await expect(view.phone(OLENA).get_by_test_id("toast")).to_have_text("Записано")
        edit = {"chat_id": OLENA, "message_id": sent, "text": "Дякуємо", "reply_markup": keyboard(button("Ні", "no"))}
        await site.desk.ok("editMessageText", **edit)
        await expect(key).to_have_text("Ні")
        await expect(key).to_be_focused()
        await expect(view.phone(OLENA).locator(".edited")).to_have_text("змінено")


async def test_an_alert_waits_for_ok(site: Site) -> None:
    await site.desk.send("x", chat_id=CLARA, reply_markup=keyboard(button("Ja", "yes")))
    async with open_page(site) as view:
        await view.phone(CLARA).get_by_test_id("button").click()
        while not site.desk.telegram.notices(CLARA):
            await asyncio.sleep(0.02)
        query = site.desk.telegram.notices(CLARA)[-1].query_id
        await site.desk.ok("answerCallbackQuery", callback_query_id=query, text="Achtung", show_alert=True)
        await expect(view.phone(CLARA).get_by_test_id("alert")).to_contain_text("Achtung")
        await view.page.keyboard.press("Enter")
        await expect(view.phone(CLARA).get_by_test_id("alert")).to_have_count(0)


async def test_a_new_language_turns_the_phone_around_and_changes_its_menu(site: Site) -> None:
    for language, words in (("", "Help"), ("ar", "مساعدة")):
        commands = [{"command": "help", "description": words}]
        await site.desk.ok("setMyCommands", commands=commands, language_code=language)
    async with open_page(site) as view:
        phone = view.phone(CLARA)
        await phone.get_by_test_id("language").select_option("ar")
        await expect(phone.locator(".screen")).to_have_attribute("dir", "rtl")
        await phone.get_by_test_id("menu").click()
        await expect(phone.get_by_role("menuitem")).to_contain_text("مساعدة")
        await phone.get_by_role("menuitem").click()
        assert await next_text(site) == "/help"
        assert site.desk.telegram.world.users[CLARA].language_code == "ar"


async def test_links_of_the_bot_start_it_and_no_link_leaves_the_page(site: Site) -> None:
    link = "https://t.me/lotse_demo_bot?start=in_a_text"
    away = {"text": "Map", "url": "https://example.org/"}
    own = {"text": "Join", "url": "https://t.me/lotse_demo_bot?start=on_a_button"}
    await site.desk.send(f"see {link}", reply_markup=keyboard(away, own))
    async with open_page(site) as view:
        phone = view.phone(OLENA)
        await phone.get_by_test_id("button").first.click()
        await expect(phone.get_by_test_id("toast")).to_contain_text("https://example.org/")
        await phone.get_by_role("link", name=link).click()
        assert await next_text(site) == "/start in_a_text"
        await phone.get_by_test_id("button").last.click()
        while await next_text(site) != "/start on_a_button":
            await asyncio.sleep(0.02)
        assert view.page.url == f"{site.address}/"


async def test_the_clock_moves_on(site: Site) -> None:
    site.control.due = site.desk.clock.now + timedelta(days=2)
    async with open_page(site) as view:
        await expect(view.page.get_by_test_id("clock-now")).to_contain_text("2 Mar 2026, 10:00")
        await view.page.get_by_test_id("clock-hour").click()
        await expect(view.page.get_by_test_id("clock-now")).to_contain_text("11:00")
        await view.page.get_by_test_id("clock-next").click()
        await expect(view.page.get_by_test_id("clock-now")).to_contain_text("4 Mar 2026, 10:00")


async def test_telegram_fails_as_chosen_and_the_calls_tell(site: Site) -> None:
    async with open_page(site) as view:
        await view.page.get_by_test_id("fault-extent").select_option("3")
        await view.page.get_by_test_id("fault-select").select_option("403")
        await expect(view.page.locator("body")).to_have_class("failing")
        await site.desk.refused("sendMessage", chat_id=OLENA, text="never")
        await view.page.get_by_test_id("fault-select").select_option("")
        await expect(view.page.locator("body")).not_to_have_class("failing")
        await site.desk.send("now")
        await view.page.get_by_test_id("calls").click()
        calls = view.page.get_by_test_id("call")
        await expect(calls).to_have_count(2)
        await expect(calls.first).to_contain_text("ok")
        await view.page.get_by_role("searchbox").fill("refused")
        await expect(calls).to_have_count(1)
        await expect(calls).to_contain_text("blocked by the user")
        await view.page.keyboard.press("Escape")
        await expect(view.page.get_by_test_id("calls")).to_be_focused()


async def test_a_file_can_be_saved(site: Site) -> None:
    await site.desk.ok("sendDocument", chat_id=CLARA, document=Upload("data.json", b'{"a": 1}'))
    async with open_page(site) as view:
        async with view.page.expect_download() as download:
            await view.phone(CLARA).get_by_test_id("file").click()
        path = await (await download.value).path()
        assert path.read_bytes() == b'{"a": 1}'


async def test_a_new_person_gets_the_phone(site: Site) -> None:
    async with open_page(site) as view:
        await view.phone(OLENA).get_by_test_id("person").select_option("new")
        await view.page.get_by_test_id("start").click()
        assert await next_text(site) == "/start"


async def visible_phones(view: View) -> list[int]:
    shown = []
    for user_id in (AMAL, OLENA, CLARA):
        box = await view.phone(user_id).bounding_box()
        if box and box["x"] >= -1 and box["x"] + box["width"] <= NARROW[0] + 1:
            shown.append(user_id)
    return shown


async def test_on_a_narrow_screen_one_phone_shows_and_the_tabs_switch(site: Site) -> None:
    await site.desk.send("x" * 300, chat_id=AMAL, reply_markup=keyboard(button("a" * 60, "a")))
    async with open_page(site, NARROW) as view:
        assert await view.page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
        first, last = [await view.page.locator(".people button").nth(place).inner_text() for place in (0, 2)]
        assert (first.split()[0], last.split()[0]) == ("Amal", "Clara")
        assert len(await visible_phones(view)) == 1
        await view.page.get_by_test_id(f"tab-{CLARA}").click()
        await expect(view.page.get_by_test_id(f"tab-{CLARA}")).to_have_attribute("aria-current", "true")
        await expect(view.phone(CLARA).get_by_test_id("input")).to_be_in_viewport()


CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3)
    .map((one) => one / 255).map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const ratio = (element) => {
    const [low, high] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const wanted = "button:enabled, .text, .text a, .meta time, .edited, .role span, .now, .day span, .quiet,"
    + "label, h1, h2, summary *, pre";
  return [...document.querySelectorAll(wanted)].filter((one) => one.innerText?.trim() && one.offsetWidth > 1)
    .filter((one) => ratio(one) < 4.5).map((one) => `${one.className || one.tagName}: ${ratio(one).toFixed(2)}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(site: Site, scheme: str) -> None:
    styles = [{**button(style, style), "style": style} for style in ("success", "danger", "primary")]
    await site.desk.send("Hallo /help", reply_markup=keyboard(*styles, button("plain", "p")))
    sent = await site.desk.send("x", chat_id=CLARA)
    await site.desk.ok("editMessageText", chat_id=CLARA, message_id=sent, text="y https://example.org")
    await site.desk.refused("sendMessage", chat_id=1, text="x")
    async with open_page(site, color_scheme=scheme) as view:
        await view.page.get_by_test_id("calls").click()
        await expect(view.page.get_by_test_id("call")).to_have_count(4)
        assert await view.page.evaluate(CONTRAST) == []
