"""From a sheet to what its template draws: every word and figure already written, sized and placed on its page."""
