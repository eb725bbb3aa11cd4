"""The part of a list that a `Page` asks for, in SQL."""

from typing import Any

from server.views.viewer import Page


def window(page: Page, column: str) -> tuple[str, list[Any], str]:
    """A condition on the ordering column, its values, and the direction to sort in. With `ASC` the caller turns the
    rows round: `min_id` asks for those that follow directly, and every list is shown newest first."""
    parts, values = ["1 = 1"], []
    if page.max_id is not None:
        parts.append(f"{column} < ?")
        values.append(page.max_id)
    if page.min_id is not None:
        parts.append(f"{column} > ?")
        values.append(page.min_id)
        return " AND ".join(parts), values, "ASC"
    if page.since_id is not None:
        parts.append(f"{column} > ?")
        values.append(page.since_id)
    return " AND ".join(parts), values, "DESC"
