"""What is offered, as flows need it: the catalogue's files, and what agencies use besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from catalog.load import load
from catalog.offering import Offering
from catalog.own import checked
from ledger import SqlLedger


@cache
def files() -> Mapping[str, Offering]:
    """The catalogue, read when it is first asked for."""
    return load()


def offered_in(ledger: SqlLedger) -> Callable[[], Mapping[str, Offering]]:
    """Asks the ledger whether there is news each time, and reads again only then."""
    known: dict[int, Mapping[str, Offering]] = {}

    def offered() -> Mapping[str, Offering]:
        stamp = ledger.own_offerings.stamp()
        if stamp not in known:
            found = _everything(ledger)
            known.clear()
            known[stamp] = found
            return found
        return known[stamp]

    return offered


def _everything(ledger: SqlLedger) -> Mapping[str, Offering]:
    found = dict(files())
    for own in ledger.own_offerings.all().values():
        if own.used and own.id not in found:
            offering, _ = checked(own.texts[own.used].encode(), own.id, files())
            found |= {own.id: offering} if offering else {}
    return found
