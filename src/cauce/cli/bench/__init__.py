"""How fast Cauce is: each work measured in a town of its own, beside the limit it is measured against."""
