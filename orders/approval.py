"""Which orders need whose yes before work starts: rules as data, applied to the items asked for.

A rule asks when any of its conditions says so and stands beside the order as it was then; with no
rule that asks, the yes is automatic, and that is written down too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from orders.entry import Stamp
from orders.model import Action, Order, OrderItem, Party, WaitingOn
from orders.notes import ApprovalAsked

DEFAULT_DAYS = 5
DEFAULT_ROLE = "approver"
_KEYS = {"id", "steps", "above", "offerings", "classifications", "agencies", "actions", "days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Asks the role in each of `steps` in turn, for the items that all of the rest fits.

    An empty set fits everything. `above` is in NOK a month, for the items it fits together: what
    costs no more passes. None asks whatever it costs. `days` is the time given for each step.
    """

    id: str
    steps: tuple[str, ...]
    above: int | None = None
    offerings: frozenset[str] = frozenset()
    classifications: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset({Action.PROVISION, Action.MODIFY, Action.MOVE})
    days: int = DEFAULT_DAYS

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"approval rule {self.id}: name who approves in steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A rule that asks, about these items. `amount` is NOK a month; None: a price is not known."""

    rule: Rule
    items: tuple[str, ...]
    amount: int | None


def needed(rules: Sequence[Rule], agency: str, items: Sequence[OrderItem]) -> Ask | None:
    """The rule with the most steps of those that ask, about all items that any rule asks about."""
    asks = [ask for rule in rules if (ask := _asks(rule, agency, items))]
    if not asks:
        return None
    strictest = max(asks, key=lambda ask: len(ask.rule.steps))
    named = {one for ask in asks for one in ask.items}
    about = tuple(item.id for item in items if item.id in named)
    amount = increase([item for item in items if item.id in named])
    return Ask(rule=strictest.rule, items=about, amount=amount)


def increase(items: Sequence[OrderItem]) -> int | None:
    """What the items cost more a month than what stands, NOK; None when a price is not known.

    What is moved away is counted once, with the move.
    """
    total = 0
    moved = [one.former.resource for one in items if one.action is Action.MOVE and one.former]
    for item in items:
        if item.action is Action.TERMINATE and item.resource in moved:
            continue
        before = item.former.monthly_price if item.former is not None else 0
        after = 0 if item.action is Action.TERMINATE else item.monthly_price
        if after is None or before is None:
            return None
        total += after - before
    return total


def snapshot(ask: Ask | None, items: Sequence[OrderItem]) -> dict[str, Any]:
    """What was decided and by which rule, as JSON, to keep on the order."""
    if ask is None:
        return {"automatic": True, "amount": increase(items)}
    rule = ask.rule
    return {
        "automatic": False,
        "amount": ask.amount,
        "rule": rule.id,
        "steps": list(rule.steps),
        "above": rule.above,
        "days": rule.days,
        "offerings": sorted(rule.offerings),
        "classifications": sorted(rule.classifications),
    }


def asked(ask: Ask, stamp: Stamp, prices: Mapping[str, int] | None = None) -> ApprovalAsked:
    """The question of the first step."""
    rule = snapshot(ask, ())
    return ApprovalAsked(
        at=stamp.at,
        by=stamp.by,
        why=stamp.why,
        items=ask.items,
        rule=rule,
        step=1,
        steps=len(ask.rule.steps),
        waiting_on=question(rule, 1, stamp.at),
        prices=dict(prices or {}),
    )


def again(
    order: Order, items: Sequence[OrderItem], prices: Mapping[str, int], rules: Sequence[Rule]
) -> Ask:
    """The same items at new prices. Who was asked once is asked, even if no rule would any more."""
    now = [replace(item, monthly_price=prices.get(item.id, item.monthly_price)) for item in items]
    ids = tuple(item.id for item in items)
    asks = needed(rules, order.agency, now)
    kept = order.approval.rule if order.approval is not None else {}
    steps = tuple(map(str, kept.get("steps", ()))) or (DEFAULT_ROLE,)
    if asks is None or len(asks.rule.steps) < len(steps):
        rule = Rule(id=str(kept.get("rule", "")), steps=steps, above=kept.get("above"))
        return Ask(rule=rule, items=ids, amount=increase(now))
    return Ask(rule=asks.rule, items=ids, amount=increase(now))


def question(rule: Mapping[str, Any], step: int, at: datetime) -> WaitingOn:
    """What the approver of `step` is asked, from the rule as the order keeps it."""
    amount, roles = rule.get("amount"), [str(role) for role in rule.get("steps", ())]
    cost = "of a price that is not known" if amount is None else f"of {amount} NOK a month"
    return WaitingOn(
        party=Party.CUSTOMER,
        role=roles[step - 1] if step <= len(roles) else DEFAULT_ROLE,
        person="",
        question=f"Do you approve this order, {cost}?",
        since=at,
        deadline=at + timedelta(days=int(rule.get("days", DEFAULT_DAYS))),
    )


def parsed(data: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from plain values, as a configuration file gives them; raises ValueError."""
    return tuple(_parsed(number, one) for number, one in enumerate(data, 1))


def _parsed(number: int, one: Mapping[str, Any]) -> Rule:
    where = f"approval rule {one.get('id', number)}"
    if unknown := sorted(set(one) - _KEYS):
        raise ValueError(f"{where}: {', '.join(unknown)} is not known; use {sorted(_KEYS)}")
    if wrong := sorted(key for key in _LISTS & set(one) if isinstance(one[key], str)):
        raise ValueError(f"{where}: {', '.join(wrong)} must be a list")
    sets = {key: frozenset(map(str, one[key])) for key in _SETS & set(one)}
    try:
        actions = frozenset(Action(each) for each in one["actions"]) if "actions" in one else None
        plain = {
            key: one[key] if one[key] is None else int(one[key]) for key in _NUMBERS & set(one)
        }
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from None
    more: dict[str, Any] = {**sets, **plain} | ({"actions": actions} if actions else {})
    return Rule(id=str(one.get("id", number)), steps=tuple(map(str, one.get("steps", ()))), **more)


_SETS = {"offerings", "classifications", "agencies"}
_LISTS = {*_SETS, "steps", "actions"}
_NUMBERS = {"above", "days"}


def _asks(rule: Rule, agency: str, items: Sequence[OrderItem]) -> Ask | None:
    if rule.agencies and agency not in rule.agencies:
        return None
    about = [item for item in items if _fits(rule, item)]
    amount = increase(about)
    # What nobody knows the price of does not pass for cheap.
    costs = rule.above is None or amount is None or amount > rule.above
    if not about or not costs:
        return None
    return Ask(rule=rule, items=tuple(item.id for item in about), amount=amount)


def _fits(rule: Rule, item: OrderItem) -> bool:
    classification = str(item.answers.get("classification", ""))
    return (
        item.action in rule.actions
        and (not rule.offerings or item.offering in rule.offerings)
        and (not rule.classifications or classification in rule.classifications)
    )
