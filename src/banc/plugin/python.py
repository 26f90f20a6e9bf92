"""Python blocks: run by pytest-markdown-docs, in the page's order, with DOCKER_HOST at the page's lab."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import io
import signal
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from banc.labs.lab import Lab
from banc.labs.tunnel import Tunnel
from banc.pages.plan import Python
from banc.runs import verdict
from banc.runs.verdict import Failure

if TYPE_CHECKING:
    from pytest_markdown_docs.definitions import FenceTestDefinition


class PythonBlocks:
    """The Python blocks of one page, and what they share: the lab's daemon, an empty folder, names to continue with.

    Each block is run once. pytest-markdown-docs would run a block anew for each ``continuation`` of it, and
    so start its containers twice; here the names it defined are handed on.
    """

    def __init__(self, page: pytest.File, lab: Lab, asking: Callable[[], pytest.Item]) -> None:
        """Take the page, its lab, and what tells the test that is being run: fixtures live as long as it."""
        self._page = page
        self._lab = lab
        self._asking = asking
        self._tunnel: Tunnel | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._names: dict[str, Any] = {}

    def __call__(self, step: Python) -> tuple[str, Failure | None]:
        """Run one block: what it printed, and why it is wrong."""
        definition = self._definition(step)
        if isinstance(definition, Failure):
            return "", definition
        output = io.StringIO()
        try:
            with self._surroundings(), _alarm(step.timeout):
                self._run(definition, "continuation" in step.block.attributes.words, output)
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            return output.getvalue(), _failure(step, error, output.getvalue())
        printed = output.getvalue().rstrip("\n")
        return printed, verdict.compared(step.expected, printed)

    def _definition(self, step: Python) -> FenceTestDefinition | Failure:
        """The block as pytest-markdown-docs sees it."""
        try:
            from pytest_markdown_docs import plugin
        except ImportError:
            message = "Python blocks are run by pytest-markdown-docs, which is not installed"
            return Failure(step.block.line, message, "install it: `pip install pytest-markdown-docs`")
        found = plugin.extract_fence_tests(
            self._page.config.hook.pytest_markdown_docs_markdown_it(),
            self._page.path.read_text(encoding="utf-8-sig"),
            start_line_offset=0,
            source_path=self._page.path,
            fence_syntax=plugin.FenceSyntax.superfences,
        )
        definition = next((one for one in found if one.start_line == step.block.line), None)
        if definition is None:
            message = "pytest-markdown-docs, which runs Python, sees no block here"
            return Failure(step.block.line, message, "move it to the left margin, out of any HTML")
        source = "\n" * step.block.line + step.block.code + "\n"  # without the blocks that it continues
        return dataclasses.replace(definition, source=source)

    def _run(self, definition: FenceTestDefinition, continues: bool, output: io.StringIO) -> None:
        """Run one block as a test within the current one, so that fixtures are set up and torn down."""
        from pytest_markdown_docs.plugin import MarkdownInlinePythonItem

        item = self._asking()
        parent: Any = item  # pytest wants a collector; any node will do
        test: Any = MarkdownInlinePythonItem.from_parent(parent, name="python", test_definition=definition)
        test.stash = item.stash  # fixtures look there for how the test went
        stack = item.session._setupstate
        stack.setup(test)
        try:
            names = self._names if continues else {}
            runner = _Recording(test.runner, names, output)
            test.runner = runner
            test.runtest()
            self._names = runner.names
        finally:
            stack.teardown_exact(item)

    @contextlib.contextmanager
    def _surroundings(self) -> Iterator[None]:
        """The lab's daemon in the environment, an empty folder to be in; SDK objects left open are no matter."""
        self._tunnel = self._tunnel or self._lab.tunnel()
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="banc-")
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            patch.setenv("DOCKER_HOST", self._tunnel.address)
            for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"):
                patch.delenv(name, raising=False)
            patch.chdir(self._folder.name)
            yield

    def close(self) -> None:
        """End what the blocks shared."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            self._names = {}
            gc.collect()  # clients that the page did not close
        if self._tunnel:
            self._tunnel.close()
        if self._folder:
            self._folder.cleanup()


class _Recording:
    """A runner of pytest-markdown-docs that keeps what is printed, and the names that are defined."""

    def __init__(self, runner: Any, names: dict[str, Any], output: io.StringIO) -> None:
        self._runner = runner
        self.names = names
        self._output = output

    def runtest(self, test: FenceTestDefinition, args: dict[str, Any], **options: Any) -> None:
        """Run a block; see pytest-markdown-docs."""
        args.update({name: value for name, value in self.names.items() if name not in args})
        self.names = args
        with contextlib.redirect_stdout(self._output), contextlib.redirect_stderr(self._output):
            self._runner.runtest(test, args, **options)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in the block when its time is up."""
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"the block had not ended after its {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _failure(step: Python, error: BaseException, printed: str) -> Failure:
    """What a block raised, at the line of the page where it did."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if step.block.code_line <= (frame.lineno or 0) and _is_of(step, frame)]
    line = lines[-1] if lines and lines[-1] else step.block.line
    if isinstance(error, SyntaxError) and error.lineno:
        line = error.lineno
    at = line - step.block.code_line
    code = step.block.code.split("\n")
    headline = f"the block raised {''.join(traceback.format_exception_only(error)).strip().splitlines()[-1]}"
    mend = "correct the block, or catch the exception and print what the reader is to see"
    if isinstance(error, TimeoutError):
        mend = "make it end by itself, or give it more time: {timeout=SECONDS}"
    tail = "\n".join(printed.splitlines()[-verdict.SCREEN_LINES :])
    return Failure(line, headline, mend, code[at] if 0 <= at < len(code) else "", tail)


def _is_of(step: Python, frame: traceback.FrameSummary) -> bool:
    return frame.filename.endswith(".md") and (frame.lineno or 0) <= step.block.code_line + step.block.code.count("\n")
