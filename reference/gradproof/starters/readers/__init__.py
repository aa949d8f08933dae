"""How a user's routine is called: read off its signature, a module a language."""
