"""The way through a mount to root's files on the host, and where each refusal cuts it."""

from look import Card, Link, Schematic, words

cut = words(fr="coupé par", en="cut by")
partly = words(fr="coupé en partie", en="cut in part")

with Schematic(
    words(fr="L’attaque par un montage, et ce qui la coupe", en="The attack through a mount, and what cuts it"),
    words(
        fr="Le chemin de l’attaque va de haut en bas. Vous, simple membre du groupe docker, demandez au démon de "
        "monter un dossier réservé à root ; le démon, qui est root, le fait ; dans le conteneur, vous êtes root, "
        "numéro 0 ; c’est le numéro 0 de l’hôte, et le secret est lu, puis modifié. À droite, à chaque pas, ce qui le "
        "coupe : un démon sans droits root ne peut pas monter ce que vous ne pouvez pas lire ; userns-remap donne au "
        "root du conteneur un autre numéro ; --user vous laisse le vôtre ; :ro laisse lire mais pas écrire. "
        "--cap-drop=ALL ne protège que les fichiers des autres comptes, pas ceux de root.",
        en="The way of the attack goes downwards. You, a mere member of the group docker, ask the daemon to mount a "
        "folder that is reserved for root; the daemon, which is root, does it; in the container you are root, number "
        "0; that is the host’s number 0, and the secret is read, then changed. On the right, at each step, what cuts "
        "it: a rootless daemon has no more rights than you; userns-remap gives the container’s root another number; "
        "--user leaves you your own; :ro lets you read but not write. --cap-drop=ALL protects only the files of other "
        "accounts, not root’s.",
    ),
    beside=36,
):
    you = Card(words(fr="Vous", en="You"), words(fr="du groupe docker", en="in the group docker"), role="start")
    daemon = Card(
        words(fr="Démon", en="Daemon"), words(fr="root : monte tout", en="root: mounts anything"), role="kernel"
    )
    root = Card(
        words(fr="Conteneur", en="Container"),
        words(fr="root, numéro 0", en="root, number 0"),
        words(fr="comme sur l’hôte", en="as on the host"),
        role="application",
    )
    secret = Card("cours-coffre", words(fr="lu, puis modifié", en="read, then changed"), role="danger")
    rootless = Card(
        words(fr="sans droits root", en="rootless"),
        words(fr="le démon n’a que vos droits", en="the daemon has only your rights"),
        role="library",
    )
    other = Card(
        "--user, userns-remap",
        words(fr="ce n’est plus le numéro 0", en="no longer number 0"),
        role="library",
    )
    weak = Card(
        ":ro, --cap-drop=ALL",
        words(fr=":ro : l’écriture", en=":ro: writing"),
        words(fr="--cap-drop : les autres comptes", en="--cap-drop: other accounts"),
        role="library",
    )

    you >> Link("-v cours-coffre:/coffre", role="danger") >> daemon
    daemon >> Link(words(fr="monte", en="mounts"), role="danger") >> root
    root >> Link(words(fr="/coffre/secret.txt", en="/coffre/secret.txt"), role="danger") >> secret
    daemon - Link(cut, level=True, dashed=True) - rootless
    root - Link(cut, level=True, dashed=True) - other
    secret - Link(partly, level=True, dashed=True) - weak
