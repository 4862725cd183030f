"""The screens of the staff, one folder a capability."""
