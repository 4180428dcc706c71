"""The functions' binaries, built for this machine and packed as Lambda wants
them: a zip with one file `bootstrap`."""

import os
import platform
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def names(folders):
    """Folder and crate and binary have one name."""
    return {function: Path(folder).name for function, folder in folders.items()}


def build(root, crates, profile):
    """Builds every crate at once and answers where cargo put the binaries."""
    command = ["cargo", "build", "--locked", "--bins"]
    command += [] if profile == "dev" else ["--profile", profile]
    for crate in sorted(crates):
        command += ["--package", crate]
    subprocess.run(command, cwd=root, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"))
    return target / ("debug" if profile == "dev" else profile)


def pack(folder, crate, into):
    """One binary, without its debug information, as a zip; answers its path."""
    source, packed = folder / crate, into / f"{crate}.zip"
    if packed.exists() and packed.stat().st_mtime > source.stat().st_mtime:
        return packed
    bare = into / f"{crate}.bootstrap"
    if shutil.which("strip"):
        subprocess.run(["strip", "-o", bare, source], check=True)
    else:
        shutil.copyfile(source, bare)
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w", compresslevel=1) as archive:
        archive.writestr(entry, bare.read_bytes())
    bare.unlink()
    return packed


def pack_all(folder, crates, into):
    """Crate → path of its zip."""
    into.mkdir(parents=True, exist_ok=True)
    crates = sorted(set(crates))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        packed = pool.map(lambda crate: pack(folder, crate, into), crates)
        return dict(zip(crates, packed))
