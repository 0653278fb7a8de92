"""Where should it live, by law, need and cost? Facts in, a ranked and explained answer out.

Pure: reads no clock, no environment and no network. Policy, places and prices are data.
"""
