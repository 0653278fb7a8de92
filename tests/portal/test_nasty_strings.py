"""Whatever is typed in any field of any form: never our failure, never run, never lost.

The forms are read from the rendered pages themselves, so that a new one is tried too. What is asked
of the answer stands in `faults`. The usual run tries two strings in each field; `-m long` all.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from fixtures.every_page import looked_at
from fixtures.full_portal import visiting
from fixtures.nasty import GOOD, LISTS, LONGEST_ASKED, MARK, NASTY, OWN_AGENCY, SHOWN, TOLD
from fixtures.page_forms import FORM, Field, Form, Reader, alive, encoded, multipart
from fixtures.portal_served import ServedPortal
from rightcloud.counsel import Counsel


@dataclass
class House:
    """The portal as it was filled, and what brings it back to that."""

    served: ServedPortal
    before: Path
    clients: dict[str, TestClient]

    @property
    def file(self) -> Path:
        return self.served.file

    def again(self) -> None:
        """As it was before the last form was sent. RightCloud's journal only grows elsewhere."""
        last = self.served.ledger.rightcloud.last()
        with (
            closing(sqlite3.connect(self.before)) as old,
            closing(sqlite3.connect(self.file)) as new,
        ):
            old.backup(new)
        if self.served.ledger.rightcloud.last() != last:
            state = next(iter(self.clients.values())).app.state
            state.house = replace(state.house, counsel=Counsel(self.served.ledger.rightcloud))

    def others(self) -> str:
        """All that belongs to another agency, in short."""
        return self._digest("agency", "PBE")

    def _digest(self, column: str, value: str) -> str:
        found = hashlib.sha256()
        with closing(sqlite3.connect(self.file)) as book:
            for (table,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                columns = [row[1] for row in book.execute(f'PRAGMA table_info("{table}")')]
                if column in columns:
                    query = f'SELECT * FROM "{table}" WHERE "{column}" = ? ORDER BY 1, 2'  # noqa: S608 - our own tables
                    for row in book.execute(query, (value,)):
                        found.update(repr(row).encode())
        return found.hexdigest()


@dataclass(frozen=True)
class Try:
    """One string in one field of one form, sent with one button."""

    who: str
    page: str
    form: Form
    step: tuple[str, str] | None
    name: str
    nasty: str

    def __str__(self) -> str:
        step = "=".join(self.step) if self.step else "no button"
        return f"{self.who} {self.page}: {self.form.action} ({step}) {self.name} <- {self.nasty}"

    @property
    def field(self) -> Field:
        return self.form.fields[self.name]

    @property
    def said(self) -> dict[str, str]:
        """All that is sent: what can be ticked is, and what is empty is written."""
        found = self.form.sent(self.step)
        for name, one in self.form.fields.items():
            if not one.value and one.typed:
                found[name] = GOOD.get(name, "Fordi det trengs.")
            elif one.kind == "checkbox":
                found[name] = one.value or one.values[0]
        return found | {self.name: NASTY[self.nasty]}


@pytest.fixture(scope="module")
def house(
    served: ServedPortal, full: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    before = tmp_path_factory.mktemp("before") / "ledger.db"
    with visiting(served) as of:
        clients = {who: of(who) for who in sorted({who for who, _ in looked_at()})}
        with closing(sqlite3.connect(served.file)) as old, closing(sqlite3.connect(before)) as new:
            old.backup(new)
        yield House(served=served, before=before, clients=clients)


def forms(house: House, full: dict[str, str]) -> Iterator[tuple[str, str, Form]]:
    """Each form once, wherever it stands first; that of the language and of leaving not."""
    seen = set()
    for who, address in looked_at():
        page = house.clients[who].get(address.format(**full))
        for form in Reader(page.text).forms:
            key = (who, shape(form.action), tuple(form.fields), tuple(form.steps))
            if form.action not in {"/signout", "/help"} and key not in seen:
                seen.add(key)
                yield who, address.format(**full), form


def shape(action: str) -> str:
    """The address without what is only an id in it."""
    steps = action.partition("?")[0].split("/")
    return "/".join("*" if any(c.isdigit() for c in one) else one for one in steps)


def tries(house: House, full: dict[str, str], *, every: bool) -> Iterator[Try]:
    kinds = list(NASTY)
    for number, (who, page, form) in enumerate(forms(house, full)):
        steps: list[tuple[str, str] | None] = [*form.steps] or [None]
        for nth, name in enumerate(form.fields):
            if form.fields[name].kind == "file":
                continue
            turn = number + nth
            chosen = kinds if every else [kinds[0], kinds[1 + turn % (len(kinds) - 1)]]
            for at, nasty in enumerate(chosen):
                for step in steps if every else [steps[(turn + at) % len(steps)]]:
                    yield Try(who, page, form, step, name, nasty)


def sent(client: TestClient, one: Try) -> object:
    if one.form.method.lower() != "post":
        said = {name: text[:LONGEST_ASKED] for name, text in one.said.items()}
        return client.get(f"{one.form.action or one.page}?{encoded(said).decode()}")
    if one.form.multipart:
        files = [name for name, field in one.form.fields.items() if field.kind == "file"]
        content, kind = multipart(one.said, files)
        return client.post(one.form.action, content=content, headers={"Content-Type": kind})
    content = encoded(one.said)
    return client.post(one.form.action, content=content, headers={"Content-Type": FORM})


def faults(house: House, one: Try, others: str) -> Iterator[str]:
    """What the answer and the pages after it have against them."""
    client = house.clients[one.who]
    answer = sent(client, one)
    leads = answer.headers.get("location", "/")
    if answer.status_code >= 500 or not leads.startswith("/") or leads.startswith("//"):
        yield f"{answer.status_code}, leads to {leads}"
        return
    pages = {"the answer": answer.text}
    if answer.status_code == 303:
        pages |= {leads: client.get(leads).text}
        pages |= listed(house) if one.nasty in SHOWN else {}
    elif answer.status_code in {409, 422} and one.field.typed and one.nasty not in unsendable(one):
        yield from lost(one, answer.text)
    for where, text in pages.items():
        yield from (f"{found} on {where}" for found in alive(text, MARK))
        if TOLD in text:
            yield f"a template was filled on {where}"
    if one.form.method.lower() == "post" and answer.status_code < 400:
        if one.who in OWN_AGENCY and house.others() != others:
            yield "something of another agency was changed"
        house.again()


def unsendable(one: Try) -> set[str]:
    """What goes another way than as it is in an address, or among files."""
    plain = one.form.method.lower() == "post" and not one.form.multipart
    return set() if plain else {"half a character", "100 kB"}


def listed(house: House) -> dict[str, str]:
    return {
        f"{who} {path}": house.clients[who].get(path).text
        for who, paths in LISTS.items()
        for path in paths
    }


def lost(one: Try, text: str) -> Iterator[str]:
    """What was typed stands in its field again, with an error that says what is wrong."""
    page = Reader(text)
    if not page.errors:
        yield "nothing says what is wrong"
    typed = NASTY[one.nasty]
    if not any(
        alike(form.fields[one.name].value, typed)
        for form in page.forms
        if one.name in form.fields and shape(form.action) == shape(one.form.action)
    ):
        yield "what was typed is lost"


def alike(held: str, typed: str) -> bool:
    """Blanks around it and the sort of line end are nobody's meaning, nor what is too long."""
    plain, meant = (" ".join(text.replace("\x00", "").split()) for text in (held, typed))
    return plain == meant or (len(meant) > len(plain) > 100 and meant.startswith(plain))


def tried(house: House, full: dict[str, str], *, every: bool) -> tuple[int, list[str]]:
    others = house.others()
    found, count = [], 0
    for one in tries(house, full, every=every):
        count += 1
        found += [f"{one}: {fault}" for fault in faults(house, one, others)]
    return count, found


def test_whatever_is_typed_is_neither_run_nor_lost(house: House, full: dict[str, str]) -> None:
    count, found = tried(house, full, every=False)
    assert count > 300
    assert not found, f"{len(found)} of {count}:\n" + "\n".join(found)


@pytest.mark.long
def test_every_string_in_every_field_with_every_button(house: House, full: dict[str, str]) -> None:
    count, found = tried(house, full, every=True)
    assert not found, f"{len(found)} of {count}:\n" + "\n".join(found)
