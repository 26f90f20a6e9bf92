"""From an order to a container's process: who asks whom, and who is left when it runs."""

from look import Card, Link, Schematic, words

with Schematic(
    words(fr="De docker run au processus du conteneur", en="From docker run to the container’s process"),
    words(
        fr="Le client docker s’adresse à dockerd, qui s’adresse à containerd, qui lance un shim. Le shim lance runc, "
        "qui crée le conteneur et s’en va. Il reste le shim, parent du processus du conteneur, et dont le parent "
        "est le processus 1 de l’hôte : ni dockerd ni containerd n’est un ancêtre du conteneur, et ils peuvent "
        "redémarrer sans lui.",
        en="The client docker speaks to dockerd, which speaks to containerd, which starts a shim. The shim starts "
        "runc, which creates the container and leaves. What remains is the shim, the parent of the container’s "
        "process, whose own parent is process 1 of the host: neither dockerd nor containerd is an ancestor of the "
        "container, and they can be restarted without it.",
    ),
    along=40,
):
    docker = Card("docker", "docker run", role="start", width=130)
    dockerd = Card("dockerd", "docker ps", role="application", width=128)
    first = Card(
        words(fr="Processus 1", en="Process 1"), words(fr="de l’hôte", en="of the host"), role="kernel", width=140
    )
    containerd = Card("containerd", "ctr tasks ls", role="application", width=128)
    shim = Card(
        "containerd-shim-runc-v2",
        words(fr="un par conteneur", en="one for each container"),
        role="library",
        width=290,
    )
    runc = Card("runc", words(fr="déjà parti", en="gone already"), role="library", dashed=True)
    process = Card(
        words(fr="Le conteneur", en="The container"),
        words(fr="son processus 1", en="its process 1"),
        role="application",
        width=140,
    )

    docker >> Link(words(fr="API de Docker", en="Docker’s API")) >> dockerd
    dockerd >> Link("gRPC") >> containerd
    first >> Link(words(fr="parent de", en="parent of"), role="start") >> shim
    containerd >> Link(words(fr="lance", en="starts"), dashed=True) >> shim
    shim >> Link(words(fr="parent de", en="parent of"), role="start") >> process
    shim >> Link(words(fr="lance", en="starts"), dashed=True) >> runc
