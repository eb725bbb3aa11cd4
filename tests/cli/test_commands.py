"""The root command: help, settings as flags, and what the ends of commands mean."""

import subprocess
import sys

import pytest

from server.cli.commands import COMMANDS, Folkmoot, folkmoot
from tests.cli.terminal import Terminal, call


def test_help_names_every_command_without_loading_any() -> None:
    program = (
        "import sys; from server.cli.commands import run; run(['--help']);"
        " print([name for name in ('server.app', 'tortoise', 'uvicorn') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_list_exists(name: str) -> None:
    assert isinstance(folkmoot, Folkmoot)
    assert call(name, "--help").code == 0


def test_words_that_are_no_command_are_a_mistake_in_usage() -> None:
    result = call("sing")
    assert (result.code, result.out) == (2, "")
    assert "sing" in result.err


@pytest.mark.parametrize("command", ["serve", "config", "doctor"])
def test_without_a_domain_the_setting_and_the_demo_are_named(command: str, tmp_path: object) -> None:
    result = call("--data-dir", str(tmp_path), command)
    assert (result.code, result.out) == (2, "")
    assert "FOLKMOOT_DOMAIN" in result.err
    assert "folkmoot demo" in result.err


def test_flags_beat_the_environment_and_that_beats_the_file(here: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (here.data / "folkmoot.toml").write_text('host = "127.0.0.2"\nlog_level = "error"\naccess_log = true\n')
    monkeypatch.setenv("FOLKMOOT_HOST", "127.0.0.3")
    monkeypatch.setenv("FOLKMOOT_LOG_LEVEL", "debug")
    found = here("--host", "127.0.0.4", "config", "--json").json
    assert found["host"] == {"value": "127.0.0.4", "from": "command line"}
    assert found["log_level"] == {"value": "debug", "from": "environment"}
    assert found["access_log"] == {"value": True, "from": str(here.data / "folkmoot.toml")}
    assert found["proposal_form"] == {"value": "article", "from": "default"}


def test_a_setting_may_stand_after_the_command(here: Terminal) -> None:
    assert here("config", "--json", "--host", "127.0.0.9", "--no-development", "--domain", "oak.example").json[
        "host"
    ] == {
        "value": "127.0.0.9",
        "from": "command line",
    }


def test_a_file_can_be_named(tmp_path: object, here: Terminal) -> None:
    path = here.data / "elsewhere.toml"
    path.write_text(f'domain = "{here.domain}"\ndata_dir = "{here.data}"\ndevelopment = true\n')
    assert call("--config", str(path), "config", "--json").json["domain"]["from"] == str(path)
    assert call("--config", f"{path}.gone", "config").code == 2


def test_passwords_are_not_shown(here: Terminal) -> None:
    out = here("config", "--database-url", "postgres://oak:secret@127.0.0.1/oak").out
    assert "secret" not in out
    assert "postgres://oak:…@127.0.0.1/oak" in out


def test_data_of_another_domain_is_left_alone(here: Terminal) -> None:
    result = here("member", "list", "--domain", "127.0.0.1:1")
    assert (result.code, result.out) == (1, "")
    assert here.domain in result.err
