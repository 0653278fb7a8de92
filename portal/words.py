"""What people call our states, stages and roles: message ids, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from orders.model import Stage, State
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
    Stage.HAND_OVER: N_("Hand-over to you"),
    Stage.CLEAN_UP: N_("Clean-up"),
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
OUTPUTS: Mapping[str, str] = {
    "private_ip": N_("Private address"),
    "public_ip": N_("Public address"),
    "private_dns": N_("Name in the network"),
    "hostname": N_("Host name"),
    "region": N_("Region"),
    "availability_zone": N_("Zone"),
    "instance_type": N_("Machine type"),
    "image_id": N_("Image"),
    "disk_gb": N_("Disk, GB"),
    "instance_id": N_("The supplier's id"),
    "id": N_("The supplier's id"),
}
ROLES: Mapping[Role, str] = {
    Role.ORDERER: N_("orderer"),
    Role.APPROVER: N_("approver"),
    Role.OPERATOR: N_("operator"),
    Role.AUDITOR: N_("auditor"),
}
