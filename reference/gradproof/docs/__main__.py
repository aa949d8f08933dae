"""``python -m gradproof.docs [--check]``: write the pages, or check them."""

from gradproof.docs.pages import main

if __name__ == "__main__":
    raise SystemExit(main())
