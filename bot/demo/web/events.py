"""Server-sent events: tells every open page what changed, so that it fetches only that."""

import asyncio
import json

from aiohttp import web

HEARTBEAT = 15.0


class Feed:
    """Listens to the double and passes each change on to the open pages."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str | None]] = set()

    def tell(self, topic: str, about: int = 0) -> None:
        """Pass a change on; `topic` is chat, notice, user, menu, calls, clock, fault or reset."""
        event = json.dumps({"topic": topic, "id": about})
        for page in self._pages:
            page.put_nowait(event)

    async def on_events(self, request: web.Request) -> web.StreamResponse:
        """GET /demo/events."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            await self._stream(page, response)
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._pages.discard(page)
        return response

    async def _stream(self, page: asyncio.Queue[str | None], response: web.StreamResponse) -> None:
        await response.write(b": hello\n\n")
        while True:
            try:
                event = await asyncio.wait_for(page.get(), HEARTBEAT)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is None:
                return
            await response.write(f"data: {event}\n\n".encode())

    def close(self) -> None:
        """End every stream, when the server stops."""
        for page in self._pages:
            page.put_nowait(None)
