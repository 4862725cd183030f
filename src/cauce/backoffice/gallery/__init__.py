"""The gallery: every piece of the design system on one page, for whoever builds screens."""
