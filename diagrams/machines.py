"""Three ways to run an application apart: what each brings along, and what it has in common with the others."""

from look import Frame, Layer, Schematic, Stack, words

application = Layer(words(fr="Application", en="Application"), "application")
libraries = Layer(words(fr="Bibliothèques", en="Libraries"), "library")
init = Layer(words(fr="Init et services", en="Init and services"), "library")
guest_kernel = Layer(words(fr="Noyau invité", en="Guest kernel"), "kernel")
hypervisor = Layer(words(fr="Hyperviseur", en="Hypervisor"), "kernel")
host_kernel = Layer(words(fr="Noyau de l’hôte", en="Host kernel"), "kernel")
hardware = Layer(words(fr="Matériel", en="Hardware"), "hardware")

each_machine = words(fr="propre à chaque machine", en="each machine’s own")
each_container = words(fr="propre à chaque conteneur", en="each container’s own")
shared_by_machines = words(fr="commun à toutes", en="common to all")
shared_by_containers = words(fr="commun à tous", en="common to all")

with Schematic(
    words(
        fr="Machine virtuelle, conteneur système et conteneur d’application",
        en="Virtual machine, system container and application container",
    ),
    words(
        fr="Trois piles côte à côte, posées sur le matériel et le noyau de l’hôte. La machine virtuelle, la plus "
        "haute, ajoute un hyperviseur, puis apporte son propre noyau, un init, des bibliothèques et l’application. "
        "Le conteneur système n’apporte pas de noyau, mais garde un init. Le conteneur d’application n’apporte "
        "que l’application et ses bibliothèques.",
        en="Three stacks side by side, standing on the hardware and the kernel of the host. The virtual machine, "
        "the tallest, adds a hypervisor, then brings a kernel of its own, an init, libraries and the application. "
        "The system container brings no kernel, but keeps an init. The application container brings only "
        "the application and its libraries.",
    ),
):
    Stack(
        words(fr="Machine virtuelle", en="Virtual machine"),
        words(fr="KVM avec QEMU", en="KVM with QEMU"),
        Frame(each_machine, [application, libraries, init, guest_kernel]),
        Frame(shared_by_machines, [hypervisor, host_kernel, hardware]),
    )
    Stack(
        words(fr="Conteneur système", en="System container"),
        "LXC, Incus",
        Frame(each_container, [application, libraries, init]),
        Frame(shared_by_containers, [host_kernel, hardware]),
    )
    Stack(
        words(fr="Conteneur d’application", en="Application container"),
        "Docker, Podman",
        Frame(each_container, [application, libraries]),
        Frame(shared_by_containers, [host_kernel, hardware]),
    )
