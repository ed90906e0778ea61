"""The top floor: arguments, clock, user; prints; exits."""

import gc

# A command makes a hundred thousand objects that live as long as it does: looking through them for cycles again and
# again costs a tenth of its time and finds nothing.
gc.set_threshold(100_000, 50, 50)
