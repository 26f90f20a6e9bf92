#!/bin/sh
# What is no program is a script or an option for node: `docker run node:lts-alpine app.js`, `… --version`.
set -e
case $1 in
    -*) set -- node "$@" ;;
    *) command -v "$1" > /dev/null || set -- node "$@" ;;
esac
exec "$@"
