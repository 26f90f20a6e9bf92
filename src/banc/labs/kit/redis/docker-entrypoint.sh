#!/bin/sh
# Options and a settings file are for redis-server, which is no longer root then, and answers other machines too.
set -e
case $1 in
    -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    if [ "$(id -u)" = 0 ]; then
        find . ! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
    fi
    umask 0077
    case " $* " in
        *" --protected-mode "*) ;;
        *) set -- "$@" --protected-mode no ;; # the real image's program is compiled so
    esac
fi
exec "$@"
