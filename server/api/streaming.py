"""What is happening, as it happens: one WebSocket for many streams, or server-sent events for one.

The payload of an event is JSON *as a string*, as Mastodon's clients expect. A stream ends at once when its token is
revoked or its member suspended.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.http.bearer import Caller, caller_of, token_text
from server.http.scopes import allows
from server.live.hub import CLOSED, Message, Subscription
from server.queries import apps, lists
from server.rules.ids import id_in

HEARTBEAT: Final = 15.0
_REFUSED: Final = 1008
_UNSUPPORTED: Final = 1003
_MOST_STREAMS: Final = 50
_PUBLIC: Final = ("public", "public:local", "public:remote")


async def health(request: Request) -> Response:
    return PlainTextResponse("OK")


async def events(request: Request) -> Response:
    """One stream as server-sent events (HTML Living Standard, section 9.2)."""
    me = await _caller(request, token_text(request))
    name = request.path_params["stream"].strip("/").replace("/", ":")
    channel = await channel_of(me, name, request.query_params.get("tag", ""), request.query_params.get("list", ""))
    if channel is None:
        raise HTTPException(404)
    hub = request.app.state.hub
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _lines(hub.subscribe((channel, *_control(me)))), headers=headers, media_type="text/event-stream"
    )


async def socket(websocket: WebSocket) -> None:
    """Any number of streams; each is asked for in the address or by a message."""
    protocol = websocket.headers.get("sec-websocket-protocol", "")
    try:
        me = await _caller(websocket, token_text(websocket) or protocol.split(",")[0].strip())
    except HTTPException as error:
        await websocket.send_denial_response(
            Response(orjson.dumps({"error": error.detail}), error.status_code, media_type="application/json")
        )
        return
    # A browser drops the connection unless the sub-protocol it offered comes back.
    await websocket.accept(subprotocol=protocol.split(",")[0].strip() or None)
    names: dict[str, list[str]] = {}
    async with websocket.app.state.hub.subscribe(_control(me)) as subscription:
        query = websocket.query_params
        if query.get("stream"):
            await _change(websocket, me, subscription, names, {"type": "subscribe", **dict(query)})
        sending = asyncio.create_task(_send(websocket, subscription, names))
        receiving = asyncio.create_task(_receive(websocket, me, subscription, names))
        await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, receiving):
            task.cancel()
        for result in await asyncio.gather(sending, receiving, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | RuntimeError):
                raise result


async def channel_of(me: Caller, name: str, tag: str, list_id: str) -> str | None:
    """The channel behind a stream's name, or None if there is no such stream for this member."""
    held = tuple(me.token.scopes.split())
    if name == "user:notification":
        return f"notifications:{me.by.account_id}" if allows(held, "read:notifications") else None
    if not allows(held, "read:statuses"):
        return None
    if name in ("user", "direct"):
        return f"{name}:{me.by.account_id}"
    if name in _PUBLIC:
        return name
    if name in ("hashtag", "hashtag:local"):
        return f"{name}:{tag.lower().removeprefix('#')}" if tag else None
    if name == "list" and (found := id_in(list_id)) is not None:
        return f"list:{found}" if await lists.by_id(me.viewer, found) else None
    return None


def _control(me: Caller) -> tuple[str, ...]:
    return f"token:{me.token.id}", f"account:{me.by.account_id}"


async def _caller(connection: HTTPConnection, text: str) -> Caller:
    found = await apps.token(text) if text else None
    if found is None:
        raise HTTPException(401, "The access token is invalid")
    if not found.member_id:
        raise HTTPException(401, "This method requires an authenticated user")
    return caller_of(found)


def _ends(message: Message) -> bool:
    return message.event == CLOSED and message.channel.startswith(("token:", "account:"))


async def _lines(subscription: Subscription) -> AsyncIterator[str]:
    yield ":)\n"
    async with subscription:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    message = await subscription.next()
            except TimeoutError:
                yield ":thump\n"
                continue
            if _ends(message):
                return
            yield f"event: {message.event}\ndata: {message.payload}\n\n"


async def _send(websocket: WebSocket, subscription: Subscription, names: dict[str, list[str]]) -> None:
    while True:
        message = await subscription.next()
        if _ends(message):
            with suppress(RuntimeError):
                await websocket.close(_REFUSED)
            return
        if message.channel in names:
            sent: dict[str, Any] = {"stream": names[message.channel], "event": message.event}
            if message.payload:
                sent["payload"] = message.payload
            await websocket.send_text(orjson.dumps(sent).decode())


async def _receive(websocket: WebSocket, me: Caller, subscription: Subscription, names: dict[str, list[str]]) -> None:
    while True:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            return
        text = received.get("text")
        if text is None:
            await websocket.close(_UNSUPPORTED)
            return
        if not text.strip():
            continue
        try:
            asked = orjson.loads(text)
        except orjson.JSONDecodeError:
            await _fail(websocket, "This is not JSON.", 400)
            continue
        if isinstance(asked, dict):
            await _change(websocket, me, subscription, names, asked)


async def _change(
    websocket: WebSocket,
    me: Caller,
    subscription: Subscription,
    names: dict[str, list[str]],
    asked: dict[str, Any],
) -> None:
    """Subscribe to a stream or leave it."""
    name, tag, list_id = (str(asked.get(key) or "") for key in ("stream", "tag", "list"))
    channel = await channel_of(me, name, tag, list_id)
    if channel is None:
        await _fail(websocket, "Unknown stream type", 400)
    elif asked.get("type") == "unsubscribe":
        names.pop(channel, None)
        subscription.drop(channel)
    elif asked.get("type") == "subscribe" and len(names) < _MOST_STREAMS:
        names[channel] = [name, *([tag] if tag else []), *([list_id] if list_id else [])]
        subscription.add(channel)


async def _fail(websocket: WebSocket, text: str, status: int) -> None:
    await websocket.send_text(orjson.dumps({"error": text, "status": status}).decode())


ROUTES = [
    Route("/v1/streaming/health", health),
    WebSocketRoute("/v1/streaming", socket),
    Route("/v1/streaming/{stream:path}", events),
]
