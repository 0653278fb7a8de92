"""One file per step, never changed once it has been released."""
