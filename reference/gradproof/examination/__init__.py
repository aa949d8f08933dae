"""One port from its role to its verdict, and the smallest counterexample."""
