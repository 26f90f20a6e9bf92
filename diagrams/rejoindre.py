"""What each command joins of a container: process 1, one more process, the files, the logs."""

from look import Card, Link, Schematic, Zone, words

with Schematic(
    words(fr="Ce que rejoint chaque commande", en="What each command joins"),
    words(
        fr="Dans un conteneur, il y a le processus 1, qui est l’application, et des fichiers. docker attach relie "
        "votre terminal au processus 1. docker exec lance dans le conteneur un processus de plus. docker cp y copie "
        "des fichiers, ou les en sort. Le démon garde hors du conteneur ce que le processus 1 écrit sur ses sorties : "
        "ce sont les journaux, que lit docker logs.",
        en="In a container there are process 1, which is the application, and files. docker attach connects your "
        "terminal to process 1. docker exec starts one more process in the container. docker cp copies files into it, "
        "or out of it. What process 1 writes to its outputs is kept by the daemon outside the container: these are the "
        "logs, which docker logs reads.",
    ),
    beside=24,
):
    logs = Card("docker logs", role="start", width=124)
    attach = Card("docker attach", role="start", width=124)
    execute = Card("docker exec", role="start", width=124)
    copy = Card("docker cp", role="start", width=124)
    with Zone(words(fr="Conteneur", en="Container")):
        first = Card(
            words(fr="Processus 1", en="Process 1"),
            words(fr="l’application", en="the application"),
            role="application",
        )
        more = Card(
            words(fr="Un processus de plus", en="One more process"),
            words(fr="un shell…", en="a shell…"),
            role="library",
        )
        files = Card(
            words(fr="Fichiers", en="Files"), words(fr="couche inscriptible", en="writable layer"), role="storage"
        )
    kept = Card(
        words(fr="Journaux", en="Logs"), words(fr="gardés par le démon", en="kept by the daemon"), role="storage"
    )

    logs >> Link(words(fr="lit", en="reads")) >> kept
    attach << Link(words(fr="relie", en="connects")) >> first
    execute >> Link(words(fr="lance", en="starts")) >> more
    copy << Link(words(fr="copie", en="copies")) >> files
    first >> Link(words(fr="ses sorties", en="its outputs")) >> kept
