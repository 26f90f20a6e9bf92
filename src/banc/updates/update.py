"""``--update``: pages whose outputs are written anew, in the file each stands in; translations follow.

Nothing is written that was not read back first: everything but the outputs must be as it was.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from banc import results
from banc.pages.blocks import Block, Problem, Site, configuration, load, read_page
from banc.pages.plan import outputs_in, plan
from banc.results import Kind
from banc.runs.align import ANYTHING
from banc.runs.match import trimmed
from banc.runs.run import ordered
from banc.runs.translation import (
    compared,
    differences,
    in_other_words,
    is_compared,
    outcome,
    same_but_for_words,
)
from banc.runs.verdict import Drift
from banc.updates.rewrite import Edit, Lines, RewriteError, Source, edit, placed, recoded

DIFF_LINES = 40
"""Lines shown of the difference that an update makes to a file."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file whose outputs are to be written anew."""

    path: Path
    before: str
    after: str

    def write(self) -> None:
        """Write it."""
        results.write_whole(self.path, self.after.encode())

    def diff(self, name: str) -> str:
        """What changes, for an author's eyes.

        Args:
            name: What to call the file.
        """
        one, other = (re.split(r"\r\n|\r|\n", text) for text in (self.before, self.after))
        lines = list(difflib.unified_diff(one, other, name, name, lineterm="", n=1))
        left = len(lines) - DIFF_LINES
        return "\n".join([*lines[:DIFF_LINES], *([f"({left} more lines: see `git diff {name}`)"] if left > 0 else [])])


def drifted(page: Path, blocks: Sequence[Block], drifts: Mapping[int, Sequence[Drift]]) -> list[Change]:
    """What makes a page's outputs say what its blocks have printed.

    Args:
        page: Its file.
        blocks: As they ran.
        drifts: What has another output than the page says, by the ordinal of the block that printed it.

    Raises:
        RewriteError: The page is not what ran, or an output cannot be written into it.
    """
    if load(page).blocks != tuple(blocks):
        raise RewriteError("the page was changed while its blocks ran; run again")
    edits: dict[int, list[Edit]] = {}
    for ordinal, found in drifts.items():
        behind = blocks[ordinal] if ordinal < len(blocks) else None  # ordinals count from 1
        target = behind if behind and behind.kind is Kind.OUTPUT else blocks[ordinal - 1]
        edits[target.ordinal] = [edit(target, drift.expected, drift.printed) for drift in found]
    return _changes(page, blocks, edits)


# --- translations ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Followed:
    """What makes a translation's outputs those of its original."""

    changes: tuple[Change, ...] = ()
    left: tuple[Problem, ...] = ()  # what its author must write


def followed(original: Path, translation: Path) -> Followed:
    """Carry a page's outputs over to a page that translates it.

    An output in other words (see `banc.runs.translation`) keeps its own lines where only words differ.

    Raises:
        RewriteError: An output cannot be written into the translation.
    """
    theirs, ours = load(original), load(translation)
    wrong = differences(theirs.blocks, ours.blocks, original.name, translation.name, outputs=False)
    if wrong or ours.problems:
        return Followed(left=(*ours.problems, *chain.from_iterable(wrong.values())))
    words = in_other_words(theirs.blocks, ours.blocks)
    edits: dict[int, list[Edit]] = {}
    left: list[Problem] = []
    pairs = zip(filter(is_compared, theirs.blocks), filter(is_compared, ours.blocks), strict=True)
    for one, other in pairs:
        for there, here in zip(outputs_in(one), outputs_in(other), strict=True):
            wanted, present = trimmed(there.lines), trimmed(here.lines)
            lines = carried(wanted, present, words=words)
            if lines is None:
                message = (
                    f"the output of {original.name}:{there.line} has changed; change it here, in this page's words"
                )
                left.append(Problem(here.line, message))
            elif lines != tuple(range(len(present))):
                edits.setdefault(other.ordinal, []).append(placed(other, here, len(present), lines))
    return Followed(tuple(_changes(translation, ours.blocks, edits)), tuple(left))


def carried(theirs: Sequence[str], ours: Sequence[str], *, words: bool) -> Lines | None:
    """The lines of an original's output for its translation, which keeps what is the same.

    Args:
        theirs: The original's.
        ours: The translation's.
        words: Lines that differ in their words alone are the same, and no others can be written.

    Returns:
        None where only the translation's author can tell.
    """
    if words and theirs != ours:
        same = len(theirs) == len(ours) and all(map(same_but_for_words, theirs, ours))
        return tuple(range(len(ours))) if same else None
    lines: list[int | str] = []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        lines += range(start, end) if tag == "equal" else theirs[first:last]
    return tuple(lines)


def capture_translation(original: Path, translation: Path, snapshots: Path) -> None:
    """Write the snapshot of a page that translates another, where it is the same in all that counts.

    Args:
        original: The page that it translates.
        translation: Its file.
        snapshots: Folder of the snapshots.
    """
    wrong = compared(original, translation)
    made = plan(load(translation))
    given = [outcome(step, wrong) for step in ordered(made)]
    if wrong or made.problems or any(one.failure for one in given):
        return
    name, follows = configuration(translation).page, configuration(original).page
    fresh = results.PageRun(name, results=tuple(one.result for one in given), follows=follows)
    results.save(snapshots, results.merged(results.committed(snapshots, name), fresh))


# --- files -----------------------------------------------------------------------------------------------


def _changes(page: Path, blocks: Sequence[Block], edits: Mapping[int, Sequence[Edit]]) -> list[Change]:
    """Files with the blocks of a page changed, by their ordinals; read back, but not written."""
    site = configuration(page)
    text = _text(page)
    source = Source.of(text)
    files: dict[Path, dict[int, tuple[Block, Sequence[Edit]]]] = {}
    for ordinal, changes in edits.items():
        block = blocks[ordinal - 1]
        here = source.has(block, block.line - 1)
        path, at = (page, block.line - 1) if here else _included(text, block, site)
        known = files.setdefault(path, {}).setdefault(at, (block, changes))
        if list(known[1]) != list(changes):
            raise RewriteError(
                f"line {block.line}: what is included here has printed something else where it is included before; "
                f"write {ANYTHING} for what differs"
            )
    made = [_change(path, changed) for path, changed in files.items()]
    for change, changed in zip(made, files.values(), strict=True):
        codes = {at + 1: recoded(block.code, changes) for at, (block, changes) in changed.items()}
        _read_back(change, codes, site)
    return made


def _change(path: Path, changed: Mapping[int, tuple[Block, Sequence[Edit]]]) -> Change:
    """A file with some blocks changed, by the indices of their opening lines."""
    before = _text(path)
    source = Source.of(before)
    lines = list(source.lines)
    for at, (block, edits) in sorted(changed.items(), reverse=True):  # from the end: lines above keep their places
        end, new = source.renewed(block, at, edits)
        lines[at:end] = new
    return Change(path, before, "".join(lines))


def _text(path: Path) -> str:
    return path.read_bytes().decode()  # a byte order mark stays in it


def _included(text: str, block: Block, site: Site) -> tuple[Path, int]:
    """The file that a block of a page stands in which includes others, and the index of its opening line there."""
    places = {
        (path, at)
        for path in _snippets(text, site, set())
        for source in [Source.of(_text(path))]
        for at in range(len(source.lines))
        if source.has(block, at)
    }
    if len(places) == 1:
        return places.pop()
    where = "stands in no file that the page names" if not places else "stands in the included files more than once"
    raise RewriteError(f"line {block.line}: an output that is included here {where}; write it by hand")


_SNIPPET = re.compile(
    r"""-+8<-+[ \t]+(?:"([^"\n]+)"|'([^'\n]+)')  # one file
    | ^[ \t]*-+8<-+[ \t]*\n(.*?)^[ \t]*-+8<-+[ \t]*$  # or a list of them""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


def _snippets(text: str, site: Site, seen: set[Path]) -> set[Path]:
    """The files that a text includes (``--8<--``), and those that they include."""
    options = site.configs.get("pymdownx.snippets", {})
    bases = [Path(base) for base in options.get("base_path", ()) if isinstance(base, str)]
    names = [name for found in _SNIPPET.findall(text) for name in "\n".join(found).split("\n")]
    names += options.get("auto_append", ())
    for name in names:
        bare = re.sub(r"(:[-:,\w]*)$", "", name.strip().strip("\"'"))
        files = [base / bare if base.is_dir() else base for base in bases if base.is_dir() or base.name == bare]
        path = next((file for file in files if bare and file.is_file()), None)
        if path and path not in seen:
            seen.add(path)
            _snippets(_text(path), site, seen)
    return seen


def _read_back(change: Change, codes: Mapping[int, str], site: Site) -> None:
    """Make sure that nothing but the codes of some blocks would change, and they to what they should.

    Args:
        change: What is to be written.
        codes: New code of blocks, by the line on which they open in the old text.
        site: What the file is rendered with.
    """
    before = read_page(change.before, site.extensions, site.configs)
    after = read_page(change.after, site.extensions, site.configs)
    same = len(before.blocks) == len(after.blocks) and len(before.problems) == len(after.problems)
    for old, new in zip(before.blocks, after.blocks, strict=False):
        code = codes.get(old.line, old.code)
        same = same and (old.info, old.indented, len(old.problems)) == (new.info, new.indented, len(new.problems))
        if not same or _shown(code) != _shown(new.code):
            raise RewriteError(
                f"line {old.line}: what was printed cannot stand in a Markdown page as it is: the page would be read "
                "otherwise; write the output by hand, with … for the line that is in the way"
            )


def _shown(code: str) -> list[str]:
    return trimmed(code.split("\n"))
