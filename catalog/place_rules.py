"""Rules of an offering file about where, at what price, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.places import provider_of
from catalog.source import Path
from catalog.written import Written

Kinds = Mapping[str, frozenset[str]]
Broken = tuple[Path, str]

_SHORT = ("provider", "account", "region")


def broken(written: Written, kinds: Kinds | None) -> Iterator[Broken]:
    """Every broken rule, as (path, reason)."""
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
            yield (key,), "is not for a bundle: each of its items has its own"
    if written.at("items") == {}:
        yield ("items",), "is empty: a bundle is made of offerings"
    for plan in written.keys("plans"):
        for key in ("monthly_price", "fixed", "places"):
            if key in written.keys("plans", plan):
                yield ("plans", plan, key), "is not for a bundle: it follows from its items"


def _several(written: Written) -> Iterator[Broken]:
    if "kind" not in written.data:
        yield (), "`kind` is missing"
    for key in _SHORT:
        if key in written.data:
            yield (key,), "is for offerings with one place; `places` says it already"
    if written.at("places") == {}:
        yield ("places",), "is empty: it must be delivered somewhere"
    for plan in written.keys("plans"):
        yield from _priced(written, plan)


def _priced(written: Written, plan: str) -> Iterator[Broken]:
    here = ("plans", plan)
    places, told = written.keys("places"), written.keys(*here, "places")
    if "monthly_price" in written.keys(*here):
        yield (*here, "monthly_price"), "stands under `places`, once for each"
    for missing in [place for place in places if place not in told]:
        if written.sound(*here, "places"):
            yield here, f"has no price at {missing!r}: add it under `places`"
    for unknown in [place for place in told if place not in places]:
        yield (*here, "places", unknown), "is no place of this offering"


def _single(written: Written) -> Iterator[Broken]:
    for key in ("kind", *_SHORT):
        if key not in written.data:
            yield (), f"`{key}` is missing"
    for plan in written.keys("plans"):
        here = ("plans", plan)
        if "places" in written.keys(*here):
            yield (*here, "places"), "is for offerings with `places`; this has one place"
        if written.at(*here) is not None and "monthly_price" not in written.keys(*here):
            yield here, "`monthly_price` is missing"


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
            yield here, f"no provider is called {provider!r}; there are: {known}"
        elif kind is not None and kind not in kinds[provider]:
            known = ", ".join(sorted(kinds[provider]))
            where = ("kind",) if here == ("provider",) else here
            yield where, f"{provider} does not deliver {kind!r}; it delivers: {known}"


def _one_source(written: Written) -> Iterator[Broken]:
    """A provider parameter is decided once: by the place, the plan, or the plan there."""
    for plan in written.keys("plans"):
        of_plan = written.keys("plans", plan, "fixed")
        for place in written.keys("places"):
            of_place = written.keys("places", place, "fixed")
            here = ("plans", plan, "places", place, "fixed")
            for key in set(of_plan).intersection(of_place):
                yield ("plans", plan, "fixed", key), f"is fixed by place {place!r} already"
            for key in set(written.keys(*here)).intersection(of_plan + of_place):
                yield (*here, key), "is fixed by the plan or the place already"


def _asked_where(written: Written) -> Iterator[Broken]:
    places = written.keys("places")
    for name in written.keys("parameters"):
        here = ("parameters", name, "only_at")
        only = written.at(*here)
        if only is None:
            continue
        for place in only if isinstance(only, list) and "items" not in written.data else ():
            if isinstance(place, str) and place not in places:
                yield here, f"{place!r} is no place of this offering"
        if only == []:
            yield here, "is empty: name the places, or leave it out"
        if name == "name":
            yield here, "`name` is asked everywhere: it names what is delivered"


def _warned(written: Written) -> Iterator[Broken]:
    """Warnings come before the end."""
    if written.at("expires") is None or not written.sound("expires"):
        return
    after, warn = written.at("expires", "after"), written.at("expires", "warn") or []
    for before in warn:
        if int(before[1:-1]) >= int(after[1:-1]):
            yield ("expires", "warn"), f"{before} before the end is before the beginning"
