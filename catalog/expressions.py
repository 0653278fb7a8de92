"""Answers against the regular expressions of offering files, in time that grows with the answer.

Agencies write expressions themselves. Python's own engine takes for ever over some of them, as
`(a+)+b` over many a's, and all threads of the portal wait meanwhile. Pydantic's, which is Rust's,
never does; it has no look-around and no references back.
"""

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema


def linear(expression: str) -> bool:
    """Whether this engine takes an expression that Python's has taken."""
    try:
        _whole(expression)
    except SchemaError:
        return False
    return True


def matches(expression: str, text: str) -> bool:
    """Whether the whole text does."""
    return _whole(expression).isinstance_python(text)


@lru_cache(maxsize=1024)
def _whole(expression: str) -> SchemaValidator:
    pattern = rf"\A(?:{expression})\z"
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
