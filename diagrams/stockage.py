"""The four places where a container writes, and how long what is written there stays."""

from look import Card, Link, Schematic, Zone, words

with Schematic(
    words(fr="Les quatre endroits où écrit un conteneur", en="The four places where a container writes"),
    words(
        fr="Un conteneur écrit dans quatre dossiers, qui mènent à quatre endroits de l’hôte. /couche est dans sa "
        "couche inscriptible, supprimée avec lui. /lie est un montage lié : le dossier lie de votre dossier "
        "courant, qui reste tant que vous ne le supprimez pas. /volume est le volume cours-quatre, rangé par "
        "Docker, qui reste jusqu’à docker volume rm. /memoire est un tmpfs, en mémoire, perdu dès que le conteneur "
        "s’arrête.",
        en="A container writes in four folders, which lead to four places of the host. /couche is in its writable "
        "layer, removed with it. /lie is a bind mount: the folder lie of your current folder, which stays until you "
        "remove it. /volume is the volume cours-quatre, kept by Docker, which stays until docker volume rm. "
        "/memoire is a tmpfs, in memory, lost as soon as the container stops.",
    ),
    beside=14,
):
    with Zone(words(fr="Hôte", en="Host")):
        container = Card(
            "cours-quatre",
            words(fr="conteneur", en="container"),
            role="application",
            below=["/couche", "/lie", "/volume", "/memoire"],
            apart=150,
        )
        layer = Card(
            words(fr="Couche", en="Layer"),
            words(fr="inscriptible", en="writable"),
            words(fr="part avec docker rm", en="goes with docker rm"),
            role="library",
            width=128,
        )
        folder = Card(
            words(fr="Montage lié", en="Bind mount"),
            words(fr="votre dossier lie", en="your folder lie"),
            words(fr="reste : il est à vous", en="stays: it is yours"),
            role="storage",
            width=128,
        )
        volume = Card(
            "Volume",
            words(fr="rangé par Docker", en="kept by Docker"),
            words(fr="survit au conteneur", en="outlives containers"),
            role="storage",
            width=128,
        )
        memory = Card(
            "tmpfs",
            words(fr="en mémoire", en="in memory"),
            words(fr="part à l’arrêt", en="goes at the stop"),
            role="hardware",
            width=128,
        )
    container >> Link() >> layer
    container >> Link() >> folder
    container >> Link() >> volume
    container >> Link() >> memory
