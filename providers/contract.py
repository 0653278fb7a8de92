"""The provider contract: five verbs, three more for kinds that have them, and their laws.

Order of calls for one instance: preview, apply, read until ready, ... , delete, read until None.
What takes several steps takes one, or those that have become possible, with each call: `apply`
between the reads while it is pending, `delete` between them while it leaves. A resource that says
`by_itself` needs no call but the reads. A modify is always apply, again and again until it answers
ready and preview is empty: stop, change, start.

1. No verb waits. `apply` and `delete` return as soon as the work is accepted.
2. Every verb may be called twice, also after an answer that never came. The second call changes
   nothing and makes no second resource.
3. Absence is an answer, not an error: `read` gives None, `delete` of nothing succeeds.
4. `preview`, `read`, `inventory` and `strangers` change nothing.
5. `inventory` yields exactly what carries our ownership tag; right after `apply` has created
   something, `preview` of the same spec is empty.
6. Only ProviderError leaves a provider, its message is plain text without credentials, and
   results are plain JSON. An error the provider's table does not know is a bug of ours and
   crashes loudly.
7. Applying again while pending carries on, and deleting again while it leaves carries on: each
   from where it stopped, whoever stopped it. What says `by_itself` comes to its end without.
8. What waits for somebody outside (`awaits`) says who and what they must do. The secret they may
   need for it (a pairing key) stays at the provider: it is in no output, detail or error, and
   `unlock` alone gives it.
9. `unlock` gives what opens a resource, newly made where the provider keeps none to be read. Asked
   twice, the newest works. It logs nothing of what it gives, and `delete` removes whatever it has
   made: keys, and users that have them. It is for kinds that a secret opens, and not for others.
   What the provider sets in its own time is given as `pending`, and `opened` tells when it opens.
10. `strangers` yields what carries no ownership tag, of the kinds that can be adopted; what it
   cannot make out it leaves out of the description, and never raises for it. `inventory` and
   `strangers` have nothing in common.
11. `adopt` writes our tags and nothing else. What is gone, or is another instance's, is refused
   with Conflict. After it, or as soon as a provider that is late with tags tells of them, the
   resource is as if we had made it: `read` and `inventory` tell its instance, and `preview` of its
   own parameters says nothing but what we never leave open (`security.`) or switched off (`power`).

`tests/contract/provider_laws.py` holds them as tests; every provider passes the same suite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from providers.types import Access, Change, Ref, Resource, Spec, Stranger


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

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        """Everything we own there, or all of one kind: whoever ordered it, in every region.

        A kind costs only its own calls.
        """
        ...

    def carrying(self, kind: str, instance: str) -> Iterator[Ref]:
        """Where something of this kind is that carries the instance's tag.

        At a cloud that finds by tags it costs what one thing costs, however much there is and
        however the rest of it fares.
        """
        ...

    def strangers(self) -> Iterator[Stranger]:
        """What is there and is nobody's order, in every region of the account."""
        ...

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        """Put our tags, those of `spec`, on what is at `ref`. Twice is as once."""
        ...


@runtime_checkable
class Unlocks(Protocol):
    """One more verb, of the providers and kinds that have it."""

    def unlock(self, ref: Ref) -> Access | None:
        """What opens the resource now, or None where there is no such resource.

        What does not carry our tag is refused with Conflict.
        """
        ...


@runtime_checkable
class Opens(Unlocks, Protocol):
    """Of what some kind's `unlock` gives before it opens."""

    def opened(self, ref: Ref, access: Access) -> bool:
        """Whether `access` opens by now. Raises what keeps it from ever opening."""
        ...
