"""The demo server runs as a process of its own and keeps its ledger while bots come and go."""

import asyncio
import sys

import aiohttp


async def test_the_server_alone_prints_its_port_and_serves() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.server", "--token", "1:alone", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 30))
        address = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{address}/demo/say", json={"user_id": 101, "text": "/start"}) as said:
                assert said.status == 200
            sending = {"chat_id": 101, "text": "marhaba"}
            async with session.post(f"{address}/bot1:alone/sendMessage", json=sending) as sent:
                assert sent.status == 200
            async with session.get(f"{address}/demo/ledger") as read:
                ledger = await read.json()
        assert [call["method"] for call in ledger["calls"]] == ["sendMessage"]
        assert ledger["pending"] == 1
    finally:
        process.terminate()
        await process.wait()
