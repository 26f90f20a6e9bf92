"""What chroot leaves in common with the host, and what a container has to itself."""

from look import Layer, Row, Schematic, Stack, words

host = words(fr="ceux de l’hôte", en="the host’s")


def compared(what: str, in_chroot: str, by: str, *, apart: bool = False) -> Row:
    """One thing, in a chroot and in a container, with what sets it apart there."""
    return Row([Layer(what, "kernel" if apart else "danger", in_chroot), Layer(what, "application", by)])


with Schematic(
    words(fr="Ce que séparent chroot et un conteneur", en="What chroot and a container set apart"),
    words(
        fr="Deux colonnes de cinq lignes. chroot ne change que les fichiers, et root en sort ; processus, réseau, "
        "pouvoirs de root et ressources restent ceux de l’hôte. Un conteneur sépare les cinq : les fichiers par "
        "l’espace de noms mnt, les processus par pid, le réseau et le nom par net et uts, les pouvoirs par les "
        "capacités et seccomp, les ressources par les groupes de contrôle.",
        en="Two columns of five rows. chroot changes only the files, and root gets out; processes, network, root’s "
        "powers and resources remain those of the host. A container sets all five apart: files by the namespace mnt, "
        "processes by pid, network and name by net and uts, powers by capabilities and seccomp, resources by control "
        "groups.",
    ),
):
    files = compared(
        words(fr="Fichiers", en="Files"),
        words(fr="à part, mais root sort", en="apart, but root gets out"),
        words(fr="espace mnt", en="namespace mnt"),
        apart=True,
    )
    Stack(
        "",
        "",
        Row(files.layers, ["chroot", words(fr="conteneur", en="container")]),
        compared(words(fr="Processus", en="Processes"), host, words(fr="espace pid", en="namespace pid")),
        compared(
            words(fr="Réseau, nom", en="Network, name"),
            host,
            words(fr="espaces net, uts", en="namespaces net, uts"),
        ),
        compared(
            words(fr="Pouvoirs de root", en="Root’s powers"),
            words(fr="tous", en="all"),
            words(fr="capacités, seccomp", en="capabilities, seccomp"),
        ),
        compared(
            words(fr="Ressources", en="Resources"),
            words(fr="sans limite", en="no limit"),
            words(fr="groupes de contrôle", en="control groups"),
        ),
        width=348,
    )
