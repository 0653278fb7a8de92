"""The clouds and the sign-in on your own desk, for the embedded default and the tests."""
