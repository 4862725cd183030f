"""The cash desk (caja): what is due, what is received and its comprobante, with the keyboard alone."""
