import signal

pytest_plugins = ["pytester"]


def pytest_configure() -> None:
    """Let programs that tests start be interrupted: what runs in the background may have been told to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
