"""An offering that an agency has made itself: what it may be, beside the common catalogue.

It is delivered by what the common catalogue delivers by already, where that is delivered, and
never cheaper: who approves by the price must be able to trust it. What the house reads by name
stays asked, so that rules on data and approvals hold for it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalog.complaints import Complaint
from catalog.load import read_one
from catalog.offering import Offering, Terms
from catalog.places import provider_of
from catalog.reasons import Broken, Flaw, Reason
from catalog.source import read

KEPT: Final = ("classification", "environment", "cost_centre")

Offerings = Mapping[str, Offering]


def checked(content: bytes, stem: str, common: Offerings) -> tuple[Offering | None, list[Flaw]]:
    """The offering `stem` as `content` has it, among the `common` ones; or all that is wrong."""
    offering, flaws = read_one(content, stem, common, _kinds(common.values()))
    if offering is None:
        return None, flaws
    source = read(content)
    found = [Flaw(source.line(path), why, path) for path, why in broken(offering, common)]
    return (None, found) if found else (offering, [])


def broken(offering: Offering, common: Offerings) -> Iterator[Broken]:
    """Every limit that an offering of one's own goes beyond, with its reason."""
    if offering.id in common:
        yield ("id",), Reason(Complaint.TAKEN)
    if offering.items:
        yield from _said(offering, common)
        return
    kin = [one for one in common.values() if one.kind == offering.kind and not one.items]
    yield from _placed(offering, kin)
    yield from _known(offering, kin)
    yield from _kept(offering, kin)
    yield from _priced(offering, kin)


def _kinds(offerings: Iterable[Offering]) -> dict[str, frozenset[str]]:
    """What each provider delivers, as far as the common catalogue shows."""
    found: dict[str, set[str]] = {}
    for one in offerings:
        for place in one.places if one.kind else ():
            found.setdefault(provider_of(place), set()).add(str(one.kind))
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _said(bundle: Offering, common: Offerings) -> Iterator[Broken]:
    """Answers that rules go by are asked for, but where a common bundle gives the same."""
    parts = [part for one in common.values() for part in one.items.values()]
    given = {(field, value) for part in parts for field, value in part.says.items()}
    for name, part in bundle.items.items():
        for field in KEPT:
            if field in part.says and (field, part.says[field]) not in given:
                yield ("items", name, "says", field), Reason(Complaint.MUST_BE_ASKED)


def _placed(offering: Offering, kin: list[Offering]) -> Iterator[Broken]:
    accounts: dict[str, set[str]] = {}
    for one in kin:
        for name, place in one.places.items():
            accounts.setdefault(name, set()).add(place.account)
    for name, place in offering.places.items():
        here = ("places", name)
        if name not in accounts:
            there = ", ".join(accounts)
            yield here, Reason(Complaint.NOT_THERE_YET, kind=str(offering.kind), known=there)
        elif place.account not in accounts[name]:
            there = ", ".join(sorted(accounts[name]))
            yield (*here, "account"), Reason(Complaint.OTHER_ACCOUNT, known=there)


def _known(offering: Offering, kin: list[Offering]) -> Iterator[Broken]:
    """Provider parameters are those that some common offering of the kind has."""
    known = {key for one in kin for key in _decided(one)}
    there = ", ".join(sorted(known))
    for name, parameter in offering.parameters.items():
        if parameter.maps_to and parameter.maps_to not in known:
            yield ("parameters", name, "maps_to"), Reason(Complaint.CANNOT_BE_TOLD, known=there)
    for name, plan in offering.plans.items():
        keys = {key for terms in plan.places.values() for key in terms.fixed}
        for key in sorted(keys - known):
            reason = Reason(Complaint.KEY_CANNOT_BE_TOLD, key=key, known=there)
            yield ("plans", name), reason


def _decided(offering: Offering) -> Iterator[str]:
    yield from (one.maps_to for one in offering.parameters.values() if one.maps_to)
    for plan in offering.plans.values():
        for terms in plan.places.values():
            yield from terms.fixed


def _kept(offering: Offering, kin: list[Offering]) -> Iterator[Broken]:
    for name in KEPT:
        theirs = next((one.parameters[name] for one in kin if name in one.parameters), None)
        if theirs is None:
            continue
        ours = offering.parameters.get(name)
        if ours is None or not ours.required or ours.type != theirs.type or ours.only_at:
            yield ("parameters", name), Reason(Complaint.MUST_BE_KEPT, field=name)
        elif list(ours.choices) != list(theirs.choices):
            reason = Reason(Complaint.OTHER_CHOICES, choices=", ".join(theirs.choices))
            yield ("parameters", name, "choices"), reason


def _priced(offering: Offering, kin: list[Offering]) -> Iterator[Broken]:
    """Never below the common price of the same; what nobody sells yet costs as the dearest."""
    for name, plan in offering.plans.items():
        for place, terms in plan.places.items():
            least = _floor(terms, [one for one in kin if place in one.places], place)
            if terms.monthly_price < least:
                reason = Reason(Complaint.TOO_CHEAP, price=least, place=place)
                yield ("plans", name), reason


def _floor(ours: Terms, kin: list[Offering], place: str) -> int:
    theirs = [plan.places[place] for one in kin for plan in one.plans.values()]
    same = [one.monthly_price for one in theirs if one.fixed.items() <= ours.fixed.items()]
    return max(same or [one.monthly_price for one in theirs], default=0)
