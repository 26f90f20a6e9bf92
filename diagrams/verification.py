"""How this site verifies itself: from the page to the badge under its blocks."""

from look import Card, Link, Schematic, Zone, words

with Schematic(
    words(fr="Du bloc d’une page à sa pastille", en="From a page’s block to its badge"),
    words(
        fr="Le chemin va de haut en bas. Une page, docs/bonjour.md, est découpée en blocs, chacun avec sa ligne. Ils "
        "sont tapés, dans l’ordre, dans un terminal d’un labo, un hôte Docker jetable, qui a son propre démon et tire "
        "ses images de Docker Hub ou du kit hors ligne. Chaque bloc donne un résultat : état, code, sortie, versions. "
        "S’il n’est pas celui que la page annonce, le rapport le dit au fichier et à la ligne. Gardé dans "
        "tests/snapshot, il devient sur le site la pastille et la sortie du bloc.",
        en="The way goes downwards. A page, docs/bonjour.md, is cut into blocks, each with its line. They are typed, "
        "in order, into a terminal of a lab, a throw-away Docker host that has a daemon of its own and pulls its "
        "images from Docker Hub or the offline kit. Each block gives a result: status, code, output, versions. If it "
        "is not what the page says, the report says so at file and line. Kept in tests/snapshot, it becomes the badge "
        "and the output of the block on the site.",
    ),
):
    page = Card("Page", "docs/bonjour.md", role="start")
    blocks = Card(words(fr="Blocs", en="Blocks"), words(fr="chacun avec sa ligne", en="each with its line"))
    mirror = Card(
        words(fr="Registre", en="Registry"),
        words(fr="Docker Hub, ou le kit", en="Docker Hub, or the kit"),
        role="storage",
    )
    with Zone(words(fr="Labo", en="Lab"), words(fr="hôte jetable", en="throw-away host")):
        terminal = Card("Terminal", "bash", role="application")
        daemon = Card(words(fr="Démon", en="Daemon"), "dockerd", role="kernel")
    result = Card(
        words(fr="Résultat de chaque bloc", en="Result of each block"),
        words(fr="état, code, sortie, versions", en="status, code, output, versions"),
        role="library",
        width=300,
    )
    report = Card(words(fr="Rapport", en="Report"), words(fr="rouge, à sa ligne", en="red, at its line"), role="danger")
    site = Card("Site", words(fr="✓ Vérifié, et la sortie", en="✓ Verified, and the output"), role="application")

    page >> Link(words(fr="découpée en", en="is cut into")) >> blocks
    blocks >> Link(words(fr="tapés dans", en="are typed into")) >> terminal
    mirror >> Link("images") >> daemon
    terminal >> Link(level=True) >> daemon
    terminal >> Link() >> result
    result >> Link(words(fr="faux", en="wrong"), role="danger") >> report
    result >> Link(words(fr="gardé", en="kept")) >> site
