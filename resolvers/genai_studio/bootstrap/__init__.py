"""Where settings become wired objects: `local` on one machine, `aws` in an account."""
