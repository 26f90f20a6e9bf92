"""The pytest side of the bench: a page is executed whole, each of its blocks is a test of its own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Generator
from dataclasses import asdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from banc.errors import BenchError
from banc.labs import engines
from banc.pages import blocks, shards, site
from banc.plugin import progress
from banc.plugin.greens import Greens
from banc.plugin.interrupts import Patience
from banc.plugin.items import (
    BENCH,
    GREENS,
    LEAKS,
    READ,
    BlockItem,
    LeaksItem,
    NotReachedError,
    PageFile,
    PageItem,
    PageWarning,
    WholePages,
    explained,
)
from banc.plugin.progress import ENDED, PAGE
from banc.plugin.running import Benches, Page, Read
from banc.plugin.sharding import divided
from banc.plugin.summary import BROKEN, HTML, KIND, RECORD, TOLD, Summary
from banc.plugin.timing import UNTIMED, Durations
from banc.plugin.updating import WRITTEN, Updating
from banc.plugin.worker import last_handed_out
from banc.reports import record
from banc.results import Status

__all__ = ["PageWarning"]

SUMMARY = pytest.StashKey[Summary]()
LAST = pytest.StashKey[bool]()  # whether a test is the last of its page

PageTest = PageItem | BlockItem | LeaksItem
OF_A_PAGE = (PageItem, BlockItem, LeaksItem)
DURATIONS = pytest.StashKey[Durations]()
_CLEARING = 120  # seconds that a worker may take to remove its labs, on a slow machine
AFTER = pytest.StashKey[dict[PageFile, PageFile]]()

# --- options -------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the bench's options."""
    group = parser.getgroup(
        "banc",
        "blocks of Markdown pages, run in throw-away Docker labs "
        "(exit status 1: a page is wrong; 3: the bench is broken, no page is known to be wrong; 5: no block found)",
    )
    group.addoption(
        "--update",
        action="store_true",
        help="write what the blocks gave into the pages' outputs and into the site's snapshot; show the difference",
    )
    group.addoption("--fresh", action="store_true", help="run pages again for which nothing has changed, too")
    group.addoption(
        "--images",
        choices=["auto", "hub", "kit"],
        default=os.environ.get("BANC_IMAGES", "auto"),
        help="where labs pull from: Docker Hub, the offline kit, or (auto) the kit where the Hub does not answer",
    )
    group.addoption(
        "--docker-host",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a Docker host for labs, unix://…, tcp://… or ssh://…, instead of DOCKER_HOST; several times: the workers "
        "of -n take one each in turn, and the next one where theirs goes away; without -n the first is used",
    )
    group.addoption(RECORD, metavar="FILE.json", help="write what each page and block gave into a file, as data")
    group.addoption(HTML, metavar="FILE.html", help="the same as one HTML page that needs nothing beside itself")
    group.addoption(
        "--engine",
        type=_engine,
        default=os.environ.get("BANC_ENGINE", engines.DEFAULT),
        help="the Docker engine that pages are run on: debian-12, debian-13 (default), or a version, such as 29.0",
    )
    group.addoption(
        "--shard",
        metavar="NUMBER/OF",
        type=_shard,
        default=os.environ.get("BANC_SHARD", ""),
        help="run a part of the pages, 1/3 for the first of three; all parts together run each page once",
    )


def _engine(name: str) -> str:
    """The name of an engine that there is, for argparse."""
    try:
        return engines.named(name).name
    except engines.UnknownEngineError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _shard(text: str) -> str:
    """A shard as it is written, for argparse; xdist hands plain text alone on to its workers."""
    try:
        shards.parsed(text)
    except shards.ShardError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what a run shares: its bench, started when the first page needs it, and its totals."""
    config.stash[BENCH] = Benches(config)
    config.stash[GREENS] = Greens(config, config.stash[BENCH])
    read: Read = lru_cache(maxsize=8)(blocks.load)  # a page is collected next to its translations
    config.stash[READ] = read
    config.stash[SUMMARY] = Summary(config)
    config.pluginmanager.register(config.stash[SUMMARY], "banc-summary")
    config.stash[DURATIONS] = Durations(config, config.stash[SUMMARY])
    config.pluginmanager.register(config.stash[DURATIONS], "banc-durations")
    config.pluginmanager.register(WholePages(), "banc-whole-pages")
    config.pluginmanager.register(Patience(), "banc-patience")
    if config.getoption("--update"):
        config.pluginmanager.register(Updating(config), "banc-updating")
    config.addinivalue_line("markers", "banc: a block of a page, run in a lab")
    # Where CI is set, pytest's closing list would print each failure a second time, whole.
    config.option.force_short_summary = True


@pytest.hookimpl(trylast=True, specname="pytest_configure")
def pytest_configure_progress(config: pytest.Config) -> None:
    """Print pages as they end; when pytest's own reporter is there."""
    progress.start(config, config.stash[SUMMARY])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove labs, network and mirror, whatever happened."""
    config.stash[BENCH].close()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove them before a worker of pytest-xdist says that it has finished: it is not waited for any longer."""
    if hasattr(session.config, "workeroutput"):
        session.config.stash[BENCH].close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let workers remove their labs when the run is interrupted: after ten seconds they would be killed."""
    from xdist.workermanage import NodeManager

    NodeManager.EXIT_TIMEOUT = _CLEARING


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a page on one worker, since its blocks need one another; hand out the longest first."""
    if config.getvalue("dist") not in ("load", "worksteal"):
        return None
    from banc.plugin.scheduling import LongestFirst

    return LongestFirst(config, log, config.stash[DURATIONS])


# --- collection ----------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PageFile | None:
    """Collect a Markdown file that was named, or that is a page of the project's site."""
    if file_path.suffix != ".md":
        return None
    if parent.session.isinitpath(file_path) or _is_of_the_site(file_path, parent.config.rootpath):
        parent.config.stash[SUMMARY].asked_for_pages = True
        node: PageFile = PageFile.from_parent(parent, path=file_path)
        return node
    return None


@pytest.hookimpl(wrapper=True, specname="pytest_collect_file")
def pytest_collect_file_once() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Keep a page from pytest-markdown-docs, which would run its Python blocks on the user's own daemon."""
    collectors = yield
    pages: list[pytest.Collector] = [collector for collector in collectors if isinstance(collector, PageFile)]
    return pages or collectors


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what is of this shard, before anything else is left out or put in order."""
    if shard := shards.parsed(config.getoption("--shard")):
        items[:], config.stash[SUMMARY].elsewhere = divided(items, shard)


def _is_of_the_site(path: Path, root: Path) -> bool:
    try:
        docs = site.configuration(path).docs
    except site.SiteError:
        return path.is_relative_to(root / "docs")  # collecting the page will say what is wrong
    return docs is not None and docs.is_relative_to(root)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Tell a page's last block, so that its images are listed while the lab still lives, and what comes after it."""
    if isinstance(item, BlockItem):
        item.is_last_of_page = not isinstance(nextitem, BlockItem) or nextitem.parent is not item.parent
    if isinstance(item, OF_A_PAGE):
        item.stash[LAST] = nextitem is None or nextitem.parent is not item.parent
        item.config.stash[BENCH].next = _next_page(item) if item.parent.needs_lab else None
    return (yield)


def _next_page(item: PageTest) -> Page | None:
    """The page that needs a lab after this one, as far as that is known."""
    if AFTER not in item.session.stash:
        waiting = last_handed_out(item.session)
        after = waiting.getparent(PageFile) if waiting else None
        return after.page if after and after is not item.parent and after.needs_lab else None
    page = item.session.stash[AFTER].get(item.parent)
    while page and not page.needs_lab:
        page = item.session.stash[AFTER].get(page)
    return page.page if page else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which page comes after which; a worker of pytest-xdist knows no more than what it was handed."""
    if not hasattr(session.config, "workerinput"):
        pages = dict.fromkeys(item.parent for item in session.items if isinstance(item, BlockItem))
        session.stash[AFTER] = dict(pairwise(pages))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark what is no failure of the block itself; send along what it says of its page."""
    made = yield
    if call.excinfo and isinstance(call.excinfo.value, (BenchError, NotReachedError)):
        kind = BROKEN if isinstance(call.excinfo.value, BenchError) else Status.NOT_REACHED.value
        vars(made)[KIND] = kind
    broken = call.excinfo is not None and isinstance(call.excinfo.value, BenchError)  # says nothing of the page
    if isinstance(item.parent, PageFile) and (made.failed or call.when == "call") and not broken:
        item.parent.hear(is_green=not made.failed)
    if call.excinfo and call.when == "teardown":  # of which pytest would show where in our code it came from
        made.longrepr = explained(item, call.excinfo) or made.longrepr
    if isinstance(item, OF_A_PAGE):
        vars(made)[PAGE] = item.parent.page.name
        vars(made)[ENDED] = call.when == "call" and item.stash[LAST]
        told = item.told if call.when == "call" else None
        if call.excinfo and broken and not told:
            told = item.parent.record(broken=str(call.excinfo.value))
        if told:
            vars(made)[TOLD] = record.packed(told)
            vars(made)[UNTIMED] = bool(told.cached)
    if call.when == "teardown" and isinstance(item.parent, PageFile) and item.parent.written:
        vars(made)[WRITTEN] = asdict(item.parent.written)
        item.parent.written = None
    return made


def pytest_report_teststatus(report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
    """Give blocks that were not reached, and a broken bench, names of their own; count no page that left nothing."""
    if report.passed and report.nodeid.endswith(f"::{LEAKS}"):
        return "", "", "CLEAN" if getattr(report, "when", "") == "call" else ""
    kind = vars(report).get(KIND)
    if kind and report.failed:
        return kind, kind[0].upper(), kind.upper()
    return None
