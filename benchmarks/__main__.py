"""Every figure that the README and the closing notes quote, from one command: `make bench`."""

from __future__ import annotations

from benchmarks import engine, foresight, history

if __name__ == "__main__":
    engine.main("relocate")
    foresight.main("relocate")
    history.main()
