"""The default bridge: two containers, the cables to the bridge, and the way out."""

from look import Card, Link, Schematic, Zone, words

container = words(fr="conteneur", en="container")

with Schematic(
    words(fr="Le pont par défaut", en="The default bridge"),
    words(
        fr="Sur l’hôte, le pont docker0 relie deux conteneurs, cours-est et cours-ouest. Chacun a une interface eth0, "
        "dont l’autre bout, une interface veth, est branché sur le pont : c’est une paire veth. Le pont porte "
        "lui-même une adresse, par laquelle les conteneurs atteignent le noyau de l’hôte ; celui-ci transmet vers "
        "l’extérieur, sous l’adresse de l’hôte : c’est la traduction d’adresses, ou NAT.",
        en="On the host, the bridge docker0 connects two containers, cours-est and cours-ouest. Each has an interface "
        "eth0, whose other end, a veth interface, is plugged into the bridge: a veth pair. The bridge has an "
        "address of its own, at which the containers reach the host’s kernel; it hands on to the outside, under the "
        "host’s address: network address translation, NAT.",
    ),
    along=40,
):
    outside = Card(
        words(fr="Extérieur", en="Outside"), words(fr="votre réseau, Internet", en="your network, the Internet")
    )
    with Zone(words(fr="Hôte", en="Host"), width=330):
        kernel = Card(
            words(fr="Noyau : routage et NAT", en="Kernel: routing and NAT"),
            role="kernel",
            above=["eth0"],
            below=["docker0"],
            width=300,
        )
        bridge = Card(
            words(fr="Pont par défaut", en="Default bridge"),
            "bridge",
            role="network",
            below=["veth", "veth"],
            width=330,
        )
        east = Card("cours-est", container, role="application", above=["eth0"], width=140)
        west = Card("cours-ouest", container, role="application", above=["eth0"], width=140)
    outside << Link(words(fr="sous l’adresse de l’hôte", en="under the host’s address")) >> kernel
    kernel - Link() - bridge
    bridge - Link(words(fr="paire veth", en="veth pair")) - east
    bridge - Link() - west
