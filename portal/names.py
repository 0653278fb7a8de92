"""People by name: events carry ids, pages say who it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ledger import Known
from portal.house import House
from portal.person import Role
from portal.speech import Speech

# What writes events without being a person; people read "us".
OURSELVES = frozenset({"flow", "fulfil", "grunnmur", "dispatcher", "worker"})
# Whoever acts in Prefect's UI, which does not tell runs who it was.
SOMEBODY = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Those who had a part in something, looked up at once."""

    speech: Speech
    known: Mapping[str, Known] = field(default_factory=dict[str, Known])

    def of(self, subject: str) -> str:
        if subject in OURSELVES:
            return self.speech.gettext("The delivery system")
        if subject == SOMEBODY:
            return self.speech.gettext("An operator")
        found = self.known.get(subject)
        return found.name if found else subject

    def ours(self, subject: str) -> bool:
        """Whether they deliver rather than order."""
        found = self.known.get(subject)
        operates = found is not None and Role.OPERATOR in found.roles
        return operates or subject in {*OURSELVES, SOMEBODY}


def names(house: House, speech: Speech, subjects: Collection[str]) -> Names:
    wanted = set(subjects) - OURSELVES - {SOMEBODY}
    return Names(speech=speech, known=house.ledger.people.named(wanted))
