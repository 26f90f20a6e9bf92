"""Where a site of MkDocs tells all that is known of its blocks: one page of the author's, and one more for each page.

The author's page says ``<!-- verification -->`` where the summary is to stand. What pages say of their blocks is known
when all of them have been rendered: it is put in afterwards, when templates are filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from banc.fences import Said, read_record
from banc.results import snapshot_file
from banc.verification import NAME, Told, details, heading, summary

HERE = "<!-- verification -->"
"""What the author's page says where the summary is to stand."""

_BELOW = "pages"  # a folder of their own: the page on index.md is no index of its folder
_SOURCE = f"---\nsearch:\n  exclude: true\n---\n# {NAME}\n"  # the title, in its language, comes later


class Verification:
    """One build's account of its blocks."""

    def __init__(self, page: str, snapshots: Path, cache: Path) -> None:
        """Begin one.

        Args:
            page: Path of the author's page below the docs folder, in the site's first language.
            snapshots: Folder of the committed results.
            cache: Where the sources of the pages that are added may lie.
        """
        self.told: dict[str, list[Said]] = {}
        self._stem = page.removesuffix(".md")
        self._snapshots = snapshots
        self._cache = cache
        self._files: Files | None = None

    def add_pages(self, files: Files, site: str) -> None:
        """Add a page for each one of which results were kept; to be called when files are sorted by language.

        Args:
            files: The site's.
            site: The folder that it is built into.
        """
        teller = next(file for file in files.documentation_pages() if self._is_the_authors(file))
        tellers: dict[str, File] = getattr(teller, "alternates", {})  # mkdocs-static-i18n's: by language
        for file in list(files.documentation_pages()):
            if snapshot_file(self._snapshots, file.src_uri).is_file():
                added = self._added(file, teller, site)
                others: dict[str, File] = getattr(file, "alternates", {})
                if others:
                    translations = {
                        language: self._added(other, tellers.get(language, teller), site)
                        for language, other in others.items()
                        if other is not file
                    }
                    vars(added)["alternates"] = {**translations, str(vars(file)["locale_alternate_of"]): added}
                files.append(added)

    def _added(self, file: File, teller: File, site: str) -> File:
        """The page that tells of one, below the author's in its language; all else that is noted of it stays."""
        below, index = (teller.dest_uri.removesuffix(end) for end in (".html", "/index.html"))
        folder = min(below, index, key=len)
        root = folder.removesuffix(self._stem)
        added = copy(file)
        for name in ("name", "url", "abs_src_path", "abs_dest_path"):  # reckoned from what changes here
            vars(added).pop(name, None)
        added.src_uri = self._details_of(file.src_uri)
        added.src_dir, added.dest_dir = str(self._cache), site
        added.dest_uri = f"{folder}/{_BELOW}/{file.dest_uri.removeprefix(root)}"
        added.inclusion = InclusionLevel.NOT_IN_NAV
        added.generated_by = "banc"
        added.page = None
        source = self._cache / added.src_uri
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(_SOURCE, encoding="utf-8")
        return added

    def address(self, page: Page, files: Files, teller: Page | None = None) -> str:
        """Where all is told of a page's blocks, from that page or another one; empty where nowhere."""
        there = files.get_file_from_path(self._details_of(page.file.src_uri))
        return there.url_relative_to((teller or page).file) if there else ""

    def know(self, files: Files) -> None:
        """Note the files of the site, now that their pages have been rendered."""
        self._files = files

    def fill_in(self, page: Page, nav: Navigation, language: str) -> None:
        """Put into a page what is to stand there, if it is one of those that tell of others.

        Raises:
            PluginError: The author's page does not say where.
        """
        assert self._files is not None  # MkDocs has rendered the pages
        source = page.file.src_uri
        folder = self._details_of("")
        if source.startswith(folder):
            original = self._files.get_file_from_path(source.removeprefix(folder))
            assert original is not None  # add_pages has made this one for it
            assert original.page is not None
            told = self._told(original.page, page)
            page.title = heading(told, language)
            back = next(file for file in self._files.documentation_pages() if self._is_the_authors(file))
            page.content = details(told, language, back.url_relative_to(page.file))
        elif self._is_the_authors(page.file):
            if HERE not in (page.content or ""):
                raise PluginError(f"{source} does not say where the summary is to stand: write {HERE} there")
            pages = [self._told(other, page) for other in self._pages(nav)]
            page.content = str(page.content).replace(HERE, summary(pages, language))

    def _is_the_authors(self, file: File) -> bool:
        """It, or its translation: x.md, x.en.md."""
        stem = file.src_uri.removesuffix(".md")
        return stem == self._stem or stem.rpartition(".")[0] == self._stem

    def _details_of(self, source: str) -> str:
        return f"{self._stem}/{_BELOW}/{source}"

    def _pages(self, nav: Navigation) -> Iterator[Page]:
        """The pages of the menu in its order, then the others."""
        assert self._files is not None
        others = [file.page for file in self._files.documentation_pages() if file.page]
        yield from {page.file.src_uri: page for page in [*nav.pages, *others]}.values()

    def _told(self, page: Page, teller: Page) -> Told:
        assert self._files is not None
        source = page.file.src_uri
        record = read_record(self._snapshots, source)
        here = teller.file.url
        return Told(
            str(page.title),
            get_relative_url(page.file.url, here),
            self.address(page, self._files, teller) or get_relative_url(page.file.url, here),
            self.told.get(source, ()),
            record,
        )
