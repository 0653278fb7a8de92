"""Rules of an offering file about where, at what price, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.complaints import Complaint
from catalog.places import provider_of
from catalog.reasons import Broken, Reason
from catalog.written import Written

Kinds = Mapping[str, frozenset[str]]

_SHORT = ("provider", "account", "region")


def broken(written: Written, kinds: Kinds | None) -> Iterator[Broken]:
    """Every broken rule, with its reason."""
    if not isinstance(written.data, Mapping):
        return
    if "items" in written.data:
        yield from _bundle(written)
    elif "places" in written.data:
        yield from _several(written)
    else:
        yield from _single(written)
    yield from _delivered(written, kinds)
    yield from _one_source(written)
    yield from _asked_where(written)
    yield from _warned(written)


def _bundle(written: Written) -> Iterator[Broken]:
    for key in ("kind", "places", *_SHORT):
        if key in written.data:
            yield (key,), Reason(Complaint.NOT_IN_BUNDLE)
    if written.at("items") == {}:
        yield ("items",), Reason(Complaint.EMPTY_BUNDLE)
    for plan in written.keys("plans"):
        for key in ("monthly_price", "fixed", "places"):
            if key in written.keys("plans", plan):
                yield ("plans", plan, key), Reason(Complaint.FOLLOWS_FROM_ITEMS)


def _several(written: Written) -> Iterator[Broken]:
    if "kind" not in written.data:
        yield (), Reason(Complaint.KEY_MISSING, key="kind")
    for key in _SHORT:
        if key in written.data:
            yield (key,), Reason(Complaint.SAID_BY_PLACES)
    if written.at("places") == {}:
        yield ("places",), Reason(Complaint.NO_PLACES)
    for plan in written.keys("plans"):
        yield from _priced(written, plan)


def _priced(written: Written, plan: str) -> Iterator[Broken]:
    here = ("plans", plan)
    places, told = written.keys("places"), written.keys(*here, "places")
    if "monthly_price" in written.keys(*here):
        yield (*here, "monthly_price"), Reason(Complaint.PRICE_UNDER_PLACES)
    for missing in [place for place in places if place not in told]:
        if written.sound(*here, "places"):
            yield here, Reason(Complaint.NO_PRICE, place=missing)
    for unknown in [place for place in told if place not in places]:
        yield (*here, "places", unknown), Reason(Complaint.PLACE_NOT_OURS)


def _single(written: Written) -> Iterator[Broken]:
    for key in ("kind", *_SHORT):
        if key not in written.data:
            yield (), Reason(Complaint.KEY_MISSING, key=key)
    for plan in written.keys("plans"):
        here = ("plans", plan)
        if "places" in written.keys(*here):
            yield (*here, "places"), Reason(Complaint.ONE_PLACE)
        if written.at(*here) is not None and "monthly_price" not in written.keys(*here):
            yield here, Reason(Complaint.KEY_MISSING, key="monthly_price")


def _delivered(written: Written, kinds: Kinds | None) -> Iterator[Broken]:
    """Each place's provider is there, and delivers the kind."""
    if kinds is None:
        return
    wanted: dict[tuple[str, ...], str] = {
        ("places", place): provider_of(place) for place in written.keys("places")
    }
    if (provider := written.at("provider")) is not None:
        wanted[("provider",)] = provider
    kind = written.at("kind")
    for here, provider in wanted.items():
        if provider not in kinds:
            known = ", ".join(sorted(kinds))
            yield here, Reason(Complaint.NO_PROVIDER, provider=provider, known=known)
        elif kind is not None and kind not in kinds[provider]:
            known = ", ".join(sorted(kinds[provider]))
            where = ("kind",) if here == ("provider",) else here
            gaps = {"provider": provider, "kind": kind, "known": known}
            yield where, Reason(Complaint.NOT_DELIVERED, **gaps)


def _one_source(written: Written) -> Iterator[Broken]:
    """A provider parameter is decided once: by the place, the plan, or the plan there."""
    for plan in written.keys("plans"):
        of_plan = written.keys("plans", plan, "fixed")
        for place in written.keys("places"):
            of_place = written.keys("places", place, "fixed")
            here = ("plans", plan, "places", place, "fixed")
            for key in set(of_plan).intersection(of_place):
                reason = Reason(Complaint.FIXED_BY_PLACE, place=place)
                yield ("plans", plan, "fixed", key), reason
            for key in set(written.keys(*here)).intersection(of_plan + of_place):
                yield (*here, key), Reason(Complaint.FIXED_ALREADY)


def _asked_where(written: Written) -> Iterator[Broken]:
    places = written.keys("places")
    for name in written.keys("parameters"):
        here = ("parameters", name, "only_at")
        only = written.at(*here)
        if only is None:
            continue
        for place in only if isinstance(only, list) and "items" not in written.data else ():
            if isinstance(place, str) and place not in places:
                yield here, Reason(Complaint.NAMED_PLACE_NOT_OURS, place=place)
        if only == []:
            yield here, Reason(Complaint.NO_PLACES_NAMED)
        if name == "name":
            yield here, Reason(Complaint.NAME_EVERYWHERE)


def _warned(written: Written) -> Iterator[Broken]:
    """Warnings come before the end."""
    if written.at("expires") is None or not written.sound("expires"):
        return
    after, warn = written.at("expires", "after"), written.at("expires", "warn") or []
    for before in warn:
        if int(before[1:-1]) >= int(after[1:-1]):
            yield ("expires", "warn"), Reason(Complaint.WARNED_TOO_EARLY, before=before)
