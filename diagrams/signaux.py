"""What becomes of the signal to stop: process 1 hears only the signals that it has a handler for."""

from look import Card, Link, Schematic, words

process = words(fr="processus 1", en="process 1")
ready = words(fr="a prévu SIGQUIT", en="has a handler")
unready = words(fr="n’a rien prévu", en="has no handler")

with Schematic(
    words(fr="docker stop, le processus 1 et les codes de sortie", en="docker stop, process 1 and exit codes"),
    words(
        fr="docker stop envoie au processus 1 du conteneur le signal que son image demande, sinon SIGTERM. Trois cas. "
        "L’image de nginx demande SIGQUIT, que nginx a prévu : il finit et sort avec le code 0. Avec --init, le "
        "processus 1 est init, qui transmet SIGTERM à sleep ; celui-ci n’est pas le processus 1 et en meurt : code "
        "143. Sans --init, sleep est le processus 1 et n’a rien prévu : rien ne se passe pendant dix secondes, puis "
        "SIGKILL : code 137.",
        en="docker stop sends to process 1 of the container the signal that its image asks for, else SIGTERM. Three "
        "cases. The image of nginx asks for SIGQUIT, for which nginx has a handler: it finishes and exits with code 0. "
        "With --init, process 1 is init, which hands SIGTERM on to sleep; the latter is not process 1 and dies of it: "
        "code 143. Without --init, sleep is process 1 and has no handler: nothing happens for ten seconds, then "
        "SIGKILL: code 137.",
    ),
    beside=24,
):
    stop = Card("docker stop", role="start", width=420)
    nginx = Card("nginx", process, ready, role="application")
    init = Card("init", process, "--init", role="application")
    alone = Card("sleep", process, unready, role="application")
    child = Card("sleep", words(fr="un autre numéro", en="another number"), unready, role="application")
    finished = Card(words(fr="Code 0", en="Code 0"), words(fr="il a fini", en="it has finished"))
    died = Card(words(fr="Code 143", en="Code 143"), words(fr="mort de SIGTERM", en="died of SIGTERM"))
    killed = Card(words(fr="Code 137", en="Code 137"), words(fr="tué", en="killed"), role="danger")

    stop >> Link("SIGQUIT") >> nginx
    stop >> Link("SIGTERM") >> init
    stop >> Link("SIGTERM", dashed=True) >> alone
    nginx >> Link() >> finished
    init >> Link("SIGTERM") >> child
    child >> Link() >> died
    alone >> Link(words(fr="dix secondes,\npuis SIGKILL", en="ten seconds,\nthen SIGKILL"), role="danger") >> killed
