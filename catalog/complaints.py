"""Everything that can be wrong with an offering file. English; the portal translates.

Each sentence is a gettext message id, marked with `N_`. A reason is made of nothing else
(`catalog.reasons`), so what has no translation cannot be said.
"""

from __future__ import annotations

from enum import StrEnum


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for extraction; the translation happens where it is shown."""
    return message


class Complaint(StrEnum):
    """A sentence with gaps, as messages.Problem has them."""

    # The file, before anything in it is understood (catalog.source)
    LARGER = N_("larger than %(limit)d bytes: no offering needs that")
    NOT_UTF8 = N_("not UTF-8: save the file as UTF-8")
    CHARACTER = N_("a character that YAML does not allow")
    NOT_YAML = N_("not YAML: %(why)s")
    EMPTY_FILE = N_("the file is empty")
    ANCHORS = N_("anchors and aliases are not allowed: write it out")
    TAGS = N_("tags (!) are not allowed")
    TOO_DEEP = N_("nested too deep")
    ONE_PER_FILE = N_("one offering per file")
    KEY_NOT_TEXT = N_("`%(key)s` is not text to YAML: put it in quotes")
    THIS_KEY_NOT_TEXT = N_("this key is not text to YAML: put it in quotes")
    TWICE = N_("stands on line %(line)d already")
    NOT_TEXT = N_(
        "`%(text)s` is not text to YAML (%(kind)s): put it in quotes, or write it plainly"
    )
    THE_FILE = N_("the file")
    OTHER_ENDING = N_("call it %(name)s.yaml, or nobody reads it")
    UNREADABLE = N_("cannot be read: %(why)s")
    NOT_STORABLE = N_("a character that cannot be kept: take it out")

    # Its shape (catalog.shape)
    KEY_MISSING = N_("`%(key)s` is missing")
    UNKNOWN_KEY = N_("unknown key; known: %(known)s")
    MISSPELT_KEY = N_("unknown key; did you mean `%(meant)s`?")
    NOTHING = N_("nothing")
    WANTS_TEXT = N_("must be text, not %(given)s")
    WANTS_QUOTES = N_("must be text, not %(given)s: put it in quotes")
    WANTS_BOTH = N_("must be `nb` and `en`, not %(given)s")
    WANTS_INTEGER = N_("must be a whole number, not %(given)s")
    WANTS_BOOLEAN = N_("must be true or false, not %(given)s")
    WANTS_KEYS = N_("must be keys and values, not %(given)s")
    WANTS_LIST = N_("must be a list, not %(given)s")
    WANTS_ONE_OF = N_("must be one of these: %(choices)s")
    LEAST = N_("must be at least %(limit)d")
    MOST = N_("must be at most %(limit)d")
    LONGEST = N_("must have at most %(limit)d characters")
    EMPTY = N_("must not be empty")
    SLUG = N_("write small letters, digits and single hyphens, a letter first, like `big-server`")
    CODE = N_("write small letters, digits and single hyphens, like `eu-north-1`")
    FIELD_ID = N_(
        "write small letters, digits and single underscores, a letter first, like `cost_centre`"
    )
    PLACE_ID = N_("write a place as its provider and region, like `aws/eu-north-1`")
    OUTPUT = N_("write an item and what it hands on, like `network.subnet_id`")
    ENDING = N_("write what the name ends with: a hyphen, small letters and digits, like `-db`")
    NO_EXPRESSION = N_("no regular expression: %(why)s")
    NO_WORDS = N_("write something, without spaces around it")
    NO_DURATION = N_(
        "write business time in hours and minutes, like PT4H or PT1H30M; a working day is PT8H"
    )
    DURATION_LIMITS = N_("must be more than zero and at most PT2000H")
    NO_DAYS = N_("write whole days, like P30D")
    DAYS_LIMITS = N_("must be from P1D to P3650D")
    MISFIT = N_("does not fit here: %(why)s")

    # Rules between its parts (catalog.rules)
    OTHER_ID = N_("is %(id)r but the file is called %(stem)r: make them the same")
    RESERVED = N_("is the form's own word: call the parameter something else")
    NO_NAME = N_("`name` is missing: it names what is delivered")
    NAME_TYPE = N_("must be string: it names what is delivered")
    NAME_REQUIRED = N_("must be true: the answer names what is delivered")
    NEEDED_BY_TYPE = N_("must be date: it says when it is needed")
    MAPPED_TWICE = N_("%(key)r gets the answer of `%(field)s` already")
    MAPPED_AND_FIXED_BY_PLACE = N_("%(key)r is fixed by place `%(place)s`: take one of them out")
    MAPPED_AND_FIXED_BY_PLAN = N_("%(key)r is fixed by plan `%(plan)s`: take one of them out")
    OTHER_TYPE = N_("is for type %(wanted)s, this is %(type)s")
    NO_CHOICES = N_("a choice needs `choices`")
    EMPTY_CHOICES = N_("is empty: there is nothing to choose")
    MORE_THAN = N_("is more than `%(key)s`")
    NO_EXAMPLE = N_("needs an `example` that it matches, to show people")
    DATE_DEFAULT = N_("a date has no default: it would grow old")
    NEVER_OPEN = N_("is for questions that may be left open: write `required: false`")
    NO_ANSWER = N_("is no answer to this question: %(why)s")
    NO_MATCH = N_("`pattern` does not match it")

    # Where, at what price, for how long (catalog.place_rules)
    NOT_IN_BUNDLE = N_("is not for a bundle: each of its items has its own")
    EMPTY_BUNDLE = N_("is empty: a bundle is made of offerings")
    FOLLOWS_FROM_ITEMS = N_("is not for a bundle: it follows from its items")
    SAID_BY_PLACES = N_("is for offerings with one place; `places` says it already")
    NO_PLACES = N_("is empty: it must be delivered somewhere")
    PRICE_UNDER_PLACES = N_("stands under `places`, once for each")
    NO_PRICE = N_("has no price at %(place)r: add it under `places`")
    PLACE_NOT_OURS = N_("is no place of this offering")
    ONE_PLACE = N_("is for offerings with `places`; this has one place")
    NO_PROVIDER = N_("no provider is called %(provider)r; there are: %(known)s")
    NOT_DELIVERED = N_("%(provider)s does not deliver %(kind)r; it delivers: %(known)s")
    FIXED_BY_PLACE = N_("is fixed by place %(place)r already")
    FIXED_ALREADY = N_("is fixed by the plan or the place already")
    NAMED_PLACE_NOT_OURS = N_("%(place)r is no place of this offering")
    NO_PLACES_NAMED = N_("is empty: name the places, or leave it out")
    NAME_EVERYWHERE = N_("`name` is asked everywhere: it names what is delivered")
    WARNED_TOO_EARLY = N_("%(before)s before the end is before the beginning")

    # Between a bundle and its parts (catalog.bundles)
    NO_OFFERING = N_("no offering %(offering)r that is sound; there are: %(known)s")
    IS_BUNDLE = N_("is a bundle itself: name what it is made of")
    NOWHERE_TOGETHER = N_("are nowhere delivered together: %(each)s")
    PLAN_UNSAID = N_("does not say which plan of `%(offering)s` belongs to plan `%(plan)s`")
    NO_PLAN_OURS = N_("%(plan)r is no plan of this bundle")
    NO_PLAN_THEIRS = N_("`%(offering)s` has no plan %(plan)r; it has: %(known)s")
    NO_QUESTION = N_("`%(offering)s` asks no such question")
    NO_PARAMETER = N_("%(field)r is no parameter of this bundle")
    ASKS = N_("`%(offering)s` asks `%(field)s`: %(why)s")
    ANSWERED_ALREADY = N_("it is answered in `answers` already")
    THIS_NO_ANSWER = N_("this is no answer")
    ASK_TOO = N_("ask it too, or answer it in `says`")
    TYPES_DIFFER = N_("it wants %(wanted)s, the bundle's is %(type)s")
    NOT_ASKED_EVERYWHERE = N_("here it is not asked at all places where it is asked there")
    MAY_BE_LEFT_OUT = N_("there it must be answered, here it may be left out")
    NO_ITEM = N_("%(item)r is no item of this bundle")
    NOT_NEEDED = N_("comes from `%(item)s`: name it in `needs`, so that it is there")
    WIRED_AND_FIXED = N_("%(key)r is fixed by plan `%(plan)s` of `%(offering)s`")
    PLACE_NOT_OF_BUNDLE = N_("%(place)r is no place of this bundle")
    ROUND_TRIP = N_("wait for each other for ever: %(way)s")
    STEP_OF_TRIP = N_("%(way)s needs %(item)s")

    # What an agency may make of its own (catalog.own)
    TAKEN = N_("is the name of an offering that everybody has: choose another")
    MUST_BE_ASKED = N_("must be asked: rules go by the answer")
    NOT_THERE_YET = N_("%(kind)s is not delivered there yet; it is delivered at: %(known)s")
    OTHER_ACCOUNT = N_("must be one that is in use there: %(known)s")
    CANNOT_BE_TOLD = N_("is nothing it can be told; there are: %(known)s")
    KEY_CANNOT_BE_TOLD = N_("%(key)r is nothing it can be told; there are: %(known)s")
    MUST_BE_KEPT = N_(
        "`%(field)s` must be asked and answered, as in the common offerings: rules go by it"
    )
    OTHER_CHOICES = N_("must be: %(choices)s")
    TOO_CHEAP = N_("costs at least %(price)d NOK a month at %(place)s")
