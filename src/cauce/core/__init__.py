"""Money, periods, clock, text and errors: what every capability needs and no business knows."""
