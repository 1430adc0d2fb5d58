"""The Bot API over real HTTP: every way of sending parameters, wrong tokens, cut connections, webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.demo.values import Json
from tests.demo.hands import OLENA, TOKEN
from tests.demo.serving import Site

BUTTONS = '{"inline_keyboard": [[{"text": "More", "url": "https://example.org"}]]}'


@pytest.mark.parametrize("way", ["json", "form", "address"])
async def test_parameters_may_come_as_json_as_a_form_or_in_the_address(site: Site, way: str) -> None:
    given = {"chat_id": str(OLENA), "text": way, "reply_markup": BUTTONS}
    url = f"{site.address}/bot{TOKEN}/sendMessage"
    if way == "json":
        asked = site.session.post(url, json=given)
    else:
        asked = site.session.post(url, data=given) if way == "form" else site.session.get(url, params=given)
    async with asked as response:
        assert response.status == 200, await response.text()
        sent = (await response.json())["result"]
    shown = site.desk.telegram.message(OLENA, sent["message_id"])
    assert (shown.text, shown.captions) == (way, ["More"])


async def test_a_file_in_a_multipart_request_arrives(site: Site) -> None:
    form = aiohttp.FormData({"chat_id": str(OLENA)}, quote_fields=False)
    form.add_field("document", b"a;b", filename="дані.csv", content_type="text/csv")
    async with site.session.post(f"{site.address}/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]
    upload = site.desk.telegram.message(OLENA, sent["message_id"]).document
    assert upload is not None
    assert (upload.filename, upload.content, upload.mime) == ("дані.csv", b"a;b", "text/csv")
    async with site.session.get(f"{site.address}/demo/file/{OLENA}/{sent['message_id']}") as response:
        assert await response.read() == b"a;b"
        assert response.headers["Content-Disposition"].startswith("attachment;")


async def test_a_wrong_token_is_unauthorized(site: Site) -> None:
    async with site.session.post(f"{site.address}/bot1:other/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert site.desk.telegram.ledger.calls == []


async def test_a_broken_body_is_a_bad_request(site: Site) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[1]"):
        url = f"{site.address}/bot{TOKEN}/sendMessage"
        async with site.session.post(url, data=body, headers=headers) as response:
            assert response.status == 400


@pytest.mark.parametrize(("kind", "arrived"), [("lost_answer", True), ("lost_request", False)])
async def test_a_cut_connection_gives_no_answer(site: Site, kind: str, arrived: bool) -> None:
    site.desk.telegram.faults.set(kind, count=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await site.bot("sendMessage", chat_id=OLENA, text="into the dark")
    texts = [shown.text for shown in site.desk.telegram.chat(OLENA)]
    assert ("into the dark" in texts) is arrived


async def test_a_long_poll_is_answered_over_http_when_somebody_writes(site: Site) -> None:
    waiting = asyncio.create_task(site.bot("getUpdates", timeout=20))
    while not site.desk.telegram.queue.wakers:
        await asyncio.sleep(0.01)
    await site.do("say", user_id=OLENA, text="hello")
    status, body = await asyncio.wait_for(waiting, 5)
    assert status == 200
    assert [update["message"]["text"] for update in body["result"]] == ["hello"]


class Receiver:
    """A webhook that refuses the first updates and notes the others."""

    def __init__(self, refuse: int) -> None:
        self.refuse = refuse
        self.texts: list[str] = []
        self.secrets: set[str | None] = set()

    async def on_update(self, request: web.Request) -> web.Response:
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=500)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.texts.append((await request.json())["message"]["text"])
        return web.Response()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/hook", self.on_update)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()

    async def wait_for(self, count: int) -> None:
        while len(self.texts) < count:
            await asyncio.sleep(0.01)


async def test_a_webhook_gets_every_update_in_order_until_it_says_yes(site: Site) -> None:
    receiver = Receiver(refuse=2)
    async with receiver.listening() as url:
        site.desk.telegram.say(OLENA, "before")
        assert (await site.bot("setWebhook", url=url, secret_token="s3cret"))[0] == 200
        for number in range(5):
            site.desk.telegram.say(OLENA, str(number))
        await asyncio.wait_for(receiver.wait_for(6), 10)
        assert receiver.texts == ["before", "0", "1", "2", "3", "4"]
        assert receiver.secrets == {"s3cret"}
        status, body = await site.bot("getUpdates")
        assert (status, body["description"]) == (
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
            " webhook first",
        )
        await site.bot("deleteWebhook", drop_pending_updates=True)
        assert (await site.bot("getUpdates"))[1]["result"] == []


async def test_a_webhook_that_is_away_is_told_about_and_loses_nothing(site: Site) -> None:
    site.desk.telegram.say(OLENA, "hello")
    await site.bot("setWebhook", url="http://127.0.0.1:1/hook")
    info: Json = {}
    while not info.get("last_error_message"):
        info = (await site.bot("getWebhookInfo"))[1]["result"]
    assert info["pending_update_count"] == 1
    assert str(info["last_error_message"]).startswith("Connection failed")
    await site.bot("deleteWebhook")
    assert len((await site.bot("getUpdates"))[1]["result"]) == 1


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "nothing"}, "invalid webhook URL specified"),
        ({"url": "https://a.org", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.org", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(site: Site, params: dict[str, str], reason: str) -> None:
    assert (await site.bot("setWebhook", **params))[1]["description"] == f"Bad Request: {reason}"
