"""The service desk: solicitudes, inconformidades and reportes, telephone, radio, and what is asked of Informática."""
