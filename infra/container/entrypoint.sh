#!/bin/sh
# What the container does: `web` (the API in processes of gunicorn, without a worker), `upgrade` (the database's schema),
# or any command of `connector`, such as `serve` and `worker`. Whatever it is takes this process's place and its signals.
set -eu

command="${1:-serve}"
[ "$#" -eq 0 ] || shift
case "$command" in
    web)
        # Where the meters of all processes are kept in memory, so that one of them can tell the sum.
        if [ -z "${PROMETHEUS_MULTIPROC_DIR:-}" ]; then
            PROMETHEUS_MULTIPROC_DIR="$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)" meters.XXXXXX)"
            export PROMETHEUS_MULTIPROC_DIR
        fi
        exec gunicorn --config "$(dirname "$0")/gunicorn.conf.py" "$@" 'connector.web.wsgi:application()'
        ;;
    upgrade) exec connector db upgrade "$@" ;;
    *) exec connector "$command" "$@" ;;
esac
