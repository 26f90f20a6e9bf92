"""Two bridge networks on one host: interfaces and the cables between them, a published port, no way across."""

from look import Card, Link, Schematic, Zone, words

bridge = words(fr="Pont", en="Bridge")
container = words(fr="conteneur", en="container")

with Schematic(
    words(fr="Deux réseaux de type pont sur un hôte", en="Two bridge networks on one host"),
    words(
        fr="Une requête arrive d’un navigateur sur le port publié 8184, par l’interface eth0 de l’hôte. Le noyau de "
        "l’hôte la transmet, par le pont du réseau cours-prive, 172.29.0.0/24, au port 80 du conteneur cours-vitrine, "
        "d’adresse 172.29.0.4. Sur un autre pont, cours-pont, 172.28.0.0/24, sont branchés cours-nord et cours-sud. "
        "Chaque conteneur a sa propre interface eth0, reliée à son pont par une paire d’interfaces veth. "
        "L’hôte a une adresse sur chaque pont, mais d’un pont à l’autre rien ne passe.",
        en="A request comes from a browser to the published port 8184, through the host’s interface eth0. The host’s "
        "kernel hands it on, across the bridge of the network cours-prive, 172.29.0.0/24, to port 80 of the container "
        "cours-vitrine, whose address is 172.29.0.4. Another bridge, cours-pont, 172.28.0.0/24, connects cours-nord "
        "and cours-sud. Each container has an interface eth0 of its own, connected to its bridge by a pair of veth "
        "interfaces. The host has an address on each bridge, but from one bridge to the other nothing passes.",
    ),
    beside=20,
):
    browser = Card(words(fr="Navigateur", en="Browser"), "http://192.0.2.10:8184", role="start")
    with Zone(words(fr="Hôte", en="Host")):
        kernel = Card(
            words(fr="Noyau : routage et NAT", en="Kernel: routing and NAT"),
            words(fr="port publié : 8184 → 172.29.0.4:80", en="published port: 8184 → 172.29.0.4:80"),
            role="kernel",
            above=["eth0 192.0.2.10"],
            below=["172.28.0.1", "172.29.0.1"],
            apart=452,
        )
        with Zone("cours-pont"):
            first = Card(bridge, "172.28.0.0/24", role="network", below=["veth", "veth"], width=292)
            north = Card("cours-nord", container, role="application", above=["eth0 172.28.0.2"], width=126)
            south = Card("cours-sud", container, role="application", above=["eth0 172.28.0.3"], width=126)
        with Zone("cours-prive"):
            second = Card(bridge, "172.29.0.0/24", role="network", below=["veth"], width=170)
            window = Card("cours-vitrine", container, role="application", above=["eth0 172.29.0.4"])

    browser >> Link(words(fr="requête", en="request"), role="start") >> kernel
    kernel - Link() - first
    kernel >> Link(role="start") >> second
    first - Link() - north
    first - Link(words(fr="paire veth", en="veth pair")) - south
    second >> Link(role="start") >> window
    first - Link(words(fr="rien ne passe", en="nothing passes"), role="danger", dashed=True, level=True) - second
