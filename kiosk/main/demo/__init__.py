"""The demonstration: the whole main job on one machine, played without a screen.

Rules:

* Nothing is acted: the real window, the real station, the reference platform as a process of its
  own. People and papers are invented; what happens to them is not.
* A power cut is a SIGKILL, a lost reply is a reset connection; neither is helped by a hook in the
  product.
* Every claim of the report is a check that looked; a check that fails is named, and the rest is
  still played.
* It works in a temporary folder, on loopback alone, and leaves pictures and a report.
"""
