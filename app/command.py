"""The program `evenkeel`. What it can be told to do is in app/command_line.py."""

import gc


def main() -> None:
    # What is loaded stays for good: looking through it again and again meanwhile is a tenth of the loading.
    gc.disable()
    from app.command_line import run  # noqa: PLC0415  as just said

    run()


if __name__ == "__main__":
    main()
