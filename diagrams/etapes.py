"""A multi-stage build: two stages from one base, three files passed from one to the other, one image that remains."""

from look import Card, Link, Schematic, Zone, words

with Schematic(
    words(fr="Une construction en deux étapes", en="A build in two stages"),
    words(
        fr="Les deux étapes partent de la même image de base. La première, nommée build, reçoit tout le contexte, "
        "installe les dépendances et fabrique summary.json. La seconde n’en copie que trois fichiers : "
        "package.json, index.js et summary.json. Elle devient l’image mine/node ; la première n’est gardée que dans "
        "le cache.",
        en="Both stages start from the same base image. The first, called build, gets the whole context, installs the "
        "dependencies and makes summary.json. The second copies only three files from it: package.json, index.js "
        "and summary.json. It becomes the image mine/node; the first is kept in the cache alone.",
    ),
    beside=20,
):
    base = Card("node:lts-alpine", words(fr="image de base", en="base image"), role="storage", width=490)
    with Zone(words(fr="Étape build", en="Stage build")):
        build = Card(
            words(fr="Fabriquer", en="Make"),
            "package.json, package-lock.json",
            "build.js, readings.csv",
            "index.js, summary.json",
            role="library",
        )
    with Zone(words(fr="Étape finale", en="Final stage")):
        final = Card(
            words(fr="Exécuter", en="Run"),
            "package.json",
            "index.js, summary.json",
            role="application",
            width=206,
        )
    image = Card("mine/node", words(fr="l’image", en="the image"), role="start", width=150)
    cache = Card(
        words(fr="cache", en="cache"), words(fr="aucune image n’en vient", en="no image comes of it"), dashed=True
    )

    base >> Link("FROM, AS build") >> build
    base >> Link("FROM") >> final
    build >> Link("COPY --from=build", role="start", level=True) >> final
    build >> Link(dashed=True) >> cache
    final >> Link(role="start") >> image
