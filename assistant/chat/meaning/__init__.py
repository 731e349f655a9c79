"""From the words of a question to what they mean: typed items, put together by the schema."""
