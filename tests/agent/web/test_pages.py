"""The pages as files: what they name exists, nothing is inline, and they look like the report."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ROOT / "agent" / "web"
PAGES = sorted((WEB / "pages").glob("*.html"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))
COLOUR = re.compile(r"--([a-z]+): ([^;]+);")


class Tags(HTMLParser):
    """Start tags with their attributes, and the text inside of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text that the policy of the server would block."""
        if self.tags and self.tags[-1][0] in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_nothing_inline_and_names_only_what_is_there(page: Path) -> None:
    found = Tags(page.read_text(encoding="utf-8"))
    assert found.inline == []
    forbidden = [name for _, attrs in found.tags for name in attrs if re.match("on|style$", name)]
    assert forbidden == []
    named = [
        value
        for tag, attrs in found.tags
        for name, value in attrs.items()
        if name == "src" or (name == "href" and tag == "link")
    ]
    assert all(value and value.startswith("/static/") for value in named)
    assert [value for value in named if not (WEB / str(value).lstrip("/")).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_imports_only_what_is_there_and_what_it_takes_is_given(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for names, source in re.findall(r'import \{([^}]*)\} from "([^"]+)"', text):
        given = (WEB / source.lstrip("/")).read_text(encoding="utf-8")
        for name in filter(None, (each.strip() for each in names.split(","))):
            assert re.search(rf"export (async )?(function|class|const) {name}\b", given), name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_every_part_that_a_script_names_is_on_a_page(script: Path) -> None:
    ids = {
        attrs["id"]
        for page in PAGES
        for _, attrs in Tags(page.read_text(encoding="utf-8")).tags
        if "id" in attrs
    }
    text = script.read_text(encoding="utf-8")
    made = set(re.findall(r'\bid: "([^"]+)"', text))
    named = set(re.findall(r'part\("([^"]+)"\)', text))
    assert named - ids - made == set()


def test_the_colours_are_those_of_the_report() -> None:
    def colours(path: Path) -> list[dict[str, str]]:
        blocks = re.findall(r":root \{(.*?)\}", path.read_text(encoding="utf-8"), re.DOTALL)[:2]
        return [dict(COLOUR.findall(block)) for block in blocks]

    ours = colours(WEB / "static" / "viva.css")
    report = colours(ROOT / "evaluation" / "report_page" / "report.css")
    for light_or_dark, (mine, theirs) in enumerate(zip(ours, report, strict=True)):
        shared = mine.keys() & theirs.keys()
        assert {"paper", "ink", "good", "short", "focus"} <= shared, light_or_dark
        assert {name: mine[name] for name in shared} == {name: theirs[name] for name in shared}
