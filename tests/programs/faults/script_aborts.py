"""A script that aborts."""

import os

os.abort()
