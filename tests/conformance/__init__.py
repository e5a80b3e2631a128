"""Public conformance suites and foreign clients against the real platform and updater."""
