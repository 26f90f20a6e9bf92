"""The three services of the application: who reaches whom, across which network, and where the data stay."""

from look import Card, Link, Schematic, Zone, words

WIDTH = 250

with Schematic(
    words(fr="Les trois services de l’application", en="The application’s three services"),
    words(
        fr="Une requête de curl entre par le port publié 127.0.0.1:8189 et arrive au service web, un mandataire nginx. "
        "Par le réseau facade, web s’adresse à app, l’application construite ici, qui écoute sur le port 8080. Par le "
        "réseau coulisses, sans sortie, app s’adresse à cache (Redis, port 6379), qui range ses données dans "
        "le volume donnees. app est dans les deux réseaux ; web ne peut donc pas joindre cache.",
        en="A request from curl comes in at the published port 127.0.0.1:8189 and reaches the service web, an nginx "
        "proxy. Across the network facade, web speaks to app, the application built here, which listens on port 8080. "
        "Across the network coulisses, which has no way out, app speaks to cache, a Redis server on port 6379, which "
        "keeps its data in the volume donnees. app is in both networks; so web cannot reach cache.",
    ),
    along=40,
):
    reader = Card("curl", "http://127.0.0.1:8189", role="start", width=170)
    with Zone("facade", words(fr="réseau", en="network")):
        web = Card("web", "nginx:alpine, port 80", role="application", width=WIDTH)
    app = Card(
        "app",
        words(fr="construite ici, port 8080", en="built here, port 8080"),
        role="application",
        above=["facade"],
        below=["coulisses"],
        width=WIDTH,
    )
    with Zone("coulisses", words(fr="réseau sans sortie", en="no way out")):
        cache = Card("cache", "redis:alpine, port 6379", role="library", width=WIDTH)
    volume = Card("donnees", words(fr="volume : survit à down", en="volume: outlives down"), role="storage", width=190)

    reader >> Link(words(fr="port publié", en="published port"), role="start") >> web
    web >> Link(role="start") >> app
    app >> Link(role="start") >> cache
    cache >> Link(words(fr="écrit", en="writes")) >> volume
