"""Boards: named collections of a user's generations."""
