"""The API for programs, in the shape of TM Forum's Service Ordering (TMF641 v4.1)."""
