"""The pages of offerings that agencies make themselves."""

from __future__ import annotations

from portal import own_acting, own_beginning, own_editing, own_offerings, own_trial

# What is new goes first: its name is no offering's.
ROUTERS = (
    own_beginning.router,
    own_offerings.router,
    own_editing.router,
    own_trial.router,
    own_acting.router,
)
