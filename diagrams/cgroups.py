"""The tree of control groups, and the limits that docker run wrote into one of them."""

from look import Card, Link, Schematic, words

unlimited = words(fr="sans limite", en="no limit")

with Schematic(
    words(fr="L’arborescence des groupes de contrôle", en="The tree of control groups"),
    words(
        fr="Des dossiers dans des dossiers. À la racine, /sys/fs/cgroup, toute la machine. Dessous, les sessions, les "
        "conteneurs et les services. Sous les conteneurs, un groupe pour chacun. Celui de cours-borne porte trois "
        "limites, celles de docker run : 32 Mio de mémoire, 20 processus, un dixième de cœur. Celui de cours-bulle "
        "n’en a pas : il peut prendre tout ce qui reste.",
        en="Folders in folders. At the root, /sys/fs/cgroup, the whole machine. Below it the sessions, the containers "
        "and the services. Below the containers, a group for each. That of cours-borne bears three limits, those of "
        "docker run: 32 MiB of memory, 20 processes, a tenth of a core. That of cours-bulle has none: it may take all "
        "that is left.",
    ),
    beside=22,
):
    machine = Card("/sys/fs/cgroup", words(fr="toute la machine", en="the whole machine"), role="kernel", width=560)
    sessions = Card(words(fr="Sessions", en="Sessions"), words(fr="votre shell", en="your shell"), role="hardware")
    containers = Card(words(fr="Conteneurs", en="Containers"), role="hardware", width=250)
    services = Card("Services", words(fr="dockerd, sshd…", en="dockerd, sshd…"), role="hardware")
    bounded = Card(
        "cours-borne",
        words(fr="--memory 32m : 33554432", en="--memory 32m: 33554432"),
        words(fr="--pids-limit 20 : 20", en="--pids-limit 20: 20"),
        words(fr="--cpus 0.1 : 10000 / 100000", en="--cpus 0.1: 10000 / 100000"),
        role="application",
    )
    free = Card("cours-bulle", unlimited, role="application")

    machine >> Link() >> sessions
    machine >> Link() >> containers
    machine >> Link() >> services
    containers >> Link(words(fr="limites", en="limits")) >> bounded
    containers >> Link() >> free
