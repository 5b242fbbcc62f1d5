"""A living escalation to look around in: loaded by one click, marked as made up, removed by one click. Made with the
verbs of every domain, so nobody below knows of it; what it made is listed in `demo_mark`."""
