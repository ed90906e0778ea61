"""The ground floor: procedure, form, record, workflow, clock, check: pure functions on frozen values."""
