"""The same from a terminal: bring the whole product up, look into the ledger."""
