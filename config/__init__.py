"""How a deployment is put together: settings, URLs and the page of reactions. Nothing imports it."""
