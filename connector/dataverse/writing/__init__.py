"""Writing to leads under the guard of their etags, and to rows beside them."""
