"""What a machine can find wrong with a page as it stands in the browser."""

import os
from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.ways import Variant

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOOKS = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def faults(page: Page, variant: Variant) -> list[str]:
    """What axe finds on the page as it is shown now, and whether anything is wider than the screen.

    On a page seen before, in another variant, axe looks only for what a variant can change: the markup is the same.
    """
    page.set_viewport_size({"width": variant.width, "height": 900})
    page.emulate_media(color_scheme=variant.scheme)
    if variant.direction == "rtl":
        page.evaluate("Object.assign(document.documentElement, {dir: 'rtl', lang: 'ar'})")
    new = not page.evaluate("'axe' in window")
    if new:
        page.evaluate(axe())
    broken = page.evaluate(
        "runOnly => axe.run({runOnly, resultTypes: ['violations']})"
        ".then(found => found.violations.map(rule => `${rule.id}: ${rule.nodes[0].html.slice(0, 120)}`))",
        RULES if new else LOOKS,
    )
    found = [str(each) for each in broken]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append("wider than the screen")
    return found


def picture(page: Page, name: str) -> None:
    """Keep a screenshot in the folder that FOLKMOOT_TEST_SHOTS names, for people to look at."""
    if shots := os.environ.get("FOLKMOOT_TEST_SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
