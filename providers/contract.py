"""The provider contract: five verbs, and the laws they keep.

Order of calls for one instance: preview, apply, read until ready, ... , delete, read until None.
A modify is apply, again and again until it answers ready: a change that needs several steps
(stop, change, start) takes one with each call.
So is the making of what consists of several: `apply` may be called again while the resource is
pending; it takes the steps that have become possible and goes on where it stopped, whoever
stopped it. Whoever waits for such a resource calls `apply` between its reads.

1. No verb waits. `apply` and `delete` return as soon as the work is accepted.
2. Every verb may be called twice, also after an answer that never came. The second call changes
   nothing and makes no second resource.
3. Absence is an answer, not an error: `read` gives None, `delete` of nothing succeeds.
4. `preview`, `read` and `inventory` change nothing.
5. `inventory` yields exactly what carries our ownership tag; right after `apply` has created
   something, `preview` of the same spec is empty.
6. Only ProviderError leaves a provider, its message is plain text without credentials, and
   results are plain JSON. An error the provider's table does not know is a bug of ours and
   crashes loudly.

`tests/contract/provider_laws.py` holds them as tests; every provider passes the same suite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from providers.types import Change, Ref, Resource, Spec


class Provider(Protocol):
    """One provider, signed in to one account. Safe to use from several threads."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of resource this provider can deliver."""
        ...

    def preview(self, spec: Spec) -> Sequence[Change]:
        """What apply would change; empty when nothing. A change on a live instance is drift."""
        ...

    def apply(self, spec: Spec) -> Resource:
        """Create the resource, or bring it one step nearer to the spec.

        A resource that failed to build stays failed for its attempt: remove it, and apply again
        with the next `Spec.attempt`.
        """
        ...

    def read(self, ref: Ref) -> Resource | None:
        """The resource as it is now, or None. While it is being removed it is still pending."""
        ...

    def delete(self, ref: Ref) -> None:
        """Start removing the resource. What does not carry our tag is refused with Conflict."""
        ...

    def inventory(self) -> Iterator[Resource]:
        """Everything we own there, whoever ordered it, in every region of the account."""
        ...
