"""The screens of the drawer: one's own session, the supervisor's, the day's, those without power."""
