"""The facts in force, made ready once and again whenever the journal says that they are others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rightcloud import bundled
from rightcloud.advisor import Advisor
from rightcloud.archive import Archive
from rightcloud.bundled import Facts
from rightcloud.errors import NotReplayable, Refused
from rightcloud.journal import Entry, FactsBundled, read
from rightcloud.places import Atlas
from rightcloud.policy import Policy
from rightcloud.policy_file import read_policy
from rightcloud.price_run import PriceRun
from rightcloud.run_file import run_of
from rightcloud.standing import Standing

POLICY_FILE = "policy.toml"


class Counsel:
    """Advice on what is in force. May be shared by threads."""

    def __init__(self, archive: Archive, seed: Callable[[], Facts] = bundled.seed) -> None:
        """`seed` gives the facts that hold until the journal says otherwise; asked when needed."""
        self.archive = archive
        self.seed = seed
        self._busy = threading.Lock()
        self._standing = Standing()
        self._entries: tuple[Entry, ...] = ()
        self._advisor: Advisor | None = None
        self._tables: dict[str, Policy] = {}

    def standing(self) -> Standing:
        """As of the newest line of the journal."""
        with self._busy:
            return self._fresh()

    def entries(self) -> Sequence[Entry]:
        """Everything that has happened, oldest first."""
        with self._busy:
            self._fresh()
            return self._entries

    def advisor(self) -> Advisor:
        """Who decides by the facts in force. Takes a second when they have changed, else none."""
        with self._busy:
            standing, known = self._fresh(), self._advisor
            run_id = standing.prices.run if standing.prices else self.seed().run.id
            policy = self._policy_in_force(standing)
            if known is None or known.facts.run.id != run_id:
                facts = replace(self.seed(), run=self._run(run_id), policy=policy)
                known = Advisor(facts)
            elif known.facts.policy.id != policy.id:
                known = known.under(policy)
            self._advisor = known
            return known

    def facts(self) -> Facts:
        return self.advisor().facts

    def policy(self, document: bytes, switches: Mapping[str, bool]) -> Policy:
        """A policy file with its switches; Refused with everything that is wrong in it."""
        return _switched(read_policy(document, POLICY_FILE, self.seed().groups), switches)

    def policy_document(self) -> bytes:
        """The policy file in force, as it was written."""
        document = self.standing().document
        return self._document(document) if document else bundled.read_files()[POLICY_FILE]

    def advisor_for(self, recorded: Mapping[str, Any]) -> Advisor:
        """Who decided as a stored record tells, by the facts of that time.

        Raises NotReplayable when one of them is not kept here.
        """
        with self._busy:
            self._fresh()
        now = self.advisor()
        facts = Facts(
            groups=now.facts.groups,
            policy=self._policy_of(recorded["policy"]),
            atlas=self._atlas_of(recorded["places"]),
            run=self._run(recorded["priceRun"]),
        )
        return Advisor(facts)

    def _fresh(self) -> Standing:
        if self.archive.last() != self._standing.seq:
            rows = self.archive.rows(after=self._standing.seq)
            entries = [read(row) for row in rows]
            self._standing = self._standing.after(rows[-1].seq, entries)
            self._entries += tuple(entries)
        return self._standing

    def _policy_in_force(self, standing: Standing) -> Policy:
        table = self._table(standing.document) if standing.document else self.seed().policy
        return _switched(table, standing.switches)

    def _table(self, digest: str) -> Policy:
        """A policy file that is kept, as it was written."""
        if digest not in self._tables:
            self._tables[digest] = self.policy(self._document(digest), {})
        return self._tables[digest]

    def _run(self, run: str) -> PriceRun:
        if run == self.seed().run.id:
            return self.seed().run
        if (taken := self._standing.runs.get(run)) is not None:
            return run_of(self._files(taken.parts))
        for bundle in self._standing.bundles:
            if bundle.run == run:
                return bundled.facts_of(self._files(bundle.files)).run
        raise NotReplayable(f"the price run {run} is not kept here")

    def _atlas_of(self, atlas: str) -> Atlas:
        if atlas == self.seed().atlas.id:
            return self.seed().atlas
        bundle = self._bundle(lambda one: one.atlas == atlas, f"the places {atlas}")
        return bundled.atlas_of(self._files(bundle.files))

    def _policy_of(self, policy: str) -> Policy:
        """The table whose id this is; `replay` sets the switches as they stood."""
        for document in self._standing.documents:
            if f"-{document[:12]}" in policy:
                return self._table(document)
        seed = self.seed().policy
        if f"-{seed.digest[:12]}" in policy:
            return seed
        bundle = self._bundle(lambda one: one.policy == policy, f"the policy {policy}")
        return self.policy(self._files(bundle.files)[POLICY_FILE], {})

    def _bundle(self, fits: Callable[[FactsBundled], bool], what: str) -> FactsBundled:
        for bundle in self._standing.bundles:
            if fits(bundle):
                return bundle
        raise NotReplayable(f"{what} that this was decided by is not kept here")

    def _files(self, digests: Mapping[str, str]) -> Mapping[str, bytes]:
        found = self.archive.documents(list(digests.values()))
        if missing := set(digests.values()) - set(found):
            raise Refused(f"the archive lacks document {min(missing)[:12]}: restore its backup")
        return {name: found[digest] for name, digest in digests.items()}

    def _document(self, digest: str) -> bytes:
        return self._files({"": digest})[""]


def _switched(policy: Policy, switches: Mapping[str, bool]) -> Policy:
    """A switch that a newer file no longer has is passed over."""
    return policy.switched(**{k: v for k, v in switches.items() if k in policy.switches})
