#!/bin/sh
# The app registration of the service, its app roles and scopes, and the timers' role. Needs the Azure CLI, signed in, and
# python3. Says what it would do; --yes does it. See register.py and README.md.
set -eu
exec python3 "$(dirname "$0")/register.py" "$@"
