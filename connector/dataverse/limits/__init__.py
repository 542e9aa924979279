"""How much may be sent, and when: concurrency, budgets of requests and execution time, and wishes to wait."""
