"""Two containers of one image: the layers they share, the one each writes in, and a file that one of them hides."""

from look import Frame, Layer, Row, Schematic, Stack, words

writable = words(fr="couche inscriptible", en="writable layer")
shared = words(fr="image : en lecture seule, une seule fois sur le disque", en="image: read-only, once on the disk")

with Schematic(
    words(fr="Deux conteneurs, une image, trois couches communes", en="Two containers, one image, three common layers"),
    words(
        fr="En bas, l’image mine/node, en lecture seule : la base node:lts-alpine, puis WORKDIR, puis les trois "
        "fichiers de l’application. Deux conteneurs s’en servent en même temps, sans la copier. Chacun pose "
        "par-dessus une couche inscriptible à lui. Dans celle de cours-node a été ajouté note.txt. Dans cours-bis a "
        "été supprimé summary.json : sa couche n’en contient que la marque d’effacement, .wh.summary.json ; dans "
        "l’image, et pour l’autre conteneur, le fichier est toujours là.",
        en="Below, the image mine/node, read-only: the base node:lts-alpine, then WORKDIR, then the application’s "
        "three files. Two containers use it at the same time, without copying it. Each puts a writable layer of its "
        "own on top. To that of cours-node, note.txt has been added. In cours-bis, summary.json has been removed: "
        "its layer holds only the whiteout, .wh.summary.json; in the image, and for the other container, the file "
        "is still there.",
    ),
):
    Stack(
        "",
        "",
        Row(
            [
                Layer(writable, "application", note=words(fr="note.txt, ajouté", en="note.txt, added")),
                Layer(
                    writable, "application", note=words(fr="marque .wh.summary.json", en="whiteout .wh.summary.json")
                ),
            ],
            heads=[
                "cours-node",
                "cours-bis",
            ],
        ),
        Frame(
            shared,
            [
                Layer("COPY --from=build", "library", note="package.json, index.js, summary.json"),
                Layer("WORKDIR /app", "library"),
                Layer(
                    "FROM node:lts-alpine",
                    "storage",
                    note=words(fr="elle-même faite de couches", en="itself made of layers"),
                ),
            ],
        ),
        width=440,
    )
