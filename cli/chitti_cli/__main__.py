"""The `chitti` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from chitti_cli.app import app

    app()


if __name__ == "__main__":
    main()
