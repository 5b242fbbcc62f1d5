"""Persons, customers (companies), teams, and how somebody is signed in. Tables only. May import foundation."""
