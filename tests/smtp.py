"""A mail server on loopback, as RFC 5321 has it, for as long as a block runs. It keeps what it is sent, and can be told
to refuse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """`refusal` is what it says to a letter instead of taking it, once for each entry; `letters` are what it took."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 mail.example")
        while line := await reader.readline():
            word = line.strip().upper().partition(b" ")[0]
            if word == b"EHLO":
                say("250 mail.example")
            elif word == b"DATA":
                say("354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                if self.refusals:
                    say(self.refusals.pop(0))
                else:
                    self.letters.append(message_from_bytes(body[:-5], policy=policy.default))  # type: ignore[arg-type]
                    say("250 taken")
            elif word == b"QUIT":
                say("221 bye")
                break
            else:
                say("250 fine")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    made = MailServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    async with server:
        made.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield made
