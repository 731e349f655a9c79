"""Records, notes and transcripts as passages: fed from change rows, searched under access."""
