"""E-mail: what people are written to about, and how it gets to them."""
