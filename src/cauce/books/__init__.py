"""The daily books: the libro de registros, closed, sealed and chained, and its annexes."""
