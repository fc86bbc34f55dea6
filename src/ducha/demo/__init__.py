"""The brief's campaign with invented people and contents, reproducible."""
