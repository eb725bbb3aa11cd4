"""Publish and subscribe within this process. A listener that cannot keep up loses the oldest messages, never memory.

What is rendered is published here and goes no further. Other processes are told what happened in a few words and
ids, and render for those who listen to them.

Channels: `user:ACCOUNT`, `notifications:ACCOUNT`, `public`, `public:local`, `public:remote`, `hashtag:NAME`,
`hashtag:local:NAME`, `list:ID`, `direct:ACCOUNT`; and for control `token:ID` and `account:ID`, on which the event
`closed` ends every stream of that token or account.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

QUEUE_SIZE: Final = 256
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Message:
    """`payload` is ready to send: JSON as text, an id, or empty."""

    channel: str
    event: str
    payload: str


class Subscription:
    """What one listener waits for. Use as `async with hub.subscribe(…) as messages`."""

    def __init__(self, hub: "Hub", channels: Iterable[str]) -> None:
        self._hub = hub
        self._queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_SIZE)
        self.channels = set(channels)

    async def __aenter__(self) -> "Subscription":
        for channel in self.channels:
            self._hub.join(channel, self)
        return self

    async def __aexit__(self, *_: object) -> None:
        for channel in self.channels:
            self._hub.leave(channel, self)

    def add(self, channel: str) -> None:
        self.channels.add(channel)
        self._hub.join(channel, self)

    def drop(self, channel: str) -> None:
        self.channels.discard(channel)
        self._hub.leave(channel, self)

    async def next(self) -> Message:
        """Wait for the next message."""
        return await self._queue.get()

    def take(self, message: Message) -> None:
        if self._queue.full():
            with suppress(asyncio.QueueEmpty):
                self._queue.get_nowait()
        self._queue.put_nowait(message)


class Hub:
    """All listeners of this process. `tell(name, *facts)` reaches the other processes of this instance."""

    def __init__(self, tell: Callable[..., None] = lambda *_: None) -> None:
        self.tell = tell
        self._listeners: defaultdict[str, set[Subscription]] = defaultdict(set)

    def publish(self, channel: str, event: str, payload: str = "") -> int:
        """Tell everyone on `channel`; returns how many were listening."""
        listeners = self._listeners.get(channel)
        if not listeners:
            return 0
        message = Message(channel, event, payload)
        for listener in tuple(listeners):
            listener.take(message)
        return len(listeners)

    def announce(self, channel: str, event: str) -> None:
        """Tell everyone on `channel`, whichever process they listen to. There is no payload."""
        self.publish(channel, event)
        self.tell("announced", channel, event)

    def end_streams(self) -> None:
        """End every stream of this process. Apps come back, and ask for what they missed."""
        for channel in self.channels("token:"):
            self.publish(channel, CLOSED)

    def subscribe(self, channels: Iterable[str]) -> Subscription:
        return Subscription(self, channels)

    def heard(self, channel: str) -> bool:
        """True if anyone listens, so that nothing is rendered for nobody."""
        return channel in self._listeners

    def channels(self, prefix: str) -> tuple[str, ...]:
        """The channels with this prefix that somebody listens to."""
        return tuple(channel for channel in self._listeners if channel.startswith(prefix))

    def join(self, channel: str, listener: Subscription) -> None:
        self._listeners[channel].add(listener)

    def leave(self, channel: str, listener: Subscription) -> None:
        listeners = self._listeners.get(channel)
        if listeners is None:
            return
        listeners.discard(listener)
        if not listeners:
            del self._listeners[channel]
