"""The child process that drives phones: a thread a phone, messages in and out."""
