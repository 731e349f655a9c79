"""Rules that policies state in sentences, held against records or against what a question says."""
