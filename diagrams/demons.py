"""Three ways to run the daemon, and who root of a container is on the host."""

from look import Frame, Layer, Row, Schematic, Stack, words

root = Layer("root", "application", words(fr="numéro 0", en="number 0"))
by_root = Layer("dockerd", "kernel", words(fr="root", en="root"))

with Schematic(
    words(fr="Qui est le root d’un conteneur sur l’hôte", en="Who a container’s root is on the host"),
    words(
        fr="Trois colonnes. Démon ordinaire : il est root, et le numéro 0 d’un conteneur est le numéro 0 de l’hôte, "
        "root. Avec userns-remap : le démon est root, et le numéro 0 d’un conteneur est un numéro très élevé de "
        "l’hôte, qui n’a aucun droit. Sans droits root : le démon a votre compte, le numéro 0 d’un conteneur est vous.",
        en="Three columns. Ordinary daemon: it is root, and number 0 of a container is number 0 of the host, root. "
        "With userns-remap: the daemon is root, and number 0 of a container is a very high number of the host, which "
        "has no rights. Rootless: the daemon has your account, and number 0 of a container is you.",
    ),
):
    Stack(
        "",
        "",
        Row(
            [by_root, by_root, Layer("dockerd", "kernel", words(fr="vous", en="you"))],
            [words(fr="ordinaire", en="ordinary"), "userns-remap", words(fr="sans droits root", en="rootless")],
        ),
        Frame(words(fr="Dans le conteneur", en="In the container"), [Row([root, root, root])]),
        Frame(
            words(fr="Le même, vu de l’hôte", en="The same, seen from the host"),
            [
                Row(
                    [
                        Layer("root", "danger", words(fr="numéro 0", en="number 0")),
                        Layer(
                            words(fr="sans compte", en="no account"), note=words(fr="numéro élevé", en="high number")
                        ),
                        Layer(words(fr="vous", en="you"), note=words(fr="votre numéro", en="your number")),
                    ]
                )
            ],
        ),
        width=364,
    )
