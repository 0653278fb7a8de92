"""What people call our states, stages and roles: message ids, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from orders.model import Action, Stage, State
from portal.person import Role
from portal.speech import N_

Tone = Literal["blue", "green", "yellow", "red", "grey"]

# The style sheet's name for a label of each tone.
TAGS: Mapping[Tone, str] = {
    "blue": "blue",
    "green": "green",
    "yellow": "yellow",
    "red": "red",
    "grey": "beige",
}
STAGES: Mapping[Stage, str] = {
    Stage.CHECK: N_("We check the order"),
    Stage.CREATE: N_("It is ordered from the supplier"),
    Stage.BUILD: N_("It is built and started"),
    Stage.VERIFY: N_("We check what was built"),
    Stage.COPY: N_("The content is copied"),
    Stage.COMPARE: N_("We check the copy, and you say yes to the switch"),
    Stage.SWITCH: N_("We switch to the new one"),
    Stage.KEEP: N_("The old one is kept, until you say yes to removing it"),
    Stage.HAND_OVER: N_("Hand-over to you"),
    Stage.CLEAN_UP: N_("Clean-up"),
}
# What a stage is called where something else than a delivery is done.
_OTHER_STAGES: Mapping[Action, Mapping[Stage, str]] = {
    Action.MOVE: {
        Stage.CREATE: N_("A new one is ordered, beside the old one"),
        Stage.VERIFY: N_("We check the new one"),
        Stage.HAND_OVER: N_("The move is done"),
    },
    Action.MODIFY: {
        Stage.BUILD: N_("It is changed at the supplier"),
        Stage.VERIFY: N_("We check what was changed"),
    },
    Action.ADOPT: {
        Stage.CHECK: N_("It is marked as yours at the supplier"),
        Stage.VERIFY: N_("We look at it as it is"),
    },
    Action.TERMINATE: {
        Stage.CLEAN_UP: N_("It is removed at the supplier"),
        Stage.HAND_OVER: N_("We confirm that it is gone"),
    },
}
# The same for how an order stands in the end.
_OTHER_STATES: Mapping[Action, Mapping[State, str]] = {
    Action.MOVE: {
        State.IN_PROGRESS: N_("Being moved"),
        State.COMPLETED: N_("Moved"),
        State.FAILED: N_("Could not be moved"),
    },
    Action.MODIFY: {
        State.IN_PROGRESS: N_("Being changed"),
        State.COMPLETED: N_("Changed"),
        State.FAILED: N_("Could not be changed"),
    },
    Action.ADOPT: {
        State.IN_PROGRESS: N_("Being adopted"),
        State.COMPLETED: N_("Adopted"),
        State.FAILED: N_("Could not be adopted"),
    },
    Action.TERMINATE: {
        State.IN_PROGRESS: N_("Being removed"),
        State.COMPLETED: N_("Removed"),
        State.FAILED: N_("Could not be removed"),
    },
}
STATES: Mapping[State, str] = {
    State.ACKNOWLEDGED: N_("Received"),
    State.REJECTED: N_("Rejected"),
    State.PENDING: N_("Waiting for you"),
    State.IN_PROGRESS: N_("Being delivered"),
    State.HELD: N_("Stopped with us"),
    State.ASSESSING_CANCELLATION: N_("Cancellation is considered"),
    State.PENDING_CANCELLATION: N_("Being undone"),
    State.CANCELLED: N_("Cancelled"),
    State.COMPLETED: N_("Delivered"),
    State.FAILED: N_("Could not be delivered"),
    State.PARTIAL: N_("Partly delivered"),
}


def stage_word(action: Action, stage: Stage) -> str:
    return _OTHER_STAGES.get(action, {}).get(stage, STAGES[stage])


def state_word(action: Action | None, state: State) -> str:
    """`action` is what all items of an order do; None when they differ."""
    return _OTHER_STATES.get(action, {}).get(state, STATES[state]) if action else STATES[state]


EXPLAINED: Mapping[State, str] = {
    State.ACKNOWLEDGED: N_("We have the order and start on it. You need do nothing."),
    State.REJECTED: N_("The order was stopped. The reason says what you can do."),
    State.PENDING: N_("We cannot go on before we get an answer from your side."),
    State.IN_PROGRESS: N_("We are working on it. You need do nothing."),
    State.HELD: N_("Something stops us. It is for us to solve, and the time counts as ours."),
    State.ASSESSING_CANCELLATION: N_("You have asked to cancel. We find out what can be undone."),
    State.PENDING_CANCELLATION: N_("We remove what was made."),
    State.CANCELLED: N_("The order is cancelled, and we have checked that nothing is left."),
    State.COMPLETED: N_("It is handed over, and we have checked that it works."),
    State.FAILED: N_("We could not deliver. What had been made has been seen to."),
    State.PARTIAL: N_("Some of it was delivered, and some was not. Each part says which."),
}
_OTHER_EXPLAINED: Mapping[Action, Mapping[State, str]] = {
    Action.MOVE: {
        State.COMPLETED: N_("It is moved, and the old one is gone."),
        State.CANCELLED: N_("The move is called off. The old one is as it was."),
        State.FAILED: N_("We could not move it. The old one is as it was."),
    },
    Action.MODIFY: {
        State.COMPLETED: N_("It is changed, and we have checked that it works."),
        State.CANCELLED: N_("The change is called off, and it is as it was before."),
        State.FAILED: N_("We could not change it. It is as it was before, unless it says below."),
    },
    Action.ADOPT: {
        State.COMPLETED: N_("It was there already. Now it stands among your things."),
        State.CANCELLED: N_("It was not adopted. Nobody has touched it."),
        State.FAILED: N_("We could not adopt it. Nobody has touched it."),
    },
    Action.TERMINATE: {
        State.ACKNOWLEDGED: N_("It is removed when the time comes. You need do nothing."),
        State.COMPLETED: N_("It is gone, and we have checked that nothing is left."),
        State.CANCELLED: N_("You keep it. It has not been touched."),
        State.FAILED: N_("We could not remove it. You still have it."),
    },
}


def explained(action: Action, state: State) -> str:
    return _OTHER_EXPLAINED.get(action, {}).get(state, EXPLAINED[state])


TONES: Mapping[State, Tone] = {
    State.ACKNOWLEDGED: "blue",
    State.REJECTED: "red",
    State.PENDING: "yellow",
    State.IN_PROGRESS: "blue",
    State.HELD: "yellow",
    State.ASSESSING_CANCELLATION: "yellow",
    State.PENDING_CANCELLATION: "yellow",
    State.CANCELLED: "grey",
    State.COMPLETED: "green",
    State.FAILED: "red",
    State.PARTIAL: "yellow",
}
# Time before the first stage has no stage to be called after.
SPANS: Mapping[State, str] = {
    **STATES,
    State.ACKNOWLEDGED: N_("Waiting to be started"),
    State.IN_PROGRESS: N_("Getting ready"),
}
# Why a delivery stands still or ended, by the word its reason begins with; what follows the word
# is the provider's own, in English.
REASONS: Mapping[str, str] = {
    "Throttled": N_("The supplier asks us to slow down."),
    "Unavailable": N_("The supplier does not answer."),
    "NoCapacity": N_("The supplier has nothing free of this kind just now."),
    "QuotaExceeded": N_("Our quota with the supplier is used up."),
    "NotAuthorised": N_("The supplier refuses our account."),
    "InvalidSpec": N_("The supplier cannot deliver exactly this."),
    "Conflict": N_("Something that exists already stands in the way."),
    "BuildFailed": N_("The supplier began, but could not finish."),
    "NotAsOrdered": N_("What was built is not what you ordered."),
    "StillNotReady": N_("It takes longer than it should with the supplier."),
    "an error of ours": N_("Something is wrong in our own system. We are looking into it."),
}
# What people call the kinds of resources, as operators meet them outside any offering.
KINDS: Mapping[str, str] = {
    "virtual-machine": N_("Server"),
    "object-storage": N_("Object storage"),
    "database": N_("Database"),
    "network": N_("Network"),
    "private-connection": N_("Private connection"),
    "workspace": N_("Workspace"),
}
# What a provider calls the things it would change.
FIELDS: Mapping[str, str] = {
    "size": N_("Machine type"),
    "disk_gb": N_("Disk, GB"),
    "image": N_("Image"),
    "version": N_("Version"),
    "storage_gb": N_("Disk, GB"),
    "cidr": N_("Address range"),
}
ROLES: Mapping[Role, str] = {
    Role.ORDERER: N_("orderer"),
    Role.APPROVER: N_("approver"),
    Role.OPERATOR: N_("operator"),
    Role.EDITOR: N_("catalogue editor"),
    Role.AUDITOR: N_("auditor"),
    Role.OWNER: N_("service owner"),
}
