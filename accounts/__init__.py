"""What is told to people: why a rep stands where it stands, and what became of a note."""
