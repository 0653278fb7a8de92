from hypothesis import settings

# machines that run tests are shared: how long one example took says nothing
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
