"""Candidates as a spreadsheet: out with what is proposed, in again with what people made of it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from catalog.offering import Offering
from orders.adoption import Candidate, Wish
from portal.auditing import FORMULA
from portal.speech import N_

FACTS = (
    *("provider", "account", "region", "kind", "resource", "called", "parameters", "tags"),
    *("networks", "first_seen", "last_seen", "evidence"),
)
WISHES = ("agency", "offering", "plan")
ANSWER = "answer:"
NEEDED = ("id", *WISHES)
DELIMITERS = (";", ",", "\t")
LARGEST = 5 * 1024 * 1024  # bytes
MOST_LINES = 5000

TOO_LARGE = N_("The file is too large: at most 5 MB and 5,000 lines. Send it in parts.")
NOT_TEXT = N_("The file is not UTF-8. Save it as “CSV UTF-8” and send it again.")
NO_COLUMN = N_(
    "The first line has no column called %(column)s. Keep the first line of the file that you "
    "fetched here."
)
TWICE = N_("The column %(column)s stands there twice.")
NOT_CSV = N_("Line %(line)s cannot be read: %(why)s.")
A_FORMULA = N_("%(column)s begins as a formula does (%(begins)s). Write the text itself.")


class SheetWrong(Exception):
    """Nothing of the file can be used: a message id, and what goes into it."""

    def __init__(self, reason: str, **what: str) -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a file; `formulas` are the columns that a spreadsheet would have computed."""

    number: int
    id: str
    wish: Wish
    formulas: Mapping[str, str]


def written(several: Iterable[Candidate], offerings: Mapping[str, Offering]) -> Iterator[str]:
    """The lines of the file, for a spreadsheet of any language; the first says it is UTF-8."""
    asked = dict.fromkeys(name for one in offerings.values() for name in one.parameters)
    columns = [ANSWER + name for name in asked if name != "place"]
    yield "\ufeff" + _line(["id", *FACTS, *WISHES, *columns])
    for one in several:
        wish = one.wish
        answers = [wish.answers.get(name.removeprefix(ANSWER), "") for name in columns]
        facts = _facts(one)
        told = [one.id, *(facts[name] for name in FACTS), wish.agency, wish.offering, wish.plan]
        yield _line([*told, *answers])


def read(data: bytes) -> list[Row]:
    """What is wished on each line; empty ones are left out. Raises SheetWrong."""
    lines = _table(_text(data))
    header = [name.strip().lower() for name in lines[0][1]] if lines else []
    for column in NEEDED:
        if column not in header:
            raise SheetWrong(NO_COLUMN, column=column)
    if double := next((one for one in header if one and header.count(one) > 1), ""):
        raise SheetWrong(TWICE, column=double)
    return [
        _row(number, dict(zip(header, cells, strict=False)))
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    ]


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise SheetWrong(TOO_LARGE)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise SheetWrong(NOT_TEXT) from None
    if "\0" in text:
        raise SheetWrong(NOT_TEXT)
    return text


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Each record and the number of the line that it ends on."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in lines:
            found.append((lines.line_num, cells))
            if len(found) > MOST_LINES + 1:
                raise SheetWrong(TOO_LARGE)
    except csv.Error as error:
        raise SheetWrong(NOT_CSV, line=str(lines.line_num), why=str(error)) from None
    return found


def _row(number: int, cells: Mapping[str, str]) -> Row:
    said = {
        name: cells[name].strip()
        for name in cells
        if name in NEEDED or (name.startswith(ANSWER) and cells[name].strip())
    }
    formulas = {name: text[:1] for name, text in said.items() if text.startswith(FORMULA)}
    plain = {name: _bare(text) for name, text in said.items()}
    answers = {
        name.removeprefix(ANSWER): text for name, text in plain.items() if name.startswith(ANSWER)
    }
    wish = Wish(
        agency=plain.get("agency", ""),
        offering=plain.get("offering", ""),
        plan=plain.get("plan", ""),
        answers=answers,
    )
    return Row(number=number, id=plain.get("id", ""), wish=wish, formulas=formulas)


def _facts(one: Candidate) -> dict[str, str]:
    met = one.met
    return {
        "provider": met.provider,
        "account": met.account,
        "region": met.region,
        "kind": met.kind,
        "resource": met.resource,
        "called": met.name,
        "parameters": _pairs(met.parameters),
        "tags": _pairs(met.tags),
        "networks": " ".join(met.networks),
        "first_seen": one.first_seen.isoformat(timespec="seconds"),
        "last_seen": one.last_seen.isoformat(timespec="seconds"),
        "evidence": "; ".join(
            f"{each.says}: {each.by} {each.what} ({each.sure})" for each in one.proposal.evidence
        ),
    }


def _pairs(values: Mapping[str, object]) -> str:
    return "; ".join(f"{name}={value}" for name, value in sorted(values.items()))


def _line(values: list[str]) -> str:
    """What a spreadsheet would take for a formula gets a mark before it, which `read` takes off."""
    out = StringIO()
    guarded = [f"'{one}" if one.startswith(FORMULA) else one for one in values]
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(guarded)
    return out.getvalue()


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
