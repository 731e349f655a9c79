"""Is the service well: probes, figures, feeds, and what a missing part means."""
