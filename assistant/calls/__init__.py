"""Recorded conversations: upload, transcription, live progress, transcripts and corrections."""
