"""Run, check and supply the studio on this machine."""
