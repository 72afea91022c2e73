"""The pack of a meeting: agenda and papers as one file, and what goes with final records."""
