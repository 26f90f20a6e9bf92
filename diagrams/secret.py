"""Three ways of a secret into a build, and where each of them leaves it."""

from look import Frame, Layer, Row, Schematic, Stack, words

with Schematic(
    words(fr="Trois chemins d’un secret vers une construction", en="Three ways of a secret into a build"),
    words(
        fr="En haut, le fichier jeton.txt. Trois colonnes en partent. COPY le met dans une couche de l’image. ARG le "
        "met dans l’histoire de l’image. --mount=type=secret le présente à une instruction RUN, le temps qu’elle dure, "
        "et l’image n’en garde rien. Tout ce que garde l’image est livré à qui la tire.",
        en="At the top, the file jeton.txt. Three columns start from it. COPY puts it into a layer of the image. ARG "
        "puts it into the history of the image. --mount=type=secret presents it to one RUN instruction while it runs, "
        "and the image keeps nothing of it. All that the image keeps is delivered to whoever pulls it.",
    ),
):
    Stack(
        "",
        "",
        Layer("jeton.txt", "start"),
        Row(
            [
                Layer("COPY", note=words(fr="jeton.txt", en="jeton.txt")),
                Layer("ARG", note="JETON=…"),
                Layer("RUN", note="type=secret"),
            ]
        ),
        Frame(
            words(fr="Image : ce qu’en reçoit qui la tire", en="Image: what whoever pulls it gets"),
            [
                Row(
                    [
                        Layer(
                            words(fr="Une couche", en="A layer"),
                            "danger",
                            words(fr="garde le fichier", en="has the file"),
                        ),
                        Layer(
                            words(fr="L’histoire", en="The history"),
                            "danger",
                            words(fr="garde la valeur", en="has the value"),
                        ),
                        Layer(words(fr="Rien", en="Nothing"), "application", "✓", dashed=True),
                    ]
                )
            ],
        ),
        width=364,
    )
