"""Documentos: folio series, document records, stored files and their typesetting on paper."""
