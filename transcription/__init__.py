"""Audio to words with times, channels and speakers; knows nothing of CRM, HTTP or databases."""
