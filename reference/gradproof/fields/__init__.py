"""Fields of gradients: that of a function of one's own, and the book's two ways."""
