"""Merges that can be undone without loss, and the questions whether two records are one."""
