"""Everything that can be wrong with a file that RightCloud is given, as message ids with gaps."""

from __future__ import annotations

from enum import StrEnum


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for extraction; the translation happens where it is shown."""
    return message


class Flaw(StrEnum):
    """A sentence that stands behind the file's name, the line and the key or column."""

    # The file, before anything in it is understood (rightcloud.documents)
    NOT_UTF8 = N_("not UTF-8: save the file as UTF-8")
    DAMAGED = N_("the compressed file is cut short or damaged (%(why)s): fetch it again")
    LARGER = N_("larger than %(limit)s bytes when unpacked: no price list is")
    NOT_TOML = N_("not TOML: %(why)s")

    # A table (rightcloud.table)
    NOT_CSV = N_("not CSV: %(why)s")
    EMPTY_FILE = N_("the file is empty; it needs a header and rows")
    LACKS_COLUMN = N_("the header lacks the column %(columns)s")
    COLUMN_TWICE = N_("a column stands twice in the header")
    NO_ROWS = N_("no rows after the header: the file is probably cut short")
    FEWER_FIELDS = N_(
        "%(found)s fields where the header has %(wanted)s: the file is probably cut short"
    )
    MORE_FIELDS = N_("%(found)s fields where the header has %(wanted)s")
    EMPTY = N_("is empty")
    NOT_NUMBER = N_("`%(text)s` is not a number")
    AT_LEAST = N_("%(text)s must be finite and at least %(limit)s")
    MORE_THAN = N_("%(text)s must be finite and more than %(limit)s")
    NOT_KNOWN = N_("`%(text)s` is not known; known are: %(known)s")
    NO_DATE = N_("`%(text)s` is not a date; write 2026-12-24")
    NO_CURRENCY = N_("`%(text)s` is no currency code")
    TWICE = N_("%(what)s stands twice in the file")
    NO_RATE_DAY = N_("is empty: a rate without its day is no rate")

    # A rate card (rightcloud.rate_card)
    NO_DAY = N_("is empty; write the day the price is from")
    NO_PLACE = N_("no place %(place)s is known: record it among the places first")
    NO_MACHINE = N_("is empty; a machine needs a name")
    FREE_MACHINE = N_("a machine must cost more than 0")
    NO_SIZE = N_("must be a number of more than 0")

    # The policy's shape (rightcloud.policy_shape)
    KEY_MISSING = N_("`%(key)s` is missing")
    UNKNOWN_KEY = N_("unknown key")
    WANTS_TEXT = N_("must be text")
    WANTS_WORDS = N_("must not be empty")
    WANTS_NUMBER = N_("must be a number")
    WANTS_INTEGER = N_("must be a whole number")
    WANTS_BOOLEAN = N_("must be true or false")
    WANTS_DATE = N_("must be a date, written without quotes like 2026-12-24")
    WANTS_KEYS = N_("must be keys and values")
    WANTS_LIST = N_("must be a list")
    WANTS_ONE_OF = N_("must be one of these: %(choices)s")
    WANTS_CONTROL = N_("write form, contract, provision or check and a name, like `form:ros_id`")
    LEAST = N_("must be at least %(limit)s")
    MOST = N_("must be at most %(limit)s")
    MISFIT = N_("does not fit here: %(why)s")

    # The policy's sense (rightcloud.policy_file)
    NOT_AFTER_MARK = N_("must be more than mark_after_days")
    NO_WEIGHT = N_("at least one must be more than 0")
    NO_ZONE = N_("no zone `%(name)s`; zones: %(known)s")
    NO_TAG = N_("no tag `%(name)s`; tags: %(known)s")
    NO_GROUP = N_("no group of countries `%(name)s`; groups: %(known)s")
    LAST_ZONE = N_('the last zone must take all owners and countries = "*"')
    UNSAID = N_("says nothing about %(zones)s: add a default, or these zones")
    NO_MEASURE = N_("unknown measure `%(name)s`; measures: %(known)s")
    NOT_ITS_MEASURES = N_("`measures` names its measures, other outcomes have none")
    NO_CELL = N_("the policy has no cell %(tag)s x %(zone)s")
