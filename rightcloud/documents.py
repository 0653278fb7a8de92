"""Bytes in; text or TOML out, with the lines of its keys. Refuses what is cut short."""

from __future__ import annotations

import gzip
import io
import re
import tomllib
import zlib
from dataclasses import dataclass
from typing import Any

from rightcloud.errors import Refused, Told
from rightcloud.flaws import Flaw

LARGEST = 400_000_000  # bytes after unpacking: no price list here comes near it

_GZIP = b"\x1f\x8b"
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*")(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")

Path = tuple[str, ...]


def text_of(content: bytes, name: str) -> str:
    """The document as text, unpacked if it is gzip. Refused when cut short or not UTF-8."""
    if content.startswith(_GZIP):
        content = _unpacked(content, name)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(Told(Flaw.NOT_UTF8, f"{name}:{line}: ")) from None


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            plain = packed.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refused(Told(Flaw.DAMAGED, f"{name}: ", why=str(error))) from None
    if len(plain) > LARGEST:
        raise Refused(Told(Flaw.LARGER, f"{name}: ", limit=str(LARGEST)))
    return plain


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML document and where its keys stand."""

    name: str
    data: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def flaw(self, path: Path, reason: str) -> str:
        """`reason` behind the file, the line and the key; sayable as before if it was."""
        where = f"{self.name}:{self.line(path)}: " + (f"{'.'.join(path)}: " if path else "")
        return reason.at(where) if isinstance(reason, Told) else where + reason


def toml_of(content: bytes, name: str) -> Toml:
    text = text_of(content, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = found[1] if found else str(text.count("\n") + 1)
        raise Refused(Told(Flaw.NOT_TOML, f"{name}:{line}: ", why=str(error))) from None
    return Toml(name, data, _lines(text))


def _lines(text: str) -> dict[Path, int]:
    """Where each table and key first stands. tomllib keeps no positions."""
    lines: dict[Path, int] = {}
    table: Path = ()
    inside = False  # a multi-line string
    for number, line in enumerate(text.split("\n"), 1):
        was_inside, inside = inside, inside ^ (line.count('"""') % 2 == 1)
        if was_inside:
            continue
        if header := _HEADER.match(line):
            path = table = _steps(header[1])
        elif key := _KEY.match(line):
            path = (*table, *_steps(key[1]))
        else:
            continue
        for length in range(1, len(path) + 1):
            lines.setdefault(path[:length], number)
    return lines


def _steps(dotted: str) -> Path:
    return tuple(step.strip().strip('"') for step in dotted.split("."))
