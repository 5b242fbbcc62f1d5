"""First start, colleagues and customers, settings, one's own profile. May import sign_in, outbox and everything below."""
