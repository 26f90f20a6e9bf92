"""A system call on its way through seccomp, capabilities and namespaces to the kernel."""

from look import Frame, Layer, Row, Schematic, Stack, words

passes = Layer("↓", "plain")
gone = Layer("")
stopped = words(fr="arrêté", en="stopped")

with Schematic(
    words(fr="Trois barrières devant un appel système", en="Three barriers before a system call"),
    words(
        fr="En haut, un processus, root dans son conteneur, fait trois appels. personality est arrêté par seccomp, qui "
        "demande si l’appel est dans la liste. sethostname passe, mais est arrêté par les capacités : root n’a pas ce "
        "pouvoir. kill, sur un numéro de l’hôte, passe les deux, mais dans l’espace de noms pid ce numéro ne désigne "
        "personne. Dessous, le noyau, que chacun des trois aurait atteint depuis l’hôte.",
        en="At the top a process, root in its container, makes three calls. personality is stopped by seccomp, which "
        "asks whether the call is on the list. sethostname passes, but is stopped by capabilities: root does not have "
        "that power. kill, of a number of the host, passes both, but in the pid namespace that number is nobody’s. "
        "Below, the kernel, which each of the three would have reached from the host.",
    ),
):
    Stack(
        "",
        "",
        Layer(words(fr="Processus, root dans le conteneur", en="Process, root in the container"), "start"),
        Row([Layer("personality"), Layer("sethostname"), Layer("kill")]),
        Frame(
            words(fr="seccomp : l’appel est-il dans la liste ?", en="seccomp: is the call on the list?"),
            [Row([Layer(stopped, "danger"), passes, passes])],
        ),
        Frame(
            words(fr="capacités : root a-t-il ce pouvoir ?", en="capabilities: does root have that power?"),
            [Row([gone, Layer(stopped, "danger"), passes])],
        ),
        Frame(
            words(fr="espaces de noms : de quoi parle-t-il ?", en="namespaces: what does it speak of?"),
            [Row([gone, gone, Layer(stopped, "danger")])],
        ),
        Layer(words(fr="Noyau", en="Kernel"), "kernel"),
        width=420,
    )
