"""What browsers load comes from us alone, is what was vendored, and is nobody else's by licence."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from fixtures.portal_house import PortalHouse
from portal.rendering import OFFERING_ICONS, icon

ROOT = Path(__file__).parents[2]
PORTAL = ROOT / "portal"
VENDOR = PORTAL / "static" / "vendor"
SIGNIN = ROOT / "emulators" / "signin"
SEEN = [
    path
    for folder in (PORTAL / "static", PORTAL / "templates", SIGNIN / "static", SIGNIN / "templates")
    for path in folder.rglob("*")
    if path.suffix in {".css", ".js", ".html", ".svg"}
]
# The name of a language, which no browser ever fetches.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", re.IGNORECASE)


def test_there_is_something_to_look_at() -> None:
    assert {path.suffix for path in SEEN} == {".css", ".js", ".html", ".svg"}


@pytest.mark.parametrize("path", SEEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_points_at_another_machine(path: Path) -> None:
    found = {match[0] for match in ADDRESS.finditer(path.read_text("utf8"))}
    assert found - set(NAMESPACES) == set()


def test_the_check_would_find_an_address() -> None:
    found = "a{background:url(https://cdn.example.no/x.svg)} b{c:url(//cdn.example.no/y)}"
    assert len(ADDRESS.findall(found)) == 2


def test_vendored_files_are_as_they_came() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == manifest["files"]


def test_every_vendored_package_has_its_licence() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    for package in manifest["packages"]:
        name = package.rsplit("/", 1)[1].rsplit("@", 1)[0]
        text = (VENDOR / "licences" / f"{name}.txt").read_text("utf8")
        assert "MIT License" in text or "SIL Open Font License" in text


def test_nothing_licensed_to_the_city_alone_is_here() -> None:
    names = [path.name for folder in (PORTAL, SIGNIN) for path in folder.rglob("*")]
    theirs = re.compile(r"oslo-?(sans|logo|icons)", re.IGNORECASE)
    assert not [name for name in names if theirs.search(name)]
    for path in SEEN:
        assert not re.search(r"Oslo ?(Sans|Icons)", path.read_text("utf8")), path


def test_every_address_in_the_style_leads_to_a_file() -> None:
    style = (VENDOR / "punkt.css").read_text("utf8")
    for address in set(re.findall(r"url\(\"?([^)\"]+)\"?\)", style)):
        assert (VENDOR / address).is_file(), address


def test_icons_have_no_ids_and_say_nothing_to_readers() -> None:
    for name in OFFERING_ICONS:
        svg = icon(name)
        assert ' id="' not in svg
        assert 'aria-hidden="true"' in svg


def test_an_unknown_icon_is_a_cloud() -> None:
    assert icon("spaceship") == icon("cloud")


def test_static_files_are_small_on_the_wire_and_kept(portal: PortalHouse) -> None:
    page = portal.client.get("/help").text
    style = re.search(r"/static/vendor/punkt\.css\?v=\w+", page)
    assert style
    answer = portal.client.get(style[0], headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in portal.client.get("/static/app.css").headers["cache-control"]
