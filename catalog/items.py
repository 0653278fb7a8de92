"""From checked answers to the items of an order: one, or one for each part of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.form import NAME, Checked
from catalog.landing_zones import LandingZones
from catalog.offering import Offering
from catalog.places import provider_of, region_of
from catalog.sizes import decided
from orders.adoption import Met
from orders.model import Action, OrderItem, Target

ENVIRONMENT = "environment"  # the parameter that says which of an agency's landing zones
NO_FILE = LandingZones()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What an order gives its items beside the answers.

    line      the line's own id: that of a single item, and the beginning of those of a bundle
    at        when the order is placed
    instance  gives a new service instance id each time
    agency    who orders, and so whose landing zone it is delivered in
    """

    line: str
    at: datetime
    instance: Callable[[], str]
    agency: str = ""
    zones: LandingZones = NO_FILE

    def account(self, checked: Checked, usual: str) -> str:
        """The alias of the account to deliver in, `usual` being the offering's own."""
        environment = str(checked.values.get(ENVIRONMENT, ""))
        alias = self.zones.alias(self.agency, environment, provider_of(checked.place))
        return alias or usual


def items(offering: Offering, checked: Checked, placement: Placement) -> tuple[OrderItem, ...]:
    """The items that provision what was ordered on one line of an order."""
    if not offering.parts:
        return (_living(offering, _item(offering, checked, placement), placement),)
    return tuple(
        _living(offering, _part(offering, checked, name, placement), placement)
        for name in offering.parts
    )


def _part(bundle: Offering, checked: Checked, name: str, placement: Placement) -> OrderItem:
    part, line = bundle.items[name], placement.line
    wires = part.wires_at(provider_of(checked.place))
    return replace(
        _item(bundle.parts[name], checked.parts[name], placement),
        id=f"{line}-{name}",
        needs=tuple(f"{line}-{need}" for need in part.needs),
        wires={parameter: f"{line}-{output}" for parameter, output in wires.items()},
        bundle=bundle.id,
    )


def _living(offering: Offering, item: OrderItem, placement: Placement) -> OrderItem:
    """`item` with the end that what was ordered, the whole or a bundle, has from the start."""
    if offering.expires is None:
        return item
    return replace(item, expires_at=placement.at + offering.expires.after)


def _item(offering: Offering, checked: Checked, placement: Placement) -> OrderItem:
    provider = provider_of(checked.place)
    usual = offering.places[checked.place].account
    return OrderItem(
        id=placement.line,
        action=Action.PROVISION,
        instance=placement.instance(),
        name=str(checked.values[NAME]),
        offering=offering.id,
        plan=checked.plan,
        kind=offering.kind or "",
        target=Target(
            provider=provider,
            account=placement.account(checked, usual),
            region=region_of(checked.place),
        ),
        answers=checked.values,
        parameters=checked.parameters,
        monthly_price=offering.price(checked.plan, checked.place),
    )


def adopted(offering: Offering, checked: Checked, met: Met, instance: str) -> OrderItem:
    """The item that adopts what was `met`, as it is: its own parameters come before the plan's.

    Those that no later change of plan or answers decides are handed on, as if wired.
    """
    changeable = decided(offering, met.place)
    kept = {name: value for name, value in met.parameters.items() if name not in changeable}
    own = {name: value for name, value in met.parameters.items() if name in changeable}
    return OrderItem(
        id="1",
        action=Action.ADOPT,
        instance=instance,
        name=str(checked.values[NAME]),
        offering=offering.id,
        plan=checked.plan,
        kind=met.kind,
        target=met.target,
        answers=checked.values,
        parameters={**checked.parameters, **own},
        given=kept,
        monthly_price=offering.price(checked.plan, met.place),
        resource=met.ref,
    )
