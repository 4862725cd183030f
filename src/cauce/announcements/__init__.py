"""What Comunicación Social makes known: cuts of supply, supply by turns (tandeo), leaflets, events and courses."""
