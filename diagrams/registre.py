"""Who talks to whom: the client to the daemon, the daemon to the registry."""

from look import Card, Link, Schematic, Zone, words

with Schematic(
    words(fr="Client, démon et registre", en="Client, daemon and registry"),
    words(
        fr="Vous tapez docker run. Un, le client envoie une requête HTTP au démon, dockerd, par un socket. Deux, le "
        "démon tire du registre l’image qui lui manque, et la garde. Trois, il crée le conteneur à partir de l’image. "
        "Le démon, ses images et ses conteneurs sont sur un hôte Linux : votre machine, ou, sous macOS et Windows, "
        "une machine virtuelle. Le client et le registre sont dehors.",
        en="You type docker run. One, the client sends an HTTP request to the daemon, dockerd, through a socket. Two, "
        "the daemon pulls the image that it lacks from the registry, and keeps it. Three, it creates the container "
        "from the image. The daemon, its images and its containers are on a Linux host: your machine or, on macOS and "
        "Windows, a virtual machine. The client and the registry are outside.",
    ),
    beside=60,
):
    client = Card("Client", "docker run", role="start")
    registry = Card(words(fr="Registre", en="Registry"), "Docker Hub", role="network")
    with Zone(words(fr="Hôte Linux", en="Linux host")):
        daemon = Card(
            words(fr="Démon, dockerd", en="Daemon, dockerd"),
            words(fr="sous macOS et Windows :", en="on macOS and Windows:"),
            words(fr="dans une machine virtuelle", en="in a virtual machine"),
            role="kernel",
            width=308,
        )
        images = Card("Images", role="storage")
        container = Card(words(fr="Conteneur", en="Container"), role="application")

    (
        client
        >> Link(words(fr="1. requête HTTP,\npar un socket", en="1. HTTP request,\nthrough a socket"), role="start")
        >> daemon
    )
    registry >> Link(words(fr="2. image,\npar HTTPS", en="2. image,\nby HTTPS")) >> daemon
    daemon >> Link(words(fr="2. garde", en="2. keeps")) >> images
    daemon >> Link(words(fr="3. crée", en="3. creates"), role="start") >> container
