"""Reading rounds and the readings that wait for a person."""
