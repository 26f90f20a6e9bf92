"""The life of an image, and which of OCI's three specifications settles each part of it."""

from look import Card, Link, Schematic, Zone, words

WIDTH = 480  # leaves the names of the zones room beside the links

with Schematic(
    words(
        fr="La vie d’une image, et les trois spécifications de l’OCI",
        en="The life of an image, and OCI’s three specifications",
    ),
    words(
        fr="Une image est construite, par exemple d’après un Dockerfile, que l’OCI ne règle pas. Ce qu’elle contient, "
        "un index, un manifeste, une configuration et des couches, est l’affaire de la spécification d’image. "
        "Poussée vers un registre, puis tirée par une autre machine, elle voyage selon la spécification de "
        "distribution. Là, elle est dépliée en un lot : une racine et un fichier config.json, que règle la "
        "spécification d’exécution, et dont runc fait un conteneur.",
        en="An image is built, for example from a Dockerfile, which OCI does not settle. What it holds, an index, a "
        "manifest, a configuration and layers, is the matter of the image specification. Pushed to a registry, then "
        "pulled by another machine, it travels by the distribution specification. There it is unpacked into a "
        "bundle: a root file system and a file config.json, which the runtime specification settles, and of which "
        "runc makes a container.",
    ),
    along=40,
):
    source = Card("Dockerfile", role="start", width=130)
    with Zone(words(fr="Spécification d’image", en="Image specification")):
        image = Card(
            "Image",
            words(fr="index, manifeste, configuration, couches", en="index, manifest, configuration, layers"),
            role="storage",
            width=WIDTH,
        )
    with Zone(words(fr="Spécification de distribution", en="Distribution specification")):
        registry = Card(
            words(fr="Registre", en="Registry"),
            words(fr="les mêmes octets, désignés par leur empreinte", en="the same bytes, named by their digest"),
            role="network",
            width=WIDTH,
        )
    with Zone(words(fr="Spécification d’exécution", en="Runtime specification")):
        bundle = Card(words(fr="Lot", en="Bundle"), "rootfs/, config.json", role="library", width=WIDTH)
        container = Card(
            words(fr="Conteneur", en="Container"),
            words(fr="un processus", en="a process"),
            role="application",
            width=170,
        )
    source >> Link("build") >> image
    image >> Link("push, pull") >> registry
    registry >> Link(words(fr="pull, puis déplier", en="pull, then unpack")) >> bundle
    bundle >> Link("runc run") >> container
