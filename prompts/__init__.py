"""What we say to a model, as versioned files, rendered strictly."""
