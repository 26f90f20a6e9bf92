"""One process seen from both sides: two numbers for it, and one kernel below."""

from look import Layer, Row, Schematic, Stack, words

nothing = Layer("")

with Schematic(
    words(fr="Un processus vu des deux côtés", en="One process, seen from both sides"),
    words(
        fr="Deux listes de processus. À gauche, vue de l’hôte : le numéro 1, init, puis dockerd, puis sleep 86400, "
        "sous un numéro ordinaire. À droite, vue du conteneur : un seul, sleep 86400, numéro 1. Les deux sleep sont à "
        "la même hauteur : c’est un seul processus. Dessous, un seul noyau.",
        en="Two lists of processes. On the left, seen from the host: number 1, init, then dockerd, then sleep 86400, "
        "under an ordinary number. On the right, seen from the container: sleep 86400 alone, number 1. The two sleeps "
        "are at the same height: it is one process. Below, one kernel.",
    ),
):
    Stack(
        "",
        "",
        Row(
            [Layer("1\u2003init", "hardware"), nothing],
            [
                words(fr="vu de l’hôte", en="seen from the host"),
                words(fr="vu du conteneur", en="seen from the container"),
            ],
        ),
        Row([Layer("…\u2003dockerd", "hardware"), nothing]),
        Row([Layer("…\u2003sleep 86400", "application"), Layer("1\u2003sleep 86400", "application")]),
        Layer(words(fr="un processus, deux numéros", en="one process, two numbers"), "application", dashed=True),
        Layer(words(fr="Noyau", en="Kernel"), "kernel"),
        width=348,
    )
