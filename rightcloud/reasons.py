"""Why a place is left out, in words. One reason is no reason to keep silent about the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rightcloud.countries import CountryGroup
from rightcloud.decision import Cause, Delivery, Reason
from rightcloud.places import Agreement, Place, Provider
from rightcloud.policy import Cell, Policy
from rightcloud.words import Text, figure, written
from rightcloud.workload import Workload

SERVICES = {
    "machine": Text("virtuelle maskiner", "virtual machines"),
    "block": Text("disk", "block storage"),
    "object": Text("objektlager", "object storage"),
    "connection": Text("privat forbindelse", "a private connection"),
    "database": Text("administrert database", "a managed database"),
}
NOT_ASSESSED = Reason(
    cause=Cause.NOT_ASSESSED,
    text=Text(
        "Stedet er ikke vurdert: svartid, klima, tjenester og priser ut over maskiner er ikke"
        " registrert.",
        "The place has not been assessed: latency, carbon, services and prices other than"
        " machines are not recorded.",
    ),
)
TWO = 2  # zones that availability `zones` needs


def from_policy(policy: Policy, cell: Cell) -> Reason:
    title = policy.tags[cell.tag].title
    return Reason(
        cause=Cause.LAW,
        text=Text(f"{title.nb}: {cell.why.nb}", f"{title.en}: {cell.why.en}"),
        tag=cell.tag,
        basis=cell.basis,
        reference=cell.reference,
    )


def from_agreement(provider: Provider, agency: str, today: date) -> Reason | None:
    """None when the agency may buy there today."""
    text = _agreement(provider.title, provider.agreement, agency, today)
    return None if text is None else Reason(cause=Cause.AGREEMENT, text=text)


def _agreement(title: Text, agreement: Agreement | None, agency: str, today: date) -> Text | None:
    if agreement is None:
        return Text(
            f"Det finnes ingen rammeavtale med {title.nb}.",
            f"There is no framework agreement with {title.en}.",
        )
    if not agreement.covers(agency):
        return Text(
            f"Rammeavtalen med {title.nb} omfatter ikke virksomheten {agency or '(ikke oppgitt)'}.",
            f"The framework agreement with {title.en} does not cover the agency"
            f" {agency or '(not given)'}.",
        )
    if agreement.start is not None and today < agreement.start:
        return Text(
            f"Rammeavtalen med {title.nb} gjelder først fra {written(agreement.start).nb}.",
            f"The framework agreement with {title.en} starts on {agreement.start}.",
        )
    if agreement.end is not None and today > agreement.end:
        return Text(
            f"Rammeavtalen med {title.nb} gikk ut {written(agreement.end).nb}.",
            f"The framework agreement with {title.en} ended on {agreement.end}.",
        )
    return None


def from_need(
    need: Workload, place: Place, groups: Mapping[str, CountryGroup], wanted: frozenset[str]
) -> Iterator[Reason]:
    """Why an assessed place does not meet the need, its size and price aside."""
    if need.country_group and place.country not in groups[need.country_group].countries:
        title = groups[need.country_group].title
        nb, en = (
            f"Stedet ligger i {place.country}, utenfor",
            f"The place is in {place.country}, outside",
        )
        yield Reason(cause=Cause.COUNTRY, text=Text(f"{nb} {title.nb}.", f"{en} {title.en}."))
    if need.max_latency_ms is not None:
        yield from _latency(need.max_latency_ms, place.latency.value)
    for service in sorted(wanted - place.services):
        title = SERVICES[service]
        text = Text(
            f"Det er ikke registrert at stedet tilbyr {title.nb}.",
            f"The place is not recorded as offering {title.en}.",
        )
        yield Reason(cause=Cause.SERVICE, text=text)
    if need.availability == "zones" and (place.zones is None or place.zones < TWO):
        count = "ukjent" if place.zones is None else place.zones
        count_en = "unknown" if place.zones is None else place.zones
        text = Text(
            f"Behovet er minst to tilgjengelighetssoner; her er antallet {count}.",
            f"At least two availability zones are needed; here the number is {count_en}.",
        )
        yield Reason(cause=Cause.AVAILABILITY, text=text)


def _latency(limit: float, found: float | None) -> Iterator[Reason]:
    if found is None:
        nb, en = "Svartiden er ikke kjent", "The latency is not known"
    elif found > limit:
        here, most = figure(found), figure(limit)
        nb = f"Svartiden til Oslo er {here.nb} ms, mer enn {most.nb} ms"
        en = f"The latency to Oslo is {here.en} ms, more than {most.en} ms"
    else:
        return
    yield Reason(cause=Cause.LATENCY, text=Text(f"{nb}.", f"{en}."))


def from_size(need: Workload, oldest: date) -> Reason:
    """No machine at the place fits, or none whose price is young enough."""
    vcpus, memory, since = figure(need.vcpus), figure(need.memory_gib), written(oldest)
    nb = f"minst {vcpus.nb} vCPU og {memory.nb} GiB minne"
    en = f"at least {vcpus.en} vCPUs and {memory.en} GiB of memory"
    if need.architecture != "any":
        nb, en = f"{nb}, {need.architecture}", f"{en}, {need.architecture}"
    if need.gpus:
        nb, en = f"{nb}, {need.gpus} GPU", f"{en}, {need.gpus} GPUs"
    if not need.burstable:
        nb, en = f"{nb}, full fart hele tiden", f"{en}, full speed all the time"
    text = Text(
        f"Ingen maskin her har {nb} og en pris som er sett etter {since.nb}.",
        f"No machine here has {en} and a price seen since {since.en}.",
    )
    return Reason(cause=Cause.SIZE, text=text)


def from_delivery(needed: date | None, delivery: Delivery | None) -> Reason | None:
    """None when it comes in time nine times in ten, or when the time is not known."""
    if needed is None or delivery is None or delivery.p90.date() <= needed:
        return None
    wish, comes = written(needed), written(delivery.p90.date())
    text = Text(
        f"Trengs {wish.nb}; ni av ti leveres først innen {comes.nb}.",
        f"Needed by {wish.en}; nine in ten are delivered only by {comes.en}.",
    )
    return Reason(cause=Cause.DELIVERY, text=text)
