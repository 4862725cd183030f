"""The house's rules, tried on the source itself."""
