#!/usr/bin/env python3
"""Describes the packages that are linked into the program.

    dependencies.py licenses TARGET          prints their license files
    dependencies.py sbom TARGET PROGRAM      prints a CycloneDX document as JSON

Both read `cargo metadata` and `Cargo.lock`, without the network. SOURCE_DATE_EPOCH is the time in the document.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import uuid

LICENSE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)


def metadata(target):
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--offline", f"--filter-platform={target}"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def linked_names(target):
    """Returns the names and versions of the packages that are linked for a target.

    `cargo metadata` also lists what only tests enable. Procedural macros and build scripts run in the compiler, and are not
    linked.
    """
    command = ["cargo", "tree", "--locked", "--offline", f"--target={target}", "--edges=normal,no-proc-macro"]
    command += ["--prefix=none", "--no-dedupe", "--format={p}"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {(name, version.removeprefix("v")) for name, version, *_ in map(str.split, lines)}


def linked(target):
    """Returns the root package's ID, the linked packages by ID, and the IDs that each depends on."""
    data = metadata(target)
    names = linked_names(target)
    packages = {package["id"]: package for package in data["packages"]}
    packages = {id: package for id, package in packages.items() if (package["name"], package["version"]) in names}
    assert len(packages) == len(names), "each linked package should have metadata"
    edges = {}
    for node in data["resolve"]["nodes"]:
        normal = [need["pkg"] for need in node["deps"] if any(kind["kind"] is None for kind in need["dep_kinds"])]
        if node["id"] in packages:
            edges[node["id"]] = sorted(need for need in normal if need in packages)
    return data["resolve"]["root"], packages, edges


def by_name(packages):
    return sorted(packages.values(), key=lambda package: (package["name"], package["version"]))


def print_licenses(target):
    root, packages, _ = linked(target)
    del packages[root]
    print("The program contains these packages. Their license files follow.\n")
    for package in by_name(packages):
        print(f"{package['name']} {package['version']}: {expression(package)}")
    for package in by_name(packages):
        folder = pathlib.Path(package["manifest_path"]).parent
        files = license_files(folder)
        if not files:
            sys.exit(f"{package['name']} {package['version']}: no license file in {folder}")
        for file in files:
            print(f"\n==== {package['name']} {package['version']}: {file.relative_to(folder)}\n")
            print(file.read_text(encoding="utf-8").rstrip())
    print()


def license_files(folder):
    """Returns the license files of a package, also those in folders such as `LICENSES`."""
    found = sorted(path for path in folder.iterdir() if LICENSE_FILE.match(path.name))
    inner = [sorted(path.rglob("*")) if path.is_dir() else [path] for path in found]
    return [path for paths in inner for path in paths if path.is_file()]


def expression(package):
    """Returns the SPDX expression. Older manifests separate alternatives by a slash."""
    return re.sub(r"\s*/\s*", " OR ", package["license"])


def checksums():
    lock = tomllib.loads(pathlib.Path("Cargo.lock").read_text(encoding="utf-8"))
    return {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, kind, digest):
    made = {
        "type": kind,
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "description": package["description"].strip() if package["description"] else package["name"],
        "licenses": [{"expression": expression(package)}],
        "purl": reference(package),
    }
    if digest:
        made["hashes"] = [{"alg": "SHA-256", "content": digest}]
    if package["repository"]:
        made["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return made


def standard_library():
    """Returns the libraries of the Rust toolchain: they are linked as well, and no manifest names them."""
    text = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    release = re.search(r"^release: (.*)$", text, re.MULTILINE)[1]
    rust = {
        "type": "library",
        "bom-ref": f"pkg:generic/rust-std@{release}",
        "name": "rust-std",
        "version": release,
        "description": "The Rust standard library",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
        "purl": f"pkg:generic/rust-std@{release}",
    }
    # The version is that of rust-std.
    musl = {
        "type": "library",
        "bom-ref": "pkg:generic/musl",
        "name": "musl",
        "description": "The C library, as rust-std contains it",
        "licenses": [{"license": {"id": "MIT"}}],
        "purl": "pkg:generic/musl",
    }
    return [rust, musl]


def print_sbom(target, program):
    root, packages, edges = linked(target)
    sums = checksums()
    digest = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    main = packages.pop(root)
    others = [component(package, "library", sums[package["name"], package["version"]]) for package in by_name(packages)]
    standard = standard_library()
    packages[root] = main
    needs = {reference(packages[id]): sorted(reference(packages[need]) for need in needs) for id, needs in edges.items()}
    needs[reference(main)] += [library["bom-ref"] for library in standard]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        # The same for the same program: a random one would make each build different.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{target} {digest}')}",
        "version": 1,
        "metadata": {
            "timestamp": time.isoformat().replace("+00:00", "Z"),
            "component": component(main, "application", digest),
            "properties": [{"name": "cargo:target", "value": target}],
        },
        "components": others + standard,
        "dependencies": [{"ref": name, "dependsOn": needs[name]} for name in sorted(needs)],
    }
    print(json.dumps(document, indent=2, ensure_ascii=False))


match sys.argv[1:]:
    case ["licenses", target]:
        print_licenses(target)
    case ["sbom", target, program]:
        print_sbom(target, program)
    case _:
        sys.exit(__doc__)
