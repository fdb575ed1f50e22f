# make install, uninstall, dist, help.
load ../helpers

@test "install puts everything below DESTDIR and PREFIX, and uninstall takes it away" {
    local root=$BATS_TEST_TMPDIR/root
    make -s -C "$PROJECT" install DESTDIR="$root" PREFIX=/opt/x
    assert_same "/opt/x/bin/reimport
/opt/x/lib/reimport/reimport.abi3.so
/opt/x/share/bash-completion/completions/reimport
/opt/x/share/fish/vendor_completions.d/reimport.fish
/opt/x/share/man/man1/reimport.1
/opt/x/share/zsh/site-functions/_reimport" "$(cd "$root" && find . -type f | sed 's/^\.//' | LC_ALL=C sort)"
    "$root/opt/x/bin/reimport" --version
    make -s -C "$PROJECT" uninstall DESTDIR="$root" PREFIX=/opt/x
    [ -z "$(find "$root" -type f)" ]
    [ ! -e "$root/opt/x/lib/reimport" ]
}

@test "the command is one static file" {
    need file
    run -0 file "$BUILD/reimport"
    assert_contains "$output" "static-pie linked"
    # it runs where there is nothing else
    local root=$BATS_TEST_TMPDIR/empty
    [ "$(id -u)" = 0 ] || impossible "needs root"
    mkdir "$root"
    cp "$BUILD/reimport" "$root/reimport"
    run -0 chroot "$root" /reimport --version
}

@test "dist is reproducible" {
    git -C "$PROJECT" rev-parse HEAD >/dev/null 2>&1 || impossible "not a git checkout"
    local archive sums=()
    for _ in 1 2; do
        make -s -C "$PROJECT" dist
        archive=$(echo "$PROJECT"/build/reimport-*.tar.gz)
        sums+=("$(sha256sum <"$archive")")
    done
    [ "${sums[0]}" = "${sums[1]}" ]
    tar tzf "$archive" | grep -q '/cli/main.c$'
}

@test "help names the targets" {
    run -0 make -s -C "$PROJECT" help
    local target
    for target in all check clean demo dist install uninstall; do
        assert_contains "$output" "make $target"
    done
}
