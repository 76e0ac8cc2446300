"""`python -m demo`: the programme's life in three minutes, then everything is stopped and removed."""

from __future__ import annotations

import os

INTERRUPTED = 130

if __name__ == "__main__":
    try:
        from demo.run import main  # takes a second, in which people may change their minds

        main()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
