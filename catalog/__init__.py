"""What can be ordered: one YAML file per offering, checked when loaded.

One source for the form, the check of answers, the API and what the provider is asked for.
"""
