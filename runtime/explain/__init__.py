"""What `repsync explain` prints for people: pages that read as an answer, 80 columns wide. Times are UTC."""
