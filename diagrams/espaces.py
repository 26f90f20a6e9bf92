"""The namespaces of one container beside the host's: what is its own, and what is not."""

from look import Layer, Row, Schematic, Stack, words


def pair(name: str, host: str, container: str, *, dashed: bool = False) -> Row:
    """A namespace that the container has to itself."""
    return Row([Layer(name, "hardware", host), Layer(name, "application", container, dashed=dashed)])


with Schematic(
    words(fr="Les espaces de noms d’un conteneur et ceux de l’hôte", en="A container’s namespaces and the host’s"),
    words(
        fr="Deux colonnes, l’hôte et le conteneur. Six espaces de noms sont en double : mnt, les fichiers ; uts, le "
        "nom d’hôte ; ipc, la mémoire partagée ; pid, les numéros de processus, où sleep a le numéro 1 dans le "
        "conteneur et un autre sur l’hôte ; net, les interfaces ; cgroup, en pointillé, car Docker ne le sépare qu’en "
        "version 2. Deux n’existent qu’une fois, d’une colonne à l’autre : user, où root est le même, et time, les "
        "horloges. Dessous, un seul noyau.",
        en="Two columns, the host and the container. Six namespaces are there twice: mnt, the files; uts, the host "
        "name; ipc, shared memory; pid, the process numbers, where sleep has number 1 in the container and another "
        "on the host; net, the interfaces; cgroup, dashed, because Docker separates it in version 2 only. Two "
        "exist only once, across both columns: user, where root is the same, and time, the clocks. Below, one kernel.",
    ),
):
    heads = [words(fr="Hôte", en="Host"), words(fr="Conteneur", en="Container")]
    first = pair(
        "mnt", words(fr="ses disques", en="its disks"), words(fr="les fichiers de l’image", en="the image’s files")
    )
    Stack(
        "",
        "",
        Row(first.layers, heads),
        pair("uts", words(fr="son nom", en="its name"), words(fr="un nom à lui", en="a name of its own")),
        pair("ipc", words(fr="sa mémoire partagée", en="its shared memory"), words(fr="la sienne", en="its own")),
        pair(
            "pid", words(fr="sleep, un numéro", en="sleep, a number"), words(fr="sleep, numéro 1", en="sleep, number 1")
        ),
        pair(
            "net",
            words(fr="eth0, docker0, lo", en="eth0, docker0, lo"),
            words(fr="eth0, lo : les siennes", en="eth0, lo: its own"),
        ),
        pair(
            "cgroup",
            words(fr="toute l’arborescence", en="the whole tree"),
            words(fr="en version 2", en="in version 2"),
            dashed=True,
        ),
        Layer("user", "danger", words(fr="partagé : le même root", en="shared: the same root")),
        Layer("time", "hardware", words(fr="partagé : les mêmes horloges", en="shared: the same clocks")),
        Layer(words(fr="Noyau", en="Kernel"), "kernel"),
        width=348,
    )
