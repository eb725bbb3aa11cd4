"""The check for identifying details on the forms: a hint before publishing, never a wall."""

from typing import Final

from server.rules.identifying import details_in
from server.templating import marked
from server.web.page import Form

MAY_IDENTIFY: Final = marked("This may say who somebody is. Change it, or tick that nobody can be known by it.")


def look_again(form: Form, text: str) -> bool:
    """Whether the writer should look once more: something was found, and they were not shown it yet."""
    return not form.get("confirmed") and not form.get("warned") and bool(details_in(text))


def hold_for(form: Form, text: str) -> str:
    """Why a steward reads it first: something was found, and the writer did not say that it is harmless."""
    return "details" if not form.get("confirmed") and details_in(text) else ""
