"""The face: base templates, pieces, template tags and assets that every screen is built of. It knows no capability."""
