"""What others did to products like this one, done to ours: every case has a number of docs/attacks.md."""
