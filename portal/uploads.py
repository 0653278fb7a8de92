"""Files that people attach: which may come in, the scan they pass, and how they go out again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from ledger import SqlLedger
from orders.entry import Stamp
from orders.particulars import Attachment
from portal.forms import posted
from portal.speech import N_

MOST_FILES = 5
LARGEST = 5 * 1024 * 1024  # bytes of one file
ALTOGETHER = 10 * 1024 * 1024
LONGEST_NAME = 120
SCAN_SECONDS = 60
MULTIPART = "multipart/form-data"

_OFFICE = "application/vnd.openxmlformats-officedocument"
# By the ending of the name: the media type it goes out as, and what such a file begins with.
# Nothing that a browser would run.
KINDS: Mapping[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", b"PK\x03\x04"),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", b"PK\x03\x04"),
    ".pptx": (f"{_OFFICE}.presentationml.presentation", b"PK\x03\x04"),
    ".odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK\x03\x04"),
    ".txt": ("text/plain; charset=utf-8", b""),
    ".log": ("text/plain; charset=utf-8", b""),
    ".csv": ("text/csv; charset=utf-8", b""),
    ".json": ("application/json", b""),
    ".yaml": ("application/yaml", b""),
    ".yml": ("application/yaml", b""),
}

TOO_MANY = N_("Attach at most 5 files at a time.")
TOO_LARGE = N_("A file may be 5 MB, and all of them together 10 MB. Attach smaller ones.")
WRONG_KIND = N_(
    "We take PDF, pictures (PNG, JPEG), office documents and plain text. Save it as one of these."
)
NOT_AS_NAMED = N_("A file is not what its name says. Save it anew under the right ending.")
INFECTED = N_("The scan found something harmful in a file, so it was not sent.")
NOT_SCANNED = N_("The files could not be scanned just now, so nothing was sent. Try again.")

Scan = Callable[[bytes], bool]


class NoScan(Exception):
    """The scanner does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    data: bytes

    @property
    def ending(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form, with files or without."""

    form: Mapping[str, str]
    files: Sequence[File] = field(default_factory=tuple[File, ...])


async def sent(request: Request) -> Sent:
    """What was posted. The edge has checked the size of the whole."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MULTIPART:
        return Sent(form=await posted(request))
    async with request.form(max_files=MOST_FILES + 1, max_fields=20) as form:
        parts = form.multi_items()
        files = [
            File(name=_plain(one.filename or ""), data=await one.read())
            for _, one in parts
            if isinstance(one, UploadFile) and one.filename
        ]
    return Sent(form={name: one for name, one in parts if isinstance(one, str)}, files=files)


def wrong(files: Sequence[File], scan: Scan | None) -> str:
    """What is wrong with them, as a message id; empty when they may be kept."""
    if len(files) > MOST_FILES:
        return TOO_MANY
    if sum(len(one.data) for one in files) > ALTOGETHER:
        return TOO_LARGE
    found = next((said for one in files if (said := _wrong(one))), "")
    return found or _scanned(files, scan)


def kept(ledger: SqlLedger, files: Sequence[File], stamp: Stamp) -> list[Attachment]:
    """The files, stored; their events name them."""
    return [
        Attachment(
            id=uuid4().hex,
            name=one.name,
            media_type=KINDS[one.ending][0],
            size=len(one.data),
            sha256=ledger.attachments.put(one.data, stamp.at),
        )
        for one in files
    ]


def handed_out(attachment: Attachment, data: bytes) -> Response:
    """To be saved, never to be shown as a page of ours."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return Response(data, media_type=attachment.media_type, headers=headers)


def command_scan(command: Sequence[str]) -> Scan:
    """Asks a program that reads the file: it ends with 0 for clean and 1 for harmful."""

    def scan(data: bytes) -> bool:
        try:
            ended = subprocess.run(  # noqa: S603 - the operator's own setting
                command, input=data, capture_output=True, timeout=SCAN_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoScan(str(error)) from error
        if ended.returncode not in {0, 1}:
            raise NoScan(f"the scan ended with {ended.returncode}")
        return ended.returncode == 0

    return scan


def _wrong(file: File) -> str:
    if not file.data or len(file.data) > LARGEST:
        return TOO_LARGE
    if file.ending not in KINDS:
        return WRONG_KIND
    begins = KINDS[file.ending][1]
    if begins:
        return "" if file.data.startswith(begins) else NOT_AS_NAMED
    return "" if _is_text(file.data) else NOT_AS_NAMED


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _scanned(files: Sequence[File], scan: Scan | None) -> str:
    try:
        clean = scan is None or all(scan(one.data) for one in files)
    except NoScan:
        return NOT_SCANNED
    return "" if clean else INFECTED


def _plain(name: str) -> str:
    """The last part of the name, without what cannot be seen, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if char.isprintable()).strip() or "file"
    path = PurePosixPath(seen)
    return seen if len(seen) <= LONGEST_NAME else path.stem[:LONGEST_NAME] + path.suffix[:10]
