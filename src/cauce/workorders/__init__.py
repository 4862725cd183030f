"""What is done in the street: órdenes de trabajo, their crews and programme, and the agenda of aforos."""
