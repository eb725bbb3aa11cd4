"""What the operator decides before the server starts: one frozen value, read once, passed to whoever needs it.

Order: defaults < `folkmoot.toml` < environment (`FOLKMOOT_…`) < command-line flags. `REFERENCE` is the
table in README.md, which a test compares with `settings_table()`.
What an admin changes while the server runs (title, colours, time zone, sign-up) is in the database instead.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

ProposalForm = Literal["article", "note"]
LogLevel = Literal["debug", "info", "warning", "error"]
Synchronous = Literal["normal", "full"]

PREFIX = "FOLKMOOT_"
FILE_NAME = "folkmoot.toml"
SERVICE_DIR = Path("/var/lib/folkmoot")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "proposal_form": get_args(ProposalForm),
    "log_level": get_args(LogLevel),
    "sqlite_synchronous": get_args(Synchronous),
}
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

# What README.md says about each setting: its default in words where the code's own would not help, and its meaning.
REFERENCE: Mapping[str, tuple[str, str]] = {
    "domain": (
        "none: you must set it",
        "Your server's name, such as `folkmoot.example.org`. It is part of every address and can never change.",
    ),
    "account_domain": (
        "the same as the domain",
        "Another name of yours for handles, such as `example.org` for `@name@example.org`. It must redirect "
        "`/.well-known/webfinger` here; see deploy/README.md.",
    ),
    "data_dir": (
        "`/var/lib/folkmoot` as a service, else `~/.local/share/folkmoot`",
        "The folder for the database, keys, pictures and backups.",
    ),
    "database_url": (
        "a SQLite file in the data folder",
        "Where the database is: `sqlite:///path` or `postgres://user@host/name`.",
    ),
    "development": (
        "",
        "For trying things on one computer: `http`, loopback addresses, no rate limits. Never for a real server.",
    ),
    "host": ("", "The address the server listens on. Keep it when a web server stands in front."),
    "port": ("", "The port the server listens on."),
    "trusted_proxies": ("", "Web servers in front whose word is taken for a visitor's address; commas between them."),
    "log_level": ("", "How much to log: `debug`, `info`, `warning` or `error`."),
    "access_log": ("", "Log one line for each request. It holds visitors' addresses."),
    "rate_limits": ("on; off in development", "Slow down anyone who asks too often."),
    "secure_mode": ("", "Other servers must sign their requests to read anything here."),
    "tell_blocks": (
        "",
        "Tell another server when a member blocks somebody there. It then knows who has blocked whom.",
    ),
    "proposal_form": (
        "",
        "How proposals are sent to other servers: `article`, or `note` where their software hides articles.",
    ),
    "sqlite_synchronous": ("", "`full` keeps the last second of writes through a power cut, and is slower."),
    "smtp_url": (
        "",
        "The mail server, such as `smtps://name:password@mail.example.org:465`, or `smtp://…:587`. Nothing needs it.",
    ),
    "mail_from": ("", "The address that mail comes from. Needed with a mail server."),
    "source_url": ("", "Where visitors can get this server's source code. Set it if you changed the code."),
}


class SettingsError(Exception):
    """A setting is missing or wrong. The text names the setting and says what to write; commands exit with 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the process needs to know to start; `REFERENCE` says what each means. Build it with `load`."""

    domain: str
    data_dir: Path
    account_domain: str = ""
    database_url: str = ""
    development: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: str = "127.0.0.1"
    log_level: LogLevel = "info"
    access_log: bool = False
    rate_limits: bool = True
    secure_mode: bool = False
    tell_blocks: bool = False
    proposal_form: ProposalForm = "article"
    sqlite_synchronous: Synchronous = "normal"
    smtp_url: str = ""
    mail_from: str = ""
    source_url: str = ""

    def __post_init__(self) -> None:
        address = self.database_url or f"sqlite://{self.data_dir / 'folkmoot.sqlite3'}"
        if self.sqlite_synchronous == "full" and address.startswith("sqlite:") and "?" not in address:
            address += "?synchronous=FULL"
        object.__setattr__(self, "database_url", address)
        _check(self)

    @property
    def handle_domain(self) -> str:
        """What stands behind the @ in handles of ours."""
        return self.account_domain or self.domain

    @property
    def scheme(self) -> str:
        """`https`, or `http` in development."""
        return "http" if self.development else "https"

    @property
    def base_url(self) -> str:
        """Prefix of every id and address, without a slash at the end."""
        return f"{self.scheme}://{self.domain}"

    @property
    def origin(self) -> str:
        """This server's web origin (RFC 6454), as browsers send it in `Origin`."""
        return self.base_url

    @property
    def ws_url(self) -> str:
        """Prefix of the streaming address."""
        return f"{'ws' if self.development else 'wss'}://{self.domain}"

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie; in development it carries the port, for cookies are shared between ports."""
        return f"folkmoot-{self.domain.rpartition(':')[2]}" if self.development else "__Host-folkmoot"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry `Secure`."""
        return not self.development

    @property
    def proxies(self) -> tuple[str, ...]:
        """`trusted_proxies`, one by one."""
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> Path:
        """The SQLite file; only meaningful when `uses_sqlite`."""
        return Path(urlsplit(self.database_url).path)

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def backup_dir(self) -> Path:
        return self.data_dir / "backups"


_SWITCHES = frozenset(each.name for each in fields(Settings) if isinstance(each.default, bool))


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] = os.environ,
    config: Path | None = None,
    service_dir: Path = SERVICE_DIR,
) -> Settings:
    """The settings of this process.

    `flags` are values given on the command line (None means not given), `config` the file of `--config`.
    Raises `SettingsError` for a missing domain, an unknown name, an unreadable file or a value that cannot be.
    """
    given = _known({name: value for name, value in (flags or {}).items() if value is not None}, "command line")
    from_environ = _known(
        {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if _is_setting(name)},
        "environment",
    )
    data_dir = given.get("data_dir") or from_environ.get("data_dir")
    home = Path(str(data_dir)) if data_dir else default_data_dir(environ, service_dir)
    path = config or home / FILE_NAME
    from_file = _known(_read(path, required=config is not None), str(path))
    if config is None and "data_dir" in from_file:
        raise SettingsError(f"{path}: `data_dir` cannot stand in a file that was found in the data folder itself.")
    merged: dict[str, Any] = {**from_file, **from_environ, **given}
    merged.setdefault("data_dir", home)
    if not merged.get("domain"):
        raise SettingsError(
            f'No domain is set. Write FOLKMOOT_DOMAIN=your.server.name (or domain = "your.server.name" in {path}).\n'
            "Only want to look around? Run: folkmoot demo"
        )
    values = {name: _convert(name, value) for name, value in merged.items()}
    for name in ("domain", "account_domain"):
        values[name] = str(values.get(name, "")).strip().lower()
    values["data_dir"] = Path(values["data_dir"]).expanduser().absolute()
    values["database_url"] = str(values.get("database_url", "")).replace("postgresql://", "postgres://", 1)
    values.setdefault("rate_limits", not values.get("development", False))
    return Settings(**values)


def default_data_dir(environ: Mapping[str, str], service_dir: Path = SERVICE_DIR) -> Path:
    """The data folder when nobody names one.

    The service manager's own `STATE_DIRECTORY`; else `$XDG_DATA_HOME/folkmoot`; else, for commands typed on a machine
    where the service is installed and by someone who may read its settings, the service's; else the home directory.
    """
    if environ.get("STATE_DIRECTORY"):
        return Path(environ["STATE_DIRECTORY"])
    if environ.get("XDG_DATA_HOME"):
        return Path(environ["XDG_DATA_HOME"]) / "folkmoot"
    if os.access(service_dir / FILE_NAME, os.R_OK):
        return service_dir
    return Path(environ.get("HOME") or Path.home()) / ".local" / "share" / "folkmoot"


def settings_table() -> str:
    """The reference table of README.md, in Markdown."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for each in fields(Settings):
        shown, meaning = REFERENCE[each.name]
        lines.append(f"| `{PREFIX}{each.name.upper()}` | {shown or _in_words(each.default)} | {meaning} |")
    return "\n".join(lines)


def _in_words(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"`{default}`" if default != "" else "empty"


def _is_setting(variable: str) -> bool:
    """FOLKMOOT_TEST_… belongs to the test suite."""
    return variable.startswith(PREFIX) and not variable.startswith(PREFIX + "TEST_")


def _known(values: Mapping[str, Any], where: str) -> dict[str, Any]:
    names = [each.name for each in fields(Settings)]
    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]
            shown, meant = (PREFIX + name.upper(), PREFIX + near.upper()) if where == "environment" else (name, near)
            raise SettingsError(f"{where}: there is no setting `{shown}`. Did you mean `{meant}`?")
    return dict(values)


def _read(path: Path, *, required: bool) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if required:
            raise SettingsError(f"{path}: there is no such file.") from None
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}. Try again as root, with sudo.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: this is not valid TOML: {error}") from error


def _convert(name: str, value: Any) -> Any:
    """The value in its field's type; text comes from the environment, types from the file."""
    if name in _SWITCHES:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in _TRUE | _FALSE:
            raise SettingsError(f"`{name}` is on or off: write 1 or 0, not {value!r}.")
        return word in _TRUE
    if name == "port":
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise SettingsError(f"`port` is a number from 1 to 65535, not {value!r}.")
        return int(text)
    if not isinstance(value, str | Path):
        raise SettingsError(f"`{name}` is a text in quotes, not {value!r}.")
    return value


def _check(settings: Settings) -> None:
    if not settings.database_url.startswith(("sqlite:///", "postgres://")):
        raise SettingsError("`database_url` starts with sqlite:/// or postgres://. Leave it out for a SQLite file.")
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise SettingsError(f"`{name}` is one of: {', '.join(choices)}; not {getattr(settings, name)!r}.")
    if settings.smtp_url:
        _check_mail(settings)
    if settings.development:
        _check_development_domain(settings.domain)
        if settings.account_domain:
            raise SettingsError("In development handles have the domain itself: leave out `account_domain`.")
    else:
        _check_domain("domain", settings.domain)
        if settings.account_domain:
            _check_domain("account_domain", settings.account_domain)


def _check_mail(settings: Settings) -> None:
    parts = urlsplit(settings.smtp_url)
    try:
        complete = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        complete = False
    if not complete:
        raise SettingsError("`smtp_url` looks like smtps://name:password@mail.example.org:465, or smtp://… instead.")
    name, _, host = settings.mail_from.rpartition("@")
    if not name or not host or any(letter.isspace() for letter in settings.mail_from):
        raise SettingsError("With `smtp_url` also `mail_from` is needed: an address such as news@example.org.")


def _check_domain(name: str, domain: str) -> None:
    labels = domain.split(".")
    if (
        not all(_LABEL.fullmatch(label) for label in labels)
        or len(labels) < 2
        or len(domain) > 253
        or labels[-1].isdigit()
    ):
        raise SettingsError(
            f"`{name}` is a host name such as folkmoot.example.org, without https://, port or path; not {domain!r}. "
            "To try things on this computer set FOLKMOOT_DEVELOPMENT=1, or run: folkmoot demo"
        )


def _check_development_domain(domain: str) -> None:
    host, _, port = domain.rpartition(":")
    if not (_is_loopback(host) and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingsError(
            f"In development `domain` is this computer with a port, such as 127.0.0.1:8001; not {domain!r}."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return address.is_loopback
