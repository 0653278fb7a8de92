"""A small, real OpenID provider with demo people. It refuses to start outside demo and test."""
