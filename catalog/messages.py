"""What can be wrong with an answer, in plain words. English here; the portal translates.

Every sentence is a gettext message id, marked with `N_` so that `pybabel extract` finds it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Final

from catalog.complaints import N_
from catalog.offering import Text

MISSING: Final = N_("%(label)s: fill in this field.")
NOT_CHOSEN: Final = N_("%(label)s: choose one.")
NOT_TEXT: Final = N_("%(label)s: write text here.")
NOT_INTEGER: Final = N_("%(label)s: write a whole number.")
NOT_BOOLEAN: Final = N_("%(label)s: answer true or false.")
TOO_SHORT: Final = N_("%(label)s: write at least %(count)d characters.")
TOO_LONG: Final = N_("%(label)s: write at most %(count)d characters. Now there are %(written)d.")
TOO_SMALL: Final = N_("%(label)s: cannot be less than %(limit)d.")
TOO_LARGE: Final = N_("%(label)s: cannot be more than %(limit)d.")
UNSEEN: Final = N_(
    "%(label)s: there is a character here that cannot be seen. Type the text instead of pasting it."
)
PATTERN: Final = N_("%(label)s: write it like this: %(example)s.")
PATTERN_HINT: Final = N_("%(label)s: write it like this: %(example)s. %(hint)s")
AS_DESCRIBED: Final = N_("%(label)s: write it as described. %(hint)s")
CHOICE: Final = N_("%(label)s: choose one of these: %(choices)s.")
DATE: Final = N_("%(label)s: write a date that exists, like this: %(example)s.")
DATE_PASSED: Final = N_("%(label)s: this date has passed. Choose today or a later date.")
DATE_TOO_FAR: Final = N_("%(label)s: this date is too far ahead. Choose a date before %(limit)s.")
NOT_ASKED: Final = N_("%(label)s: is only for %(places)s. Leave it empty.")
UNKNOWN_FIELD: Final = N_("%(field)s: this offering has no such field.")
NO_PLAN: Final = N_("Choose a plan.")
UNKNOWN_PLAN: Final = N_("There is no such plan. Choose one of these: %(choices)s.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, on one field.

    field   id of the parameter, `plan`, or the unknown name that was sent
    msgid   one of the sentences above
    params  what stands in its gaps: Text (the reader's language is chosen late), str or int
    """

    field: str
    msgid: str
    params: Mapping[str, Text | str | int] = dataclasses.field(
        default_factory=dict[str, Text | str | int]
    )

    @property
    def english(self) -> str:
        return self.said(lambda message: message, "en")

    def said(self, translate: Callable[[str], str], language: str) -> str:
        """The sentence in `language`; `translate` is that language's gettext."""
        values = {
            name: value.get(language) if isinstance(value, Text) else value
            for name, value in self.params.items()
        }
        return translate(self.msgid) % values
