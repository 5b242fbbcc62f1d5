"""How this installation is: what administrators see of it, and what `evenkeel doctor` says."""
