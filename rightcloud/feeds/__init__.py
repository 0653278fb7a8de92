"""The providers' price lists, in their own formats, read into offers. No network here."""
