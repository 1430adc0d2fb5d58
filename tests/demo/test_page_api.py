"""The page's JSON: what it shows, what it can do, and who is kept out."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.demo.values import Json
from tests.demo.hands import AMAL, CLARA, OLENA, button, keyboard
from tests.demo.serving import Site


async def test_the_state_names_people_clock_and_faults(site: Site) -> None:
    state = await site.get("state")
    assert [person["user_id"] for person in state["personas"]] == [OLENA, AMAL, CLARA]
    assert state["now"] == "2026-03-02T09:00:00+00:00"
    assert state["next_due"] is None
    assert state["fault"]["kind"] == ""


async def test_a_phone_shows_its_chat_menu_and_notices(site: Site) -> None:
    await site.desk.ok("setMyCommands", commands=[{"command": "help", "description": "Hilfe"}])
    sent = await site.desk.send("<b>x</b>", parse_mode="HTML", reply_markup=keyboard(button("Yes", "y")))
    query = await site.do("press", user_id=OLENA, message_id=sent, button="Yes")
    await site.desk.ok("answerCallbackQuery", callback_query_id=query, text="Good")
    phone = await site.get(f"phone/{OLENA}")
    assert phone["messages"][-1]["html"] == "<b>x</b>"
    assert phone["messages"][-1]["buttons"][0][0]["text"] == "Yes"
    assert phone["menu"] == [{"command": "help", "description": "Hilfe"}]
    assert phone["notices"][-1]["text"] == "Good"


async def test_a_new_person_can_come_and_speak(site: Site) -> None:
    user_id = await site.do("user", name="Somebody", language="fa")
    await site.do("say", user_id=user_id, text="/start")
    await site.do("set_language", user_id=user_id, language_code="ps")
    phone = await site.get(f"phone/{user_id}")
    assert (phone["name"], phone["language"], phone["started"]) == ("Somebody", "ps", True)
    person = (await site.get("state"))["personas"][-1]
    assert (person["user_id"], person["role"], person["language"]) == (user_id, "stranger", "ps")


async def test_the_clock_moves_by_minutes_or_to_what_is_due(site: Site) -> None:
    await site.do("clock", minutes=60)
    assert site.desk.clock.now.hour == 10
    site.control.due = site.desk.clock.now + timedelta(hours=3, seconds=30)
    await site.do("clock")
    assert site.desk.clock.now >= site.control.due
    assert site.desk.clock.now - site.control.due < timedelta(minutes=1)
    await site.do("clock")
    assert site.desk.clock.now - site.control.due < timedelta(minutes=1)


async def test_faults_are_switched_on_and_off(site: Site) -> None:
    await site.do("fault", kind="429", count=1, seconds=60)
    assert (await site.get("state"))["fault"]["kind"] == "429"
    assert (await site.bot("sendMessage", chat_id=OLENA, text="x"))[0] == 429
    assert (await site.bot("sendMessage", chat_id=OLENA, text="x"))[0] == 429
    await site.do("fault", kind="")
    assert (await site.bot("sendMessage", chat_id=OLENA, text="x"))[0] == 200
    assert (await site.get("state"))["fault"]["struck"] == {"429": 1}


async def test_the_ledger_can_be_read_whole_or_by_its_end(site: Site) -> None:
    for number in range(3):
        await site.bot("sendMessage", chat_id=OLENA, text=str(number))
    ledger = await site.get("ledger")
    assert [call["params"]["text"] for call in ledger["calls"]] == ["0", "1", "2"]
    assert ledger["calls"][0]["outcome"] == "ok"
    assert [call["params"]["text"] for call in (await site.get("ledger?last=1"))["calls"]] == ["2"]


async def test_a_reset_empties_chats_and_asks_the_bot_to_begin_again(site: Site) -> None:
    await site.do("say", user_id=OLENA, text="hello")
    await site.do("reset")
    phone = await site.get(f"phone/{OLENA}")
    assert (phone["messages"], phone["started"]) == ([], False)
    assert site.control.resets == 1
    assert await site.desk.updates() == []


async def test_changes_are_pushed_to_the_page(site: Site) -> None:
    async with site.session.get(f"{site.address}/demo/events") as stream:
        assert await stream.content.readline() == b": hello\n"
        await site.do("say", user_id=OLENA, text="hello")
        heard: list[Json] = []
        while len(heard) < 1:
            line = (await asyncio.wait_for(stream.content.readline(), 5)).decode()
            heard += [json.loads(line.removeprefix("data: "))] if line.startswith("data: ") else []
    assert heard == [{"topic": "chat", "id": OLENA}]


@pytest.mark.parametrize(
    ("deed", "given", "status"),
    [
        ("say", {"user_id": 999, "text": "x"}, 400),
        ("say", {"user_id": OLENA}, 400),
        ("press", {"user_id": OLENA, "message_id": 1, "button": "No"}, 400),
        ("call", {"method": "getMe"}, 404),
        ("fault", {"kind": "moon"}, 400),
    ],
)
async def test_wrong_deeds_are_refused(site: Site, deed: str, given: dict[str, object], status: int) -> None:
    async with site.session.post(f"{site.address}/demo/{deed}", json=given) as response:
        assert response.status == status


async def test_other_sites_and_names_are_kept_out(site: Site) -> None:
    url = f"{site.address}/demo/say"
    async with site.session.post(url, data='{"user_id": 101, "text": "x"}') as response:
        assert response.status == 415
    async with site.session.get(f"{site.address}/demo/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


async def test_the_page_and_its_files_are_served_with_a_strict_policy(site: Site) -> None:
    async with site.session.get(site.address) as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "http://" not in page
    assert "https://" not in page
    async with site.session.get(f"{site.address}/page/main.js") as response:
        assert response.status == 200
        assert "javascript" in response.content_type
