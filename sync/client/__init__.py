"""The only place that speaks HTTP outwards: session, deadlines, proofs, tus, the TUF fetcher."""
