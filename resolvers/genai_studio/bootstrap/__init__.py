"""Create the studio from its settings: `local` on one machine, `aws` in an AWS account."""
