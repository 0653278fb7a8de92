"""How long will it take, how long did it take? In business time, and as a promise."""
