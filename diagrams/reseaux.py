"""Two bridges of one's own on one host: a container in both, a published port, and what does not pass."""

from look import Card, Link, Schematic, Zone, words

bridge = words(fr="Pont", en="Bridge")
container = words(fr="conteneur", en="container")

with Schematic(
    words(fr="Deux réseaux de type pont sur un hôte", en="Two bridge networks on one host"),
    words(
        fr="Une requête arrive d’un client de l’hôte sur le port publié 127.0.0.1:8184. Le noyau la traduit et la "
        "transmet, par le pont du réseau cours-prive, 172.29.0.0/24, au port 80 de cours-vitrine. Sur l’autre pont, "
        "cours-pont, 172.28.0.0/24, est branché cours-nord. cours-appli a une interface sur chaque pont, donc deux "
        "adresses : 172.28.0.4 et 172.29.0.3. Chaque interface eth est reliée à son pont par une paire veth. L’hôte "
        "a une adresse sur chaque pont, mais d’un pont à l’autre rien ne passe.",
        en="A request comes from a client on the host to the published port 127.0.0.1:8184. The kernel translates it "
        "and hands it on, across the bridge of the network cours-prive, 172.29.0.0/24, to port 80 of cours-vitrine. "
        "The other bridge, cours-pont, 172.28.0.0/24, connects cours-nord. cours-appli has an interface on each "
        "bridge, and so two addresses: 172.28.0.4 and 172.29.0.3. Each eth interface is connected to its bridge by "
        "a veth pair. The host has an address on each bridge, but from one bridge to the other nothing passes.",
    ),
    beside=8,
):
    client = Card("curl", "http://127.0.0.1:8184", role="start")
    with Zone(words(fr="Hôte", en="Host")):
        kernel = Card(
            words(fr="Noyau : routage et NAT", en="Kernel: routing and NAT"),
            "127.0.0.1:8184 → cours-vitrine:80",
            role="kernel",
            below=["172.28.0.1", "172.29.0.1"],
            apart=416,
        )
        with Zone("cours-pont"):
            first = Card(bridge, "172.28.0.0/24", role="network", below=["veth", "veth"], width=192)
            north = Card("cours-nord", container, role="application", above=["eth0"], width=104)
        with Zone("cours-prive"):
            second = Card(bridge, "172.29.0.0/24", role="network", below=["veth", "veth"], width=192)
            window = Card("cours-vitrine", container, role="application", above=["eth0"], width=104)
        both = Card(
            "cours-appli",
            words(fr="dans les deux", en="in both"),
            role="application",
            above=["eth0", "eth1"],
            apart=84,
            width=160,
        )

    client >> Link(words(fr="port publié", en="published port"), role="start") >> kernel
    kernel - Link() - first
    kernel >> Link(role="start") >> second
    first - Link(words(fr="rien ne passe", en="nothing passes"), role="danger", dashed=True, level=True) - second
    first - Link() - north
    first - Link() - both
    second - Link() - both
    second >> Link(role="start") >> window
