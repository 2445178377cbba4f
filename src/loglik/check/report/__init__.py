"""The reports on documents: for terminals, programs, code hosts and browsers, in two languages."""
