#!/bin/sh
# A settings file is served with; `sh` is a shell; anything else is for the registry's program.
set -e
case $1 in
    sh) exec "$@" ;;
esac
if [ -f "$1" ]; then
    set -- serve "$@"
fi
exec /bin/registry "$@"
