#!/usr/bin/env bash
# The two steps of a release that take more than a command. RELEASING.md has the whole list.
#
#     contrib/release.sh prepare VERSION    sets the version in Cargo.toml, Cargo.lock, CHANGELOG.md, the manual pages, the
#                                           documents and the Ansible collection
#     contrib/release.sh files              makes the files of the release that HEAD is, in target/packages/files, and the
#                                           text of its announcement, target/packages/notes.md
#
# PACKAGER is who makes the packages, as "NAME <ADDRESS>"; `files` needs it.
set -euo pipefail
unset CDPATH TAR_OPTIONS GZIP
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC

packages=${CARGO_TARGET_DIR:-$PWD/target}/packages
files=$packages/files

# Files that name the version as a part of other names.
collection=contrib/ansible/ansible_collections/vmxedit/vmx
with_version=(README.md RELEASING.md docs/packages.md docs/ansible.md docs/hooks/pre-commit.md tests/promises.tsv
    "$collection/README.md" "$collection/galaxy.yml")

fail() {
    echo "contrib/release.sh: $1" >&2
    exit 1
}

of_manifest() { sed -n "/^\[package\]/,/^\[/s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml; }

require_clean_tree() { [ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed"; }

prepare() {
    local version=$1 date old
    # The formats of packages write a pre-release in different ways.
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "not the version of a release, such as 1.2.3: $version"
    require_clean_tree
    grep -qx '## \[Unreleased\]' CHANGELOG.md || fail "CHANGELOG.md has no section [Unreleased]"
    ! grep -q "^## \[$version\]" CHANGELOG.md || fail "CHANGELOG.md has a section [$version] already"
    date=$(date +%F)
    old=$(of_manifest version)
    sed -i "s/${old//./\\.}/$version/g" "${with_version[@]}"
    sed -i "/^\[package\]/,/^\[/s/^version = .*/version = \"$version\"/" Cargo.toml
    sed -i "s/^## \[Unreleased\]\$/## [Unreleased]\n\n## [$version] - $date/" CHANGELOG.md
    cargo update --offline --workspace
    cargo update --offline --workspace --manifest-path fuzz/Cargo.toml
    VMXEDIT_UPDATE=1 cargo test --locked --test it docs::
    git --no-pager diff --stat
}

files() {
    local version repository target sum
    version=$(of_manifest version)
    repository=$(of_manifest repository)
    [ -n "$repository" ] || fail "Cargo.toml has no \`repository\`: the addresses of the files start with it"
    [[ ${PACKAGER:-} == *' <'*@*'>' ]] || fail "PACKAGER should be \"NAME <ADDRESS>\""
    require_clean_tree
    [ "$(git rev-parse --verify --quiet "v$version^{commit}")" = "$(git rev-parse HEAD)" ] ||
        fail "HEAD is not the commit of the tag v$version"
    grep -q "^## \[$version\] - " CHANGELOG.md || fail "CHANGELOG.md has no section [$version] with a date"

    contrib/package.sh
    git archive --format=tar --prefix="vmxedit-$version/" HEAD | gzip -9n >"$files/vmxedit-$version.tar.gz"

    cp contrib/packaging/PKGBUILD.in "$files/PKGBUILD"
    for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl; do
        sum=$(sha256sum <"$files/vmxedit-$version-$target.tar.gz")
        replace "SHA256_$target" "${sum%% *}"
    done
    replace VERSION "$version"
    replace PKGVER "$version"
    replace DESCRIPTION "$(of_manifest description)"
    replace REPOSITORY "$repository"
    replace PACKAGER "$PACKAGER"
    ! grep -n '@[A-Za-z0-9_-]*@' "$files/PKGBUILD" || fail "PKGBUILD has a field without a value"

    (cd "$files" && find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum -- >"$packages/SHA256SUMS")
    mv "$packages/SHA256SUMS" "$files"
    sed -n "/^## \[$version\]/,/^## /{/^## /d;p}" CHANGELOG.md >"$packages/notes.md"
    ls "$files"
}

# Fills a field of the PKGBUILD.
replace() {
    local text
    text=$(<"$files/PKGBUILD")
    printf '%s\n' "${text//"@$1@"/"$2"}" >"$files/PKGBUILD"
}

case $#:${1:-} in
2:prepare) prepare "$2" ;;
1:files) files ;;
*)
    echo "usage: contrib/release.sh prepare VERSION | files" >&2
    exit 2
    ;;
esac
