# shellcheck shell=bash
# Where the tests keep what is costly to make, between runs. Override with REIMPORT_CACHE.
# Sourced.
# shellcheck disable=SC2034
CACHE=${REIMPORT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/cache}/.cache}/reimport}
