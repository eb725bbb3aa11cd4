"""The lab of deploy/lab: two instances with real names, addresses and certificates, behind the Caddyfile we ship."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "lab" / "lab.sh"
LIMIT = 60.0  # seconds for what takes its way from one instance to the other
PROPOSAL = "@damp-homes #Proposal\n\nRepair within a week\n\nSee: Damp.\n\nRule: Forms on paper.\n\nChange: One call."


def missing() -> str:
    """What this machine lacks for the lab; empty if nothing."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    lacks = [each for each in ("ip", "caddy") if shutil.which(each) is None]
    if lacks:
        return f"not installed: {', '.join(lacks)}"
    made = subprocess.run(["ip", "netns", "add", f"folkmoot-probe-{os.getpid()}"], capture_output=True, check=False)
    if made.returncode:
        return "network namespaces cannot be made here"
    subprocess.run(["ip", "netns", "delete", f"folkmoot-probe-{os.getpid()}"], check=True)
    return ""


@dataclass(frozen=True)
class Lab:
    """`folder` also names the namespaces, so it has a name that no other run uses."""

    folder: Path

    def call(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The script, with the `folkmoot` of this environment."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        settings = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
        with (self.folder / "out").open("w+") as out, (self.folder / "err").open("w+") as err:
            done = subprocess.run(  # into files: what runs on in the background would keep a pipe open
                ["sh", str(SCRIPT), *words],
                env={**settings, "PATH": path},
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False, timeout=150,
            )  # fmt: skip
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())

    def at(self, name: str, *command: str) -> str:
        """What a command prints on the server of this name."""
        done = self.call("in", str(self.folder), name, *command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def api(self, name: str, token: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """An app beside the server of this name asks it over https."""
        return json.loads(
            self.at(name, sys.executable, "-c", ASK, f"https://{name}.example{path}", token, json.dumps(body))
        )

    @contextmanager
    def listening(self, name: str, token: str) -> Iterator[IO[str]]:
        """The lines of the public stream on the server of this name, from the first event on."""
        url = f"https://{name}.example/api/v1/streaming/public"
        command = ["sh", str(SCRIPT), "in", str(self.folder), name, sys.executable, "-uc", LISTEN, url, token]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            try:
                assert running.stdout.readline() == ":)\n"
                yield running.stdout
            finally:
                running.kill()


LISTEN = """
import sys, time, urllib.request
url, token = sys.argv[1:]
end = time.monotonic() + 60
headers = {"Authorization": "Bearer " + token, "Accept-Encoding": "gzip, zstd"}
for line in urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60):
    if line.strip() != b":thump":
        print(line.decode(), end="")
    elif time.monotonic() > end:
        break
"""
ASK = """
import sys, urllib.request
url, token, body = sys.argv[1:]
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
data = None if body == "null" else body.encode()
print(urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20).read().decode())
"""
REDIRECT = """
import http.client
line = http.client.HTTPConnection("oak.example", timeout=20)
line.request("GET", "/about")
answer = line.getresponse()
print(answer.status, answer.getheader("Location"))
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    if why := missing():
        pytest.skip(f"the lab: {why}")
    made = Lab(tmp_path / f"lab-{os.getpid()}")
    made.folder.mkdir()
    try:
        started = made.call("up", str(made.folder), "oak", "ash")
        assert started.returncode == 0, started.stderr
        yield made
    finally:
        stopped = made.call("down", str(made.folder))
    assert stopped.returncode == 0, stopped.stderr
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert made.folder.name not in left


@pytest.mark.slow
def test_a_proposal_and_a_comment_travel_over_https_between_servers_with_real_names(lab: Lab) -> None:
    amina, bryn = (
        (lab.at(where, "folkmoot", "member", "create", name), lab.at(where, "folkmoot", "token", "create", name))[1]
        for where, name in (("oak", "amina"), ("ash", "bryn"))
    )
    lab.at("oak", "folkmoot", "topic", "create", "damp-homes")
    for here, there in (("ash", "oak"), ("oak", "ash")):
        lab.at(here, "folkmoot", "topic", "link", "damp-homes", f"https://{there}.example/topics/damp-homes")
    made = lab.api("oak", amina, "/api/v1/statuses", {"status": PROPOSAL})
    found = until(lambda: lab.api("ash", bryn, "/api/v1/timelines/public"), "the proposal to arrive")
    assert [each["uri"] for each in found] == [made["uri"]]
    assert made["uri"].startswith("https://oak.example/")
    answer = {"status": "The same in our house.", "in_reply_to_id": found[0]["id"]}
    comment = lab.api("ash", bryn, "/api/v1/statuses", answer)
    thread = until(
        lambda: lab.api("oak", amina, f"/api/v1/statuses/{made['id']}/context")["descendants"], "the comment to arrive"
    )
    assert [each["uri"] for each in thread] == [comment["uri"]]
    with lab.listening("ash", bryn) as stream:  # by now the chapters have fetched what they had before they were linked
        second = lab.api("oak", amina, "/api/v1/statuses", {"status": PROPOSAL.replace("week", "month")})
        assert stream.readline() == "event: update\n", "Caddy sends a stream on at once"
        assert json.loads(stream.readline().removeprefix("data: "))["uri"] == second["uri"]
    assert lab.at("oak", sys.executable, "-c", REDIRECT) == "308 https://oak.example/about"
    health = lab.call("in", str(lab.folder), "oak", "folkmoot", "doctor", "--json")
    said = {each["what"]: each for each in json.loads(health.stdout)}
    assert said["https"]["says"] == "https://oak.example/ answers as oak.example"
    assert said["name"]["says"] == "oak.example is at 44.128.0.1"
    assert [each for each in said.values() if not each["ok"] and each["what"] not in ("admin", "disk")] == []


def until(found: Any, what: str) -> Any:
    end = time.monotonic() + LIMIT
    while not (result := found()):
        assert time.monotonic() < end, f"waited {LIMIT} seconds for {what}"
        time.sleep(0.3)
    return result
