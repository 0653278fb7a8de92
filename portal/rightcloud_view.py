"""An answer of RightCloud told to a person: everything that the panel shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from portal.rightcloud_chart import Axis, Point, scatter, ticks
from portal.rightcloud_shown import Advice, Shown
from portal.rightcloud_teller import Teller
from portal.rightcloud_words import decimal, said
from portal.speech import Speech
from rightcloud.advisor import Advisor
from rightcloud.decision import Decision
from rightcloud.whatif import alternatives


def told(advisor: Advisor, decision: Decision, speech: Speech) -> Advice:
    """The whole answer in the reader's language."""
    teller = Teller(advisor, speech)
    shown = [teller.shown(candidate) for candidate in decision.candidates]
    found = alternatives(advisor, decision)
    return Advice(
        decision=decision,
        shown=shown,
        left_out=teller.left_out(decision.exclusions),
        otherwise=[
            *(teller.given_up(each) for each in found),
            *teller.what_if(decision),
        ],
        charts=list(_charts(shown, speech)),
        status=said(advisor.facts.policy.status, speech),
        past_due=len(advisor.facts.policy.past_due(decision.today)),
    )


def _charts(shown: Sequence[Shown], speech: Speech) -> Iterator[tuple[str, Markup]]:
    whole = [one for one in shown if not one.missing]
    figures: Mapping[str, Mapping[str, float | None]] = {
        speech.gettext("Milliseconds to Oslo"): {
            one.id: one.candidate.place.latency.value for one in whole
        },
        speech.gettext("Grams of CO2 per kWh"): {
            one.id: one.candidate.place.carbon.value for one in whole
        },
    }
    for label, values in figures.items():
        known = [one for one in whole if values[one.id] is not None]
        if len(known) > 1:
            title = speech.gettext("Price and %(what)s", what=label[:1].lower() + label[1:])
            yield title, _chart(known, values, (title, label), speech)


def _chart(
    shown: Sequence[Shown],
    values: Mapping[str, float | None],
    titles: tuple[str, str],
    speech: Speech,
) -> Markup:
    points = [
        Point(
            x=one.candidate.monthly_nok,
            y=values[one.id] or 0.0,
            label=str(one.candidate.rank),
            told=f"{one.title}: {one.price}, {decimal(speech, values[one.id] or 0.0)}",
            front=one.candidate.pareto,
        )
        for one in shown
    ]
    across = _axis(speech.gettext("Kroner a month"), [point.x for point in points], speech)
    return scatter(
        points, across, _axis(titles[1], [point.y for point in points], speech), titles[0]
    )


def _axis(label: str, values: Sequence[float], speech: Speech) -> Axis:
    found = ticks(values)
    return Axis(label=label, ticks=found, texts=[decimal(speech, value) for value in found])
