"""Three ways to run the daemon, and who root of a container is on the host."""

from look import Card, Link, Role, Schematic, words

container = words(fr="root du conteneur", en="the container’s root")
number = words(fr="numéro 0, dedans", en="number 0, inside")


def way(name: str, daemon: str, outside: str, note: str, role: Role) -> None:
    """One way: the daemon above, root inside, the number that it has on the host below."""
    above = Card(name, daemon, role="kernel", width=150)
    inside = Card(container, number, role="application", width=150)
    below = Card(outside, note, role=role, width=150)
    above >> Link() >> inside
    inside >> Link(words(fr="est", en="is"), role=role) >> below


with Schematic(
    words(fr="Qui est le root d’un conteneur sur l’hôte", en="Who a container’s root is on the host"),
    words(
        fr="Trois colonnes. Démon ordinaire : il est root, et le numéro 0 d’un conteneur est le numéro 0 de l’hôte, "
        "root. Avec userns-remap : le démon est root, et le numéro 0 d’un conteneur est un numéro très élevé de "
        "l’hôte, qui n’a aucun droit. Sans droits root : le démon a votre compte, le numéro 0 d’un conteneur est vous.",
        en="Three columns. Ordinary daemon: it is root, and number 0 of a container is number 0 of the host, root. "
        "With userns-remap: the daemon is root, and number 0 of a container is a very high number of the host, which "
        "has no rights. Rootless: the daemon has your account, and number 0 of a container is you.",
    ),
    along=34,
):
    way(
        words(fr="Ordinaire", en="Ordinary"),
        words(fr="démon : root", en="daemon: root"),
        words(fr="Numéro 0", en="Number 0"),
        words(fr="root de l’hôte", en="root of the host"),
        "danger",
    )
    way(
        "userns-remap",
        words(fr="démon : root", en="daemon: root"),
        words(fr="Numéro élevé", en="High number"),
        words(fr="personne", en="nobody"),
        "plain",
    )
    way(
        words(fr="Sans droits root", en="Rootless"),
        words(fr="démon : vous", en="daemon: you"),
        words(fr="Votre numéro", en="Your number"),
        words(fr="vous", en="you"),
        "plain",
    )
