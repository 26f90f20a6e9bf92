"""Who speaks to whom between an order and the kernel, and which standard settles what they say."""

from look import Card, Link, Schematic, words

with Schematic(
    words(fr="Qui parle à qui, et selon quel standard", en="Who speaks to whom, and by which standard"),
    words(
        fr="Deux chemins mènent au même moteur. Docker passe par son démon, dockerd, qui s’adresse à containerd. "
        "Kubernetes passe par l’agent de chaque nœud, kubelet, qui s’adresse par CRI à containerd ou à CRI-O. Le "
        "moteur tire les images d’un registre, selon la spécification de distribution de l’OCI. Il fait ensuite "
        "lancer le conteneur par runc, par crun ou par Kata Containers, selon celle d’exécution, et ce que ceux-ci "
        "préparent est exécuté par le noyau. Côté Kubernetes, le moteur fait brancher le réseau par un greffon CNI, "
        "et kubelet fait attacher le stockage par un pilote CSI.",
        en="Two ways lead to the same engine. Docker goes through its daemon, dockerd, which speaks to containerd. "
        "Kubernetes goes through the agent of each node, kubelet, which speaks CRI to containerd or to CRI-O. The "
        "engine pulls images from a registry, by OCI’s distribution specification. It then has the container "
        "started by runc, crun or Kata Containers, by the runtime specification, and what these prepare is run by "
        "the kernel. On the side of Kubernetes, the engine has the network plugged in by a CNI plugin, and kubelet "
        "has storage attached by a CSI driver.",
    ),
    beside=18,
    along=40,
):
    docker = Card("docker", "client", role="start", width=104)
    registry = Card(words(fr="Registre", en="Registry"), role="storage", width=96)
    dockerd = Card("dockerd", words(fr="démon de Docker", en="Docker’s daemon"), role="application", width=130)
    kubelet = Card("kubelet", words(fr="agent de Kubernetes", en="Kubernetes’ agent"), role="application", width=160)
    containerd = Card("containerd", words(fr="moteur", en="engine"), role="library", width=150)
    crio = Card("CRI-O", words(fr="moteur", en="engine"), role="library", width=96)
    driver = Card(
        words(fr="Pilote CSI", en="CSI driver"), words(fr="stockage", en="storage"), role="storage", width=104
    )
    runc = Card("runc", role="library", width=80)
    kata = Card("Kata", words(fr="dans une VM", en="in a VM"), role="library", width=112)
    crun = Card("crun", role="library", width=80)
    plugin = Card(words(fr="Greffon CNI", en="CNI plugin"), words(fr="réseau", en="network"), role="network", width=104)
    kernel = Card(words(fr="Noyau", en="Kernel"), role="kernel", width=440)

    registry << Link(words(fr="distribution", en="distribution"), role="start") >> containerd
    docker >> Link(words(fr="API de Docker", en="Docker’s API")) >> dockerd
    dockerd >> Link() >> containerd
    kubelet >> Link("CRI", role="network") >> containerd
    kubelet >> Link("CRI", role="network") >> crio
    kubelet >> Link("CSI", role="network") >> driver
    containerd >> Link(words(fr="exécution", en="runtime"), role="start") >> runc
    containerd >> Link(role="start") >> kata
    crio >> Link(role="start") >> crun
    crio >> Link("CNI", role="network") >> plugin
    runc >> Link() >> kernel
    kata >> Link() >> kernel
    crun >> Link() >> kernel
