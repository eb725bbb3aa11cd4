"""Where the links of hashtags lead."""

import re
from pathlib import Path

from tests.hostile.ground import house


async def test_the_link_of_a_hashtag_leads_to_what_is_public_under_it(tmp_path: Path) -> None:
    async with house(tmp_path) as oak:
        rosa = await oak.join("rosa")
        said = await rosa.say("Damp again #Housing")
        await rosa.say("Not for all #Housing", visibility="private")
        (path,) = re.findall(r'href="https://oak\.example(/tags/[^"]+)"', said["content"])
        for reader in (oak.visitor, rosa.browser):
            answer = await reader.get(path)
            assert answer.status_code == 200
            assert "Damp again" in answer.text
            assert "Not for all" not in answer.text
        assert (await oak.visitor.get("/tags/nothing")).status_code == 200
        assert (await oak.visitor.get("/tags/%3Cscript%3E")).status_code == 200
