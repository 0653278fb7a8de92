"""The fake's access data: a password for each thing, set at once or some looks later."""

from __future__ import annotations

from secrets import token_urlsafe

from providers.errors import Conflict
from providers.fake.holding import Holding
from providers.fake.record import Record
from providers.types import Access, Ref


class Opening(Holding):
    """A part of the fake, with what it needs of the rest."""

    __slots__ = ()
    looks_until_open: int
    _records: dict[Ref, Record]

    def unlock(self, ref: Ref) -> Access | None:
        with self._call("unlock", ref.kind):
            found = self._records.get(ref)
            if found is None:
                return None
            found.coming, found.looks = token_urlsafe(12), 0
            values = {"user": "app", "password": found.coming}
            if self.looks_until_open:
                return Access(values=values, pending=ref.id)
            found.password = found.coming
            return Access(values=values)

    def opened(self, ref: Ref, access: Access) -> bool:
        with self._call("opened", ref.kind):
            found = self._records.get(ref)
            if found is None:
                raise Conflict(f"{ref.id} is gone, and nothing opens it any more")
            found.looks += 1
            if access.pending and found.looks < self.looks_until_open:
                return False
            found.password = found.coming
            return True

    def opens(self, ref: Ref, access: Access) -> bool:
        """Whether that password is the one."""
        found = self._records.get(ref)
        return found is not None and access.values["password"] == found.password
