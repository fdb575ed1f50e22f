# shellcheck shell=bash
# Sourced.

# Every place from which apt gets the component `main`, in the form that debootstrap takes.
mirrors() {
    # shellcheck disable=SC2016 # apt's own fields
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
        sed -E 's,^mirror\+(file|https?):,\1:,' | grep -E '^(https?|file|ftp):' | sort -u
}
