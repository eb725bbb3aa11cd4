"""Lists of domains as CSV files: of blocks with Mastodon's columns, and of those that may come in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.rules.domains import NOTE, DomainRule, Policy, check_domain
from server.rules.errors import Invalid
from server.rules.exports import MOST_BYTES, MOST_ENTRIES, table

ListOf = Literal["blocks", "allows"]
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "blocks": ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"),
    "allows": ("#domain",),
}
SEVERITIES: Final[Mapping[Policy, str]] = {"block": "suspend", "limit": "silence", "none": "noop"}
_POLICIES: Final[Mapping[str, Policy]] = {severity: policy for policy, severity in SEVERITIES.items()}
_NOTHING: Final = "There is nothing in this file that fits. Is it the right one?"


@dataclass(frozen=True, slots=True)
class DomainList:
    """What a file asks for; `missed` are its lines that name no domain."""

    rules: tuple[DomainRule, ...]
    missed: tuple[str, ...]


def written(kind: ListOf, rules: Iterable[DomainRule]) -> str:
    """The CSV file of a list, as Mastodon writes and reads it."""
    lines: list[Sequence[str]] = [HEADERS[kind]]
    for rule in rules:
        if kind == "allows":
            lines.append((rule.domain,))
        else:
            lines.append(
                (
                    rule.domain,
                    SEVERITIES[rule.policy],
                    _word(rule.reject_media),
                    _word(rule.reject_reports),
                    rule.public_comment,
                    _word(rule.obfuscate),
                )
            )
    return table(lines)


def read(kind: ListOf, content: bytes) -> DomainList:
    """What a file asks for, each domain once, in the order of the file. Columns are known by their headings, with or
    without `#`, in any order; a file without headings is a list of names, and each is blocked whole.

    Raises:
        Invalid: it is no such list; the field is `file`.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("file", "This file is too large. %(limit)s MB is the limit.", limit=MOST_BYTES >> 20)
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("file", "This is not a list as CSV. Choose the file that the other server gave you.") from error
    lines = [cells for line in lines if any(cells := [cell.strip() for cell in line])]
    heads = [cell.removeprefix("#").casefold() for cell in lines[0]] if lines else []
    if "domain" in heads:
        lines = lines[1:]
    else:
        heads = ["domain"]
    if len(lines) > MOST_ENTRIES:
        raise Invalid("file", "This list is too long. %(limit)s lines are the limit.", limit=MOST_ENTRIES)
    rules: dict[str, DomainRule] = {}
    missed: list[str] = []
    for line in lines:
        rule = _rule(kind, dict(zip(heads, line, strict=False)))
        if rule is None:
            missed.append(",".join(line)[:255])
        else:
            rules.setdefault(rule.domain, rule)
    if not rules:
        raise Invalid("file", _NOTHING)
    return DomainList(tuple(rules.values()), tuple(missed))


def _rule(kind: ListOf, cells: Mapping[str, str]) -> DomainRule | None:
    """One line. A name with stars in it is one that its list hides, and names nobody."""
    try:
        domain = check_domain(cells.get("domain", ""))
    except Invalid:
        return None
    if kind == "allows":
        return DomainRule(domain, "allow")
    policy = _POLICIES.get(cells.get("severity", "").casefold() or "suspend")
    if policy is None:
        return None
    return DomainRule(
        domain,
        policy,
        reject_media=_is(cells.get("reject_media", "")),
        reject_reports=_is(cells.get("reject_reports", "")),
        public_comment=cells.get("public_comment", "").replace("\x00", "")[:NOTE],
        obfuscate=_is(cells.get("obfuscate", "")),
    )


def _is(cell: str) -> bool:
    return cell.casefold() in ("true", "1", "yes", "t")


def _word(value: bool) -> str:
    return "True" if value else "False"
