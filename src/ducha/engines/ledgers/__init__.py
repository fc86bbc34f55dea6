"""Enforcement ledgers: dirty files in, clean rows and rejects out, rules run over them."""
