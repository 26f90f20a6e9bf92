"""What the build cache keeps: the layers that are made again when nothing, a file or a dependency has changed."""

from look import Frame, Layer, Schematic, Stack, words

STEPS = ("RUN npm run build", "COPY . .", "RUN npm ci", "COPY package*.json ./", "WORKDIR /app", "FROM node…")
again = words(fr="exécuté de nouveau", en="run again")
kept = words(fr="pris dans le cache", en="from the cache")


def build(change: str, note: str, rebuilt: int) -> None:
    """One build, with the last so many steps made again."""
    refreshed = Frame(again, [Layer(step, "start") for step in STEPS[:rebuilt]])
    reused = Frame(kept, [Layer(step, "library") for step in STEPS[rebuilt:]])
    Stack(change, note, *([refreshed] if rebuilt else []), reused, width=216)


with Schematic(
    words(fr="Ce que le cache épargne, selon ce qui a changé", en="What the cache saves, by what has changed"),
    words(
        fr="Trois constructions du même Dockerfile ; la première instruction est en bas. Si rien n’a changé, toutes "
        "les couches viennent du cache. Si index.js a changé, COPY . . et ce qui le suit sont exécutés de nouveau, "
        "mais npm ci ne l’est pas. Si package.json a changé, tout l’est à partir de la copie de ce fichier, npm ci "
        "compris.",
        en="Three builds of the same Dockerfile; the first instruction is at the bottom. Where nothing has changed, "
        "all layers come from the cache. Where index.js has changed, COPY . . and what follows it are run again, "
        "but npm ci is not. Where package.json has changed, all is run again from the copy of that file on, npm ci "
        "included.",
    ),
    beside=20,
):
    build(words(fr="Rien n’a changé", en="Nothing changed"), words(fr="tout est déjà là", en="all is there already"), 0)
    build(words(fr="index.js a changé", en="index.js changed"), words(fr="le cas de tous les jours", en="every day"), 2)
    build(words(fr="package.json a changé", en="package.json changed"), words(fr="le cas rare", en="now and then"), 4)
