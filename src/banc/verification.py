"""All that is known of every block of a course, for the reader who doubts: a summary, and a table for each page. Pure.

What pages said of their blocks, and the results of other engines, become HTML; the MkDocs plugin puts it into pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from banc.fences import Record, Said, State, day_of
from banc.results import Image, Result, Status

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "title": "Vérification de «\u00a0{title}\u00a0»",
        "total": "{blocks} sur {pages}\u00a0: {verified}, dont {fails} en échec prévu\u202f; {skipped}\u202f; "
        "{other} à vérifier.",
        "n blocks": "{} bloc|{} blocs",
        "n pages": "{} page|{} pages",
        "n verified": "{} vérifié|{} vérifiés",
        "n skipped": "{} non exécuté, avec sa raison|{} non exécutés, avec leur raison",
        "engine": "Moteur Docker {engines}",
        "between": "résultats obtenus du {first} au {last}",
        "on": "résultats obtenus le {first}",
        "took": "{time} d’exécution",
        "page": "Page",
        "blocks": "Blocs",
        "verified": "Vérifiés",
        "skipped": "Non exécutés",
        "other": "À vérifier",
        "time": "Durée",
        "when": "Date",
        "block": "Bloc",
        "state": "Résultat",
        "not run": "Ce qui n’est pas exécuté, et pourquoi",
        "images": "Les images, et d’où elles viennent",
        "image": "Image",
        "digest": "Empreinte",
        "origin": "Provenance",
        "back": "Retour à la page «\u00a0{title}\u00a0»",
        "all": "Toutes les pages",
        "passed": "vérifié",
        "failed": "en échec",
        "not reached": "non atteint",
        "because": "\u00a0: ",
        "and": "\u202f; ",
        "unknown": "inconnu",
        "Docker Hub": "Docker Hub",
        "offline kit": "kit hors ligne (remplaçante)",
        "decimal": ",",
    },
    "en": {
        "title": "Verification of “{title}”",
        "total": "{blocks} on {pages}: {verified}, {fails} of which by an intended failure; {skipped}; "
        "{other} to be verified.",
        "n blocks": "{} block|{} blocks",
        "n pages": "{} page|{} pages",
        "n verified": "{} verified|{} verified",
        "n skipped": "{} not run, with its reason|{} not run, each with its reason",
        "engine": "Docker engine {engines}",
        "between": "results from {first} to {last}",
        "on": "results from {first}",
        "took": "{time} of running",
        "page": "Page",
        "blocks": "Blocks",
        "verified": "Verified",
        "skipped": "Not run",
        "other": "To be verified",
        "time": "Time",
        "when": "Date",
        "block": "Block",
        "state": "Result",
        "not run": "What is not run, and why",
        "images": "The images, and where they come from",
        "image": "Image",
        "digest": "Digest",
        "origin": "Origin",
        "back": "Back to the page “{title}”",
        "all": "All pages",
        "passed": "verified",
        "failed": "failed",
        "not reached": "not reached",
        "because": ": ",
        "and": "; ",
        "unknown": "unknown",
        "Docker Hub": "Docker Hub",
        "offline kit": "offline kit (stand-in)",
        "decimal": ".",
    },
}
"""What is said, by language; a language that is missing is spoken to in English."""

_VERIFIED = (State.VERIFIED, State.FAILS)


NAME = "verification"
"""The address of the title of a page's details, to which themes lead past their menu."""


@dataclass(frozen=True, slots=True)
class Told:
    """A page, as another page tells of it."""

    title: str
    address: str  # of the page, from where it is told
    details: str  # of the table of its blocks, from where it is told
    said: Sequence[Said]
    record: Record

    def having(self, *states: State) -> list[Said]:
        """The blocks that are in one of these states."""
        return [said for said in self.said if said.state in states]

    @property
    def seconds(self) -> float:
        """For how long its blocks ran."""
        return sum(said.result.seconds for said in self.said)


def summary(pages: Iterable[Told], language: str) -> str:
    """A course in one table, then what is not run, then the images."""
    pages = [page for page in pages if page.said]
    words = WORDS.get(language, WORDS["en"])
    return "\n".join(
        [_total(pages, language), _table(pages, language), *_not_run(pages, words), *_images(pages, words)]
    )


def _total(pages: Sequence[Told], language: str) -> str:
    words = WORDS.get(language, WORDS["en"])
    states = Counter(said.state for page in pages for said in page.said)
    counts = _counts(states)
    engines = " · ".join(sorted({page.record.engine for page in pages if page.record.engine})) or words["unknown"]
    numbers = {"blocks": states.total(), "pages": len(pages), **counts}
    said = {name: _agreed(number, words[f"n {name}"]) for name, number in numbers.items() if f"n {name}" in words}
    total = words["total"].format(**said, fails=states[State.FAILS], other=counts["other"])
    told = [words["engine"].format(engines=escape(engines)), *_period(pages, language)]
    told.append(words["took"].format(time=_time(sum(page.seconds for page in pages), words)))
    return f"<p>{total}</p>\n<p>{words['and'].join(told)}.</p>"


def _agreed(number: int, forms: str) -> str:
    """A number with its words, for one and for more: "{} page|{} pages"."""
    one, more = forms.split("|")
    return (one if number == 1 else more).format(number)


def _counts(states: Counter[State]) -> dict[str, int]:
    verified, skipped = sum(states[state] for state in _VERIFIED), states[State.SKIPPED]
    return {"verified": verified, "skipped": skipped, "other": states.total() - verified - skipped}


def _period(pages: Sequence[Told], language: str) -> list[str]:
    dates = sorted({said.result.date[:10] for page in pages for said in page.said if said.result.date})
    if not dates:
        return []
    words = WORDS.get(language, WORDS["en"])
    first, last = (f'<time datetime="{date}">{escape(day_of(date, language))}</time>' for date in (dates[0], dates[-1]))
    return [words["on" if len(dates) == 1 else "between"].format(first=first, last=last)]


def _table(pages: Sequence[Told], language: str) -> str:
    words = WORDS.get(language, WORDS["en"])
    rows = []
    for page in pages:
        counts = _counts(Counter(said.state for said in page.said))
        numbers = [len(page.said), counts["verified"], counts["skipped"], counts["other"], _time(page.seconds, words)]
        rows.append(
            f'<tr><th scope="row"><a href="{escape(page.details)}">{escape(page.title)}</a></th>'
            + "".join(f'<td class="banc-number">{number}</td>' for number in numbers)
            + "</tr>"
        )
    heads = [words[name] for name in ("page", "blocks", "verified", "skipped", "other", "time")]
    return _tabular(heads, rows)


def _not_run(pages: Sequence[Told], words: Mapping[str, str]) -> Iterator[str]:
    skipped = [(page, said) for page in pages for said in page.having(State.SKIPPED)]
    if skipped:
        yield f'<h3 id="non-executes">{escape(words["not run"])}</h3>\n<ul>'
        for page, said in skipped:
            link = f'<a href="{escape(page.address)}#{escape(said.address)}">{escape(said.address)}</a>'
            yield f"<li>{escape(page.title)}, {link}{words['because']}{escape(said.result.reason)}</li>"
        yield "</ul>"


def _images(pages: Sequence[Told], words: Mapping[str, str]) -> Iterator[str]:
    images = sorted(
        {image for page in pages for image in page.record.images}, key=lambda image: (image.name, image.digest)
    )
    if images:
        yield f'<h3 id="images">{escape(words["images"])}</h3>'
        yield _image_table(images, words)


def _image_table(images: Iterable[Image], words: Mapping[str, str]) -> str:
    rows = [
        f'<tr><th scope="row">{escape(image.name)}</th><td><code>{escape(image.digest)}</code></td>'
        f"<td>{escape(words.get(image.origin, image.origin))}</td></tr>"
        for image in images
    ]
    return _tabular([words["image"], words["digest"], words["origin"]], rows)


def details(page: Told, language: str, back: str) -> str:
    """A page's blocks in a table: what each gave, engine by engine, when, and in what time.

    Args:
        page: The page.
        language: Two letters.
        back: Where the summary is, from where this is told.
    """
    words = WORDS.get(language, WORDS["en"])
    heads = [
        words["block"],
        words["state"],
        *(f"Docker {engine}" for engine in page.record.others),
        words["when"],
        words["time"],
    ]
    rows = [_row(said, page, language) for said in page.said]
    told = [words["engine"].format(engines=escape(page.record.engine or words["unknown"]))]
    parts = [
        f'<h1 id="{NAME}">{escape(heading(page, language))}</h1>',
        f'<p><a href="{escape(page.address)}">{escape(words["back"].format(title=page.title))}</a>'
        f' · <a href="{escape(back)}">{escape(words["all"])}</a></p>',
        f"<p>{told[0]}.</p>",
        _tabular(heads, rows),
        _image_table(page.record.images, words) if page.record.images else "",
    ]
    return "\n".join(filter(None, parts))


def heading(page: Told, language: str) -> str:
    """The title of the page that has a page's details."""
    return WORDS.get(language, WORDS["en"])["title"].format(title=page.title)


def _row(said: Said, page: Told, language: str) -> str:
    words = WORDS.get(language, WORDS["en"])
    address, result = escape(said.address), said.result
    date = result.date[:10]
    cells = [
        f'<span class="banc-told banc-told--{said.state}">{said.shown(language)}</span>',
        *(_elsewhere(others.get(result.block), result.digest, words) for others in page.record.others.values()),
        f'<time datetime="{date}">{escape(day_of(date, language))}</time>' if date else "",
    ]
    time = _time(result.seconds, words) if said.state in _VERIFIED else ""
    return (
        f'<tr id="{address}"><th scope="row"><a href="{escape(page.address)}#{address}">{address}</a></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + f'<td class="banc-number">{time}</td></tr>'
    )


def _elsewhere(result: Result | None, digest: str, words: Mapping[str, str]) -> str:
    """What another engine gave for a block; nothing where its text was another."""
    if result is None or result.digest != digest:
        return ""
    if result.status is Status.SKIPPED:
        return escape(words["skipped"] if not result.reason else result.reason)
    return escape(words[result.status])


def _tabular(heads: Sequence[str], rows: Iterable[str]) -> str:
    """A table without a class of its own: themes draw those."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = [f"<thead><tr>{head}</tr></thead>", "<tbody>", *rows, "</tbody>"]
    return "\n".join(['<div class="banc-verification"><table>', *lines, "</table></div>"])


def _time(seconds: float, words: Mapping[str, str]) -> str:
    r"""How long something took, as people say it.

    >>> _time(0.17, WORDS["fr"]), _time(432, WORDS["en"])
    ('0,17\xa0s', '7\xa0min\xa012\xa0s')
    """
    if seconds < 60:
        return f"{seconds:.2f}\u00a0s".replace(".", words["decimal"])
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}\u00a0min\u00a0{rest:02}\u00a0s"
