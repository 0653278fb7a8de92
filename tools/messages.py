"""Brings portal/locale/nb.po up to date with what the source says; the translating is by hand.

.venv/bin/python tools/messages.py          writes new messages, drops those that are gone
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "portal" / "locale" / "nb.po"
FOLDERS = ("catalog", "portal", "rightcloud")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}


def extracted() -> Catalog:
    """Every message in the source, each with the files it stands in."""
    catalog = Catalog(project="Grunnmur", locale="nb", fuzzy=False)
    for folder, (file, _line, message, _comments, _context) in _found():
        catalog.add(message, locations=[(f"{folder}/{file}", 0)])
    return catalog


def _found() -> Iterator[tuple[str, tuple[str, int, str, list[str], str | None]]]:
    for folder in FOLDERS:
        for found in extract_from_dir(
            str(ROOT / folder),
            METHODS,
            OPTIONS,
            keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)},
        ):
            yield folder, found


def main() -> None:
    fresh = extracted()
    if PO.exists():
        with PO.open("rb") as file:
            known = read_po(file, locale="nb")
    else:
        known = Catalog(locale="nb", fuzzy=False)
    # No guessing: a guess marked fuzzy is skipped in silence when the portal reads the file.
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, known, width=96, no_location=True, omit_header=True)
    open_ones = [message.id for message in known if message.id and not _told(message.string)]
    print(f"{len(known)} messages, {len(open_ones)} without a translation")
    for one in open_ones:
        print(f"  {one!r}")


def _told(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main()
