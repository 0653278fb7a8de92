"""What each kind of event is called where everything that has happened is listed, and its why."""

from __future__ import annotations

from collections.abc import Mapping

from portal.speech import N_

EVENTS: Mapping[str, str] = {
    "OrderPlaced": N_("The order was placed"),
    "ApprovalAsked": N_("Approval was asked for"),
    "ApprovalGiven": N_("It was approved"),
    "ApprovalRefused": N_("Approval was refused"),
    "ItemRejected": N_("It was rejected"),
    "QuestionAsked": N_("A question was asked"),
    "QuestionAnswered": N_("The question was answered"),
    "ItemStarted": N_("The work began"),
    "RunTaken": N_("A run took the work on"),
    "StageReached": N_("A new step began"),
    "ThingSwitched": N_("It was switched to the new one"),
    "ResourceRecorded": N_("It came about at the supplier"),
    "ResourceRemoved": N_("It was removed at the supplier"),
    "ItemHeld": N_("The work was stopped"),
    "ItemReleased": N_("The work went on"),
    "CancellationRequested": N_("Cancellation was asked for"),
    "CancellationRefused": N_("Cancellation was refused"),
    "CancellationAccepted": N_("Cancellation was accepted"),
    "ItemCancelled": N_("It was cancelled"),
    "ItemCompleted": N_("It was done"),
    "ItemFailed": N_("It could not be done"),
    "ExpiryWarned": N_("The end was warned of"),
    "ExpiryExtended": N_("The end was put off"),
    "AccessAsked": N_("Access data was fetched"),
    "MessagePosted": N_("A message was written"),
    "PromiseRestated": N_("The promised date was changed"),
    "JeopardyRaised": N_("The promised date came in danger"),
    "JeopardyCleared": N_("The promised date was out of danger"),
    "Assigned": N_("Somebody was named to look after it"),
    "SurveyAnswered": N_("The customer said how it went"),
    "SurveyFollowedUp": N_("It was told what was done about it"),
}

# Reasons that our own runs and pages write, as the ledger has them. What people write stays theirs.
WHYS: Mapping[str, str] = {
    "missing: found by reconciliation": N_("Reconciliation found that it was missing"),
    "drifted: found by reconciliation": N_("Reconciliation found that it was changed outside"),
    "expired: found by reconciliation": N_("Reconciliation found that it was past its end"),
    "its time to resume has come": N_("Its time to go on has come"),
    "its run was cancelled in Prefect": N_("Its run was cancelled in Prefect"),
    "found by its tag; the answer to its creation was lost": N_(
        "Found by its tag: the supplier's answer was lost"
    ),
    "cancelled": N_("It was cancelled"),
    "The promised time passed before it was delivered.": N_(
        "The promised time passed before it was delivered."
    ),
}
