"""Faults: killed processes, broken connections; the double's ledger is the judge."""
