"""Candidates made of rules, and what must hold of every interview with them."""
