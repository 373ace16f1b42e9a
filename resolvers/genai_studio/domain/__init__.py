"""What the studio is about, free of any database, network or framework."""
