"""The bank's and the stores' files: taken in, put in the books, and what is doubtful in them resolved by two people."""
