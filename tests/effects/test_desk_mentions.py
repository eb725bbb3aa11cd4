"""Whoever is named in what a member raises at the desk hears of it, as with a proposal from the web."""

from pathlib import Path

from tests.effects.test_desk import Writer
from tests.world import world


async def test_whoever_is_named_in_what_is_raised_hears_of_it(tmp_path: Path) -> None:
    async with world(tmp_path, "oak") as one:
        oak = one.instances[0]
        await oak.topic("damp-homes", "Damp homes")
        amina, bo = await oak.member("amina"), await oak.member("bo")
        writer = Writer(oak, one, amina, await oak.app(amina))
        reader = await oak.app(bo)
        await writer.asks("Damp is proven twice\n\nSee: @bo saw it, too. @proposals and @nobody as well.")
        before = (await reader.get("/api/v1/notifications")).json()
        assert [each["status"]["visibility"] for each in before] == ["direct"], "whoever is written to, and no more"
        await writer.asks("publish")
        told, *rest = (await reader.get("/api/v1/notifications")).json()
        assert [each["id"] for each in rest] == [each["id"] for each in before]
        assert (told["type"], told["status"]["visibility"]) == ("mention", "public")
        assert [each["acct"] for each in told["status"]["mentions"]] == ["bo"]
        await reader.aclose()
        await writer.app.aclose()
