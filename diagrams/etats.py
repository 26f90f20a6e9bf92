"""The states of a container, and the commands that lead from one to the next."""

from look import Card, Link, Schematic, words

with Schematic(
    words(fr="Les états d’un conteneur", en="The states of a container"),
    words(
        fr="docker create donne un conteneur à l’état Created ; docker start le fait passer à Running, et docker run "
        "fait les deux à la suite. De Running, docker pause mène à Paused, d’où docker unpause ramène. Quand le "
        "processus 1 finit, de lui-même ou par docker stop ou docker kill, l’état devient Exited ; docker start "
        "ramène à Running. docker rm supprime un conteneur arrêté ou jamais démarré.",
        en="docker create gives a container in the state Created; docker start takes it to Running, and docker run "
        "does both in a row. From Running, docker pause leads to Paused, and docker unpause back. When process 1 "
        "ends, by itself or through docker stop or docker kill, the state becomes Exited; docker start leads back to "
        "Running. docker rm removes a container that has ended or was never started.",
    ),
    along=52,
):
    image = Card("Image", role="storage")
    created = Card(
        "Created",
        words(fr="créé, pas encore démarré", en="made, not started yet"),
        words(fr="(docker run ne s’y arrête pas)", en="(docker run does not stop here)"),
    )
    running = Card(
        "Running", words(fr="le processus 1 s’exécute", en="process 1 is running"), role="application", width=420
    )
    exited = Card(
        "Exited",
        words(fr="arrêté, avec un code de sortie", en="ended, with an exit code"),
        words(fr="↑ docker start", en="↑ docker start"),
    )
    paused = Card("Paused", words(fr="gelé, en mémoire", en="frozen, in memory"), "↑ docker unpause", role="kernel")
    gone = Card(words(fr="Supprimé", en="Removed"), words(fr="il n’en reste rien", en="nothing is left"), role="danger")

    image >> Link("docker create") >> created
    created >> Link("docker start") >> running
    running >> Link(words(fr="fin, docker stop, docker kill", en="end, docker stop, docker kill")) >> exited
    running >> Link("docker pause") >> paused
    exited >> Link("docker rm", role="danger") >> gone
