"""Who asks? People and programs, over the web. It writes the ledger and starts nothing itself."""
