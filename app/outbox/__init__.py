"""Letters, stored with the change that causes them and sent by the worker. May import timeline, access, people and foundation."""
