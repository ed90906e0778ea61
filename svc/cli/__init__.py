"""The top floor: arguments, clock, user; prints; exits."""
