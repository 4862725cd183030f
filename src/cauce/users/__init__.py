"""Personal del organismo: staff, their areas and roles, second factor."""
