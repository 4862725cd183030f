"""Historial: what happened, who did it and when; the trail of every account and the trigger of reactions."""
