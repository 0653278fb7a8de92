"""The shape of an offering file. If it loads, the portal can show it and a flow can deliver it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, JsonValue, PrivateAttr

from catalog.scalars import (
    BusinessTime,
    ChoiceId,
    Days,
    Ending,
    Expression,
    FieldId,
    Fixed,
    Kroner,
    Output,
    PlaceId,
    Region,
    Slug,
    Strict,
    Text,
    Words,
)

__all__ = ["Choice", "Expiry", "Offering", "Parameter", "Part", "Place", "Plan", "Terms", "Text"]

ParameterType = Literal["string", "integer", "boolean", "choice", "date"]
Value = str | int | bool

LONGEST = 4000  # characters; no answer may be longer, whatever its file says
LARGEST = 2**53 - 1  # what every JSON reader keeps exactly


class Choice(Strict):
    title: Text
    hint: Text | None = None


class Parameter(Strict):
    """One question the order form asks.

    pattern     must match the whole answer; goes with an example that it matches
    multiline   a string that may have several lines
    maps_to     the provider parameter that gets the answer; without it the answer stays with us
    only_at     the places where it is asked; without it everywhere
    once        answered when it is ordered, since no provider can change it later
    unanswered  what it means to leave it open; told before the order is sent
    """

    type: ParameterType
    title: Text
    section: Text
    hint: Text | None = None
    help: Text | None = None
    required: bool = True
    default: Value | None = None
    choices: Mapping[ChoiceId, Choice] = Field(default_factory=dict[str, Choice])
    pattern: Expression | None = None
    min_length: int | None = Field(default=None, ge=1, le=LONGEST)
    max_length: int | None = Field(default=None, ge=1, le=LONGEST)
    multiline: bool = False
    minimum: int | None = Field(default=None, ge=-LARGEST, le=LARGEST)
    maximum: int | None = Field(default=None, ge=-LARGEST, le=LARGEST)
    example: Words | None = None
    maps_to: FieldId | None = None
    only_at: Sequence[PlaceId] = ()
    once: bool = False
    unanswered: Text | None = None

    def asked_at(self, place: str) -> bool:
        return not self.only_at or place in self.only_at


class Terms(Strict):
    """A plan at one place: its price there in NOK, and the provider parameters it decides there."""

    monthly_price: Kroner
    fixed: Fixed = Field(default_factory=dict[str, JsonValue])


class Plan(Strict):
    """A size and price of an offering. `monthly_price` is NOK without VAT, indicative.

    An offering with several places has the prices in `places`, and in `fixed` what is the same
    at all of them. A loaded plan has its terms for every place of its offering in `places`, and
    the price at the usual one in `monthly_price`.
    """

    title: Text
    description: Text | None = None
    monthly_price: Kroner = 0
    fixed: Fixed = Field(default_factory=dict[str, JsonValue])
    places: Mapping[PlaceId, Terms] = Field(default_factory=dict[str, Terms])


class Place(Strict):
    """Where an offering is delivered, by the id that RightCloud has for it: `aws/eu-north-1`.

    account     alias of the provider account, unless the agency's landing zone has its own
    fixed       provider parameters that are the same for every plan there
    """

    title: Text
    hint: Text | None = None
    account: Slug
    fixed: Fixed = Field(default_factory=dict[str, JsonValue])


class Part(Strict):
    """One thing of a bundle: an item of its own in the order.

    plan        of that offering; by the bundle's plan where they differ
    name_ends   what is added to the answer `name`, so that the things can be told apart
    answers     its parameter -> the bundle's that answers it, where they are not called the same
    says        its parameter -> the answer the bundle gives by itself
    needs       the parts that must be delivered before this one starts
    wires       provider parameter -> `<part>.<output>` of one it needs; by provider where only
                some take the parameter
    """

    offering: Slug
    plan: Slug | Mapping[Slug, Slug]
    name_ends: Ending = ""
    answers: Mapping[FieldId, FieldId] = Field(default_factory=dict[str, str])
    says: Mapping[FieldId, Value] = Field(default_factory=dict[str, Value])
    needs: Sequence[Slug] = ()
    wires: Mapping[FieldId, Output | Mapping[Slug, Output]] = Field(
        default_factory=dict[str, "str | Mapping[str, str]"]
    )

    def plan_for(self, plan: str) -> str:
        """The plan of the part when the bundle is ordered as `plan`."""
        return self.plan if isinstance(self.plan, str) else self.plan[plan]

    def wires_at(self, provider: str) -> dict[str, str]:
        found = {
            name: wire if isinstance(wire, str) else wire.get(provider)
            for name, wire in self.wires.items()
        }
        return {name: wire for name, wire in found.items() if wire is not None}


class Expiry(Strict):
    """How long what is delivered lives, and how long before the end people are warned."""

    after: Days
    warn: Sequence[Days] = ()


class Offering(Strict):
    """A thing that can be ordered.

    version     one more for every change that customers can see
    guide       what one does when it is there, one step on each line
    lead_time   what the catalogue states, in business time
    grace       how long a termination can be undone
    late        what is done with a thing that was made after its order had failed or was cancelled
    Where it is delivered is said by `provider`, `account` and `region` when it is one place, by
    `places` when there are several; a loaded offering has all its places in `places`, the usual
    one first. A bundle has `items` instead, and its places are those where each item is delivered.
    """

    id: Slug
    version: int = Field(ge=1)
    title: Text
    summary: Text
    help: Text | None = None
    guide: Text | None = None
    icon: Slug
    kind: Slug | None = None
    provider: Slug | None = None
    account: Slug | None = None
    region: Region | None = None
    places: Mapping[PlaceId, Place] = Field(default_factory=dict[str, Place])
    items: Mapping[Slug, Part] = Field(default_factory=dict[str, Part])
    lead_time: BusinessTime
    expires: Expiry | None = None
    grace: Days | None = None
    late: Literal["remove", "ask"] = "remove"
    plans: Mapping[Slug, Plan] = Field(min_length=1)
    parameters: Mapping[FieldId, Parameter] = Field(min_length=1)
    _parts: Mapping[str, Offering] = PrivateAttr(default_factory=dict)

    @property
    def parts(self) -> Mapping[str, Offering]:
        """The offerings of a bundle's items, by item; empty for what is no bundle."""
        return self._parts

    @property
    def usual_place(self) -> str:
        """The id of the place that is meant when nobody says one."""
        return next(iter(self.places))

    def terms(self, plan: str, place: str = "") -> Terms:
        """Price and all fixed provider parameters of `plan` at `place`, or at the usual place."""
        return self.plans[plan].places[place or self.usual_place]

    def price(self, plan: str, place: str = "") -> int:
        """NOK a month without VAT."""
        return self.terms(plan, place).monthly_price
