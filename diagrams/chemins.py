"""How an image gets from one daemon to another: through a registry, or as an archive."""

from look import Card, Link, Schematic, words

store = words(fr="Magasin d’images", en="Image store")

with Schematic(
    words(fr="Deux chemins d’un démon à un autre", en="Two ways from one daemon to another"),
    words(
        fr="Une image va du magasin de votre démon à celui d’un autre démon par deux chemins. Par un registre : "
        "docker push y envoie les couches qui lui manquent, docker pull en tire celles qui manquent à l’autre démon. "
        "Par une archive : docker save y met l’image entière, docker load l’en recharge.",
        en="An image gets from your daemon’s store to that of another daemon in two ways. Through a registry: docker "
        "push sends it the layers that it lacks, docker pull takes from it those that the other daemon lacks. By an "
        "archive: docker save puts the whole image in it, docker load loads it back.",
    ),
    beside=60,
):
    here = Card(store, words(fr="de votre démon", en="of your daemon"), role="storage", width=360)
    registry = Card(words(fr="Registre", en="Registry"), words(fr="un serveur", en="a server"), role="network")
    archive = Card(words(fr="Archive", en="Archive"), words(fr="un fichier .tar", en="a .tar file"))
    there = Card(store, words(fr="d’un autre démon", en="of another daemon"), role="storage", width=360)

    here >> Link(words(fr="docker push :\nce qui manque", en="docker push:\nwhat is missing")) >> registry
    here >> Link(words(fr="docker save :\ntout", en="docker save:\nall of it")) >> archive
    registry >> Link(words(fr="docker pull :\nce qui manque", en="docker pull:\nwhat is missing")) >> there
    archive >> Link("docker load") >> there
