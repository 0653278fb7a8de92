"""The policy file in, a whole and sound table out; or everything that is wrong, with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from rightcloud.countries import CountryGroup
from rightcloud.documents import Path, toml_of
from rightcloud.errors import Refused, Told
from rightcloud.flaws import Flaw
from rightcloud.policy import Cell, Measure, Outcome, Policy, PriceAges, Switch, Tag, Weights, Zone
from rightcloud.policy_shape import WrittenPolicy, WrittenRule, WrittenZone, shaped

Flawed = tuple[Path, Told]


def read_policy(content: bytes, name: str, groups: Mapping[str, CountryGroup]) -> Policy:
    """The policy; Refused with `name:line: key: reason` for each thing that is wrong."""
    source = toml_of(content, name)
    flaws: list[Flawed] = []
    written = shaped(source, lambda path, reason: flaws.append((path, reason)))
    if written is not None:
        flaws.extend(_unsound(written, groups))
    if written is None or flaws:
        flaws.sort(key=lambda flaw: source.line(flaw[0]))
        raise Refused(*(source.flaw(path, reason) for path, reason in flaws))
    return _policy(written, hashlib.sha256(content).hexdigest(), groups)


def _unsound(written: WrittenPolicy, groups: Mapping[str, CountryGroup]) -> Iterator[Flawed]:
    """What the shape cannot say: names that lead nowhere, and cells without an answer."""
    if written.prices.refuse_after_days <= written.prices.mark_after_days:
        yield ("prices", "refuse_after_days"), Told(Flaw.NOT_AFTER_MARK)
    if not any(written.weights.model_dump().values()):
        yield ("weights",), Told(Flaw.NO_WEIGHT)
    yield from _unsound_zones(written, groups)
    for id_, switch in written.switches.items():
        for unknown in sorted(set(switch.zones) - set(written.zones)):
            yield ("switches", id_, "zones"), _no(Flaw.NO_ZONE, unknown, written.zones)
    for id_ in written.tags:
        yield from _unsound_tag(written, id_)
    for id_, tags in written.classifications.items():
        for unknown in sorted(set(tags) - set(written.tags)):
            yield ("classifications", id_), _no(Flaw.NO_TAG, unknown, written.tags)


def _unsound_zones(written: WrittenPolicy, groups: Mapping[str, CountryGroup]) -> Iterator[Flawed]:
    for id_, zone in written.zones.items():
        if isinstance(zone.countries, str) and zone.countries not in {"*", *groups}:
            yield ("zones", id_, "countries"), _no(Flaw.NO_GROUP, zone.countries, groups)
    last, zone = list(written.zones.items())[-1]
    if zone.countries != "*" or set(zone.owners) != {"own", "eea", "us"}:
        yield ("zones", last), Told(Flaw.LAST_ZONE)


def _unsound_tag(written: WrittenPolicy, id_: str) -> Iterator[Flawed]:
    tag, path = written.tags[id_], ("tags", id_)
    for unknown in sorted(set(tag.zone) - set(written.zones)):
        yield (*path, "zone", unknown), _no(Flaw.NO_ZONE, unknown, written.zones)
    unanswered = set(written.zones) - set(tag.zone)
    if tag.default is None and unanswered:
        missing = ", ".join(zone for zone in written.zones if zone in unanswered)
        yield path, Told(Flaw.UNSAID, zones=missing)
    rules: dict[Path, WrittenRule] = {
        (*path, "zone", zone): rule for zone, rule in tag.zone.items()
    }
    if tag.default is not None:
        rules[*path, "default"] = tag.default
    for place, rule in rules.items():
        for unknown in sorted(set(rule.measures) - set(written.measures)):
            yield (*place, "measures"), _no(Flaw.NO_MEASURE, unknown, written.measures)
        if bool(rule.measures) != (rule.outcome is Outcome.MEASURES):
            yield (*place, "outcome"), Told(Flaw.NOT_ITS_MEASURES)


def _no(flaw: Flaw, name: str, known: Iterable[str]) -> Told:
    return Told(flaw, name=name, known=", ".join(known))


def _policy(written: WrittenPolicy, digest: str, groups: Mapping[str, CountryGroup]) -> Policy:
    ages = written.prices
    return Policy(
        version=written.version,
        digest=digest,
        status=written.status.text,
        ages=PriceAges(mark_after=ages.mark_after_days, refuse_after=ages.refuse_after_days),
        weights=Weights(**written.weights.model_dump()),
        zones=MappingProxyType(
            {
                id_: Zone(
                    id=id_,
                    title=zone.title.text,
                    owners=frozenset(zone.owners),
                    countries=_countries(zone, groups),
                    distance=zone.distance,
                )
                for id_, zone in written.zones.items()
            }
        ),
        measures={
            id_: Measure(id=id_, title=measure.title.text, control=measure.control)
            for id_, measure in written.measures.items()
        },
        switches=_switches(written),
        tags={
            id_: Tag(id=id_, title=tag.title.text, examples=tag.examples.text)
            for id_, tag in written.tags.items()
        },
        classifications={id_: tuple(tags) for id_, tags in written.classifications.items()},
        written=MappingProxyType({(cell.tag, cell.zone): cell for cell in _cells(written)}),
    )


def _countries(zone: WrittenZone, groups: Mapping[str, CountryGroup]) -> frozenset[str] | None:
    if isinstance(zone.countries, list):
        return frozenset(zone.countries)
    return None if zone.countries == "*" else groups[zone.countries].countries


def _switches(written: WrittenPolicy) -> dict[str, Switch]:
    return {
        id_: Switch(
            id=id_,
            title=switch.title.text,
            stands=switch.stands,
            zones=frozenset(switch.zones),
            why=switch.why.text,
            basis=switch.basis,
            reference=switch.reference,
            checked=switch.checked,
            recheck_days=switch.recheck_days,
        )
        for id_, switch in written.switches.items()
    }


def _cells(written: WrittenPolicy) -> Iterator[Cell]:
    for tag in written.tags:
        for zone in written.zones:
            yield _cell(written, tag, zone)


def _cell(written: WrittenPolicy, tag_id: str, zone: str) -> Cell:
    tag = written.tags[tag_id]
    rule: WrittenRule | None = tag.zone.get(zone, tag.default)
    if rule is None:
        raise AssertionError(f"{tag_id} x {zone} passed the checks without an answer")
    return Cell(
        tag=tag_id,
        zone=zone,
        outcome=rule.outcome,
        measures=tuple(rule.measures),
        why=rule.why.text,
        basis=rule.basis or tag.basis,
        reference=rule.reference or tag.reference,
        checked=rule.checked or tag.checked,
        recheck_days=rule.recheck_days or tag.recheck_days,
    )
