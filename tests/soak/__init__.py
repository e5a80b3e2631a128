"""Long-running trials of the promises: kills, kernel-level cuts, simulated power cuts.

``python -m tests.soak`` runs them in turn, for ever or for ``--minutes``, and adds what was really
run to the ledger ``docs/soak.md``.
"""
