"""Doctor: whether all works together, one line a check. What is seen and what is judged of it stand apart."""
