"""Setting up, people, customers, one's own profile, the outbox."""

from app.access.doors import ManagerPages, PublicPages, SharedPages, StaffPages

public = PublicPages()
shared = SharedPages()
staff = StaffPages()
managers = ManagerPages()
