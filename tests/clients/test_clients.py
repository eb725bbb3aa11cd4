"""What real clients make of us."""

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.conftest import Served, run

pytestmark = pytest.mark.clients


async def test_a_day_with_mastodon_py(programs: Path, served: Served) -> None:
    process = await asyncio.create_subprocess_exec(
        programs / "python",
        Path(__file__).with_name("mastodon_day.py"),
        served.url,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for name in ("rosa", "tom"):
        address = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        assert address, (await process.communicate())[1].decode()
        process.stdin.write(f"{await served.allow(address, name)}\n".encode())
    out, error = await asyncio.wait_for(process.communicate(), 60)
    assert out.decode().strip() == "done", error.decode()


async def test_a_day_with_toot(programs: Path, served: Served, tmp_path: Path) -> None:
    toot = programs / "toot"
    await sign_in(toot, served, tmp_path)
    assert "rosa" in await run(toot, "whoami", home=tmp_path)
    assert "Folkmoot" in await run(toot, "instance", served.url, home=tmp_path)
    proposal = "@housing #proposal\nMend the lift\n\nWhat we see: It is broken."
    await run(toot, "post", proposal, home=tmp_path)
    assert "Mend the lift" in await run(toot, "timelines", "public", "--no-pager", home=tmp_path)
    await run(toot, "follow", "tom", home=tmp_path)
    assert "tom" in await run(toot, "following", "rosa", home=tmp_path)
    assert "Housing" in await run(toot, "search", "housing", home=tmp_path)
    await run(toot, "tags", "follow", "proposal", home=tmp_path)
    assert "proposal" in await run(toot, "tags", "followed", home=tmp_path)
    await run(toot, "lists", "create", "Neighbours", home=tmp_path)
    assert "Neighbours" in await run(toot, "lists", "list", home=tmp_path)
    await run(toot, "notifications", home=tmp_path)


async def test_a_proposal_that_toot_posts_arrives_on_another_instance(
    programs: Path, served: Served, neighbour: Served, tmp_path: Path
) -> None:
    toot = programs / "toot"
    await sign_in(toot, served, tmp_path)
    await run(toot, "post", "@housing #proposal\nMend the lift\n\nWhat we see: It is broken.", home=tmp_path)
    found: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=neighbour.url) as visitor:
        for _ in range(200):
            found = (await visitor.get("/api/v1/timelines/public")).json()
            if found:
                break
            await asyncio.sleep(0.05)
    assert [status["civic"]["title"] for status in found] == ["Mend the lift"]
    assert found[0]["account"]["acct"] == f"rosa@{served.url.removeprefix('http://')}"
    assert found[0]["content"].startswith("<p><strong>Mend the lift</strong></p>")


async def sign_in(toot: Path, served: Served, home: Path) -> None:
    """`toot login` shows an address and waits for the code."""
    process = await asyncio.create_subprocess_exec(
        toot,
        "login",
        "--instance",
        served.url,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "LANG": "C.UTF-8",
            "BROWSER": "true",
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"y\n")
    address = ""
    while not address:
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        assert line, "toot ended before it showed an address"
        address = next((word for word in line.split() if "/oauth/authorize" in word), "")
    process.stdin.write(f"{await served.allow(address, 'rosa')}\n".encode())
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, out.decode()
