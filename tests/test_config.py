"""The settings keep the outside contract: order, names, the domain, and what follows from them."""

import os
from pathlib import Path

import pytest

from server.config import Settings, SettingsError, default_data_dir, load, settings_table

README = Path(__file__).parents[1] / "README.md"
NOWHERE = Path("/nonexistent")


def configured(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    (tmp_path / "folkmoot.toml").write_text(text)
    return load(environ={"FOLKMOOT_DATA_DIR": str(tmp_path), **environ}, service_dir=NOWHERE)


def refusal(tmp_path: Path, text: str = "", **environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        configured(tmp_path, text, **environ)
    return str(caught.value)


def test_a_missing_domain_names_the_setting_and_the_demo(tmp_path: Path) -> None:
    said = refusal(tmp_path)
    assert "FOLKMOOT_DOMAIN" in said
    assert "folkmoot demo" in said


def test_a_domain_is_enough(tmp_path: Path) -> None:
    settings = configured(tmp_path, FOLKMOOT_DOMAIN="Folkmoot.Example.org")
    assert settings.domain == "folkmoot.example.org"
    assert settings.database_url == f"sqlite://{tmp_path}/folkmoot.sqlite3"
    assert settings.sqlite_path == tmp_path / "folkmoot.sqlite3"
    assert settings.uses_sqlite
    assert (settings.base_url, settings.ws_url) == ("https://folkmoot.example.org", "wss://folkmoot.example.org")
    assert settings.origin == settings.base_url
    assert settings.session_cookie == "__Host-folkmoot"
    assert settings.secure_cookies
    assert settings.rate_limits


def test_development_speaks_http_and_names_its_cookie_by_port(tmp_path: Path) -> None:
    settings = configured(tmp_path, FOLKMOOT_DOMAIN="127.0.0.1:8002", FOLKMOOT_DEVELOPMENT="1")
    assert (settings.base_url, settings.ws_url) == ("http://127.0.0.1:8002", "ws://127.0.0.1:8002")
    assert settings.session_cookie == "folkmoot-8002"
    assert not settings.secure_cookies
    assert not settings.rate_limits


def test_rate_limits_can_be_switched_on_in_development(tmp_path: Path) -> None:
    environ = {"FOLKMOOT_DOMAIN": "localhost:8002", "FOLKMOOT_DEVELOPMENT": "1", "FOLKMOOT_RATE_LIMITS": "1"}
    assert configured(tmp_path, **environ).rate_limits


@pytest.mark.parametrize(
    "domain",
    ["folkmoot.example.org", "127.0.0.1", "localhost", "127.0.0.1:", "10.0.0.1:8001", "localhost:99999", "[::1]:80"],
)
def test_a_development_domain_is_loopback_with_a_port(tmp_path: Path, domain: str) -> None:
    assert "127.0.0.1:8001" in refusal(tmp_path, FOLKMOOT_DOMAIN=domain, FOLKMOOT_DEVELOPMENT="1")


@pytest.mark.parametrize(
    "domain",
    [
        "https://example.org",
        "example.org:8443",
        "example.org/x",
        "localhost",
        "127.0.0.1",
        "a b.org",
        "-a.org",
        "a..org",
    ],
)
def test_a_real_domain_is_a_bare_host_name(tmp_path: Path, domain: str) -> None:
    assert "`domain` is a host name" in refusal(tmp_path, FOLKMOOT_DOMAIN=domain)


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "folkmoot.toml").write_text('domain = "a.example"\nport = 1\nhost = "10.1.1.1"\nlog_level = "debug"')
    environ = {"FOLKMOOT_PORT": "2", "FOLKMOOT_HOST": "10.2.2.2", "FOLKMOOT_DATA_DIR": str(tmp_path)}
    settings = load({"port": 3, "host": None}, environ)
    assert (settings.port, settings.host, settings.log_level) == (3, "10.2.2.2", "debug")
    assert settings.proposal_form == "article"


def test_an_unknown_name_in_the_file_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'domian = "a.example"')
    assert "`domian`" in said
    assert "`domain`" in said


def test_an_unknown_name_in_the_environment_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    assert "`FOLKMOOT_DATABASE_URL`" in refusal(tmp_path, FOLKMOOT_DATABASE="x", FOLKMOOT_DOMAIN="a.example")


def test_the_names_of_the_test_suite_are_left_alone(tmp_path: Path) -> None:
    assert configured(tmp_path, FOLKMOOT_TEST_ENGINE="postgres", FOLKMOOT_DOMAIN="a.example").port == 8000


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("port = 0", "`port`"),
        ("port = true", "`port`"),
        ('port = "²"', "`port`"),
        ('development = "perhaps"', "`development`"),
        ('log_level = "loud"', "`log_level`"),
        ('proposal_form = "page"', "`proposal_form`"),
        ("host = 5", "`host`"),
        ('database_url = "mysql://x"', "`database_url`"),
        ('data_dir = "/elsewhere"', "`data_dir`"),
        ("port = ", "not valid TOML"),
    ],
)
def test_a_value_that_cannot_be_names_its_setting(tmp_path: Path, line: str, named: str) -> None:
    assert named in refusal(tmp_path, f'domain = "a.example"\n{line}')


def test_a_file_named_by_hand_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load({"domain": "a.example"}, {}, config=tmp_path / "absent.toml")


def test_a_file_named_by_hand_may_choose_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f'domain = "a.example"\ndata_dir = "{tmp_path}/data"')
    assert load(environ={}, config=tmp_path / "mine.toml").data_dir == tmp_path / "data"


def test_both_spellings_of_postgres_are_understood(tmp_path: Path) -> None:
    settings = configured(tmp_path, FOLKMOOT_DOMAIN="a.example", FOLKMOOT_DATABASE_URL="postgresql://me@db/moot")
    assert settings.database_url == "postgres://me@db/moot"
    assert not settings.uses_sqlite


def test_the_data_folder_follows_the_service_then_xdg_then_home(tmp_path: Path) -> None:
    service = tmp_path / "service"
    service.mkdir()
    home = {"HOME": "/home/ada"}
    assert default_data_dir(home, service) == Path("/home/ada/.local/share/folkmoot")
    (service / "folkmoot.toml").write_text("")
    assert default_data_dir(home, service) == service
    assert default_data_dir({**home, "XDG_DATA_HOME": "/x"}, service) == Path("/x/folkmoot")
    assert default_data_dir({**home, "XDG_DATA_HOME": "/x", "STATE_DIRECTORY": "/s"}, service) == Path("/s")


def test_loading_changes_nothing_outside(tmp_path: Path) -> None:
    before = dict(os.environ)
    configured(tmp_path / ".", FOLKMOOT_DOMAIN="a.example")
    assert dict(os.environ) == before
    assert [path.name for path in tmp_path.iterdir()] == ["folkmoot.toml"]


def test_the_reference_table_in_the_readme_is_the_generated_one() -> None:
    _, _, rest = README.read_text("utf-8").partition("<!-- settings -->\n")
    table, marker, _ = rest.partition("\n<!-- /settings -->")
    assert marker, "README.md needs <!-- settings --> … <!-- /settings --> around the table"
    assert table == settings_table(), "run: python -c 'from server.config import settings_table as t; print(t())'"


def test_every_commit_reaches_the_disk_where_that_is_asked_for(tmp_path: Path) -> None:
    settings = Settings(domain="folkmoot.example", data_dir=tmp_path, sqlite_synchronous="full")
    assert settings.database_url == f"sqlite://{tmp_path}/folkmoot.sqlite3?synchronous=FULL"
    assert settings.sqlite_path == tmp_path / "folkmoot.sqlite3"
