"""Keeps the code of functions unpacked, for all emulators of this checkout.

The emulator unpacks into its own temporary folder: 350 MB for each start, and
it hashes an archive of 76 MB again for each process that it starts. Here code
is unpacked once, at a path that stays the same, so that what Node has compiled
of it (see bootstrap.sh) serves the next emulator, too.
"""

import base64
import fcntl
import hashlib
import io
import os
import re
import shutil
import tempfile
import threading
import zipfile

# The functions of about three versions of the code.
KEPT_BYTES = 1_000_000_000

this_thread = threading.local()


class UnpackedCode:
    def __init__(self, folder: str, kept_bytes: int = KEPT_BYTES):
        self.folder = folder
        self.kept_bytes = kept_bytes
        # By hash: open files whose shared lock says that this emulator runs the code.
        self.held = {}
        os.makedirs(folder, exist_ok=True)
        # Otherwise Node would read the module type of these files from the
        # repository's package.json, which functions in Lambda do not see.
        with open(os.path.join(folder, "package.json"), "w") as file:
            file.write("{}\n")

    def alone(self):
        """Locks the folder against other emulators until the file is closed."""
        lock = open(os.path.join(self.folder, "lock"), "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def path_of(self, archive: bytes, digest: str) -> str:
        """The folder of the unpacked archive."""
        path = os.path.join(self.folder, digest)
        if digest in self.held:
            return path
        with self.alone():
            used = open(path + ".used", "w")
            fcntl.flock(used, fcntl.LOCK_SH)
            os.utime(used.fileno())
            if not os.path.isdir(path):
                self.unpack(archive, path)
        self.held[digest] = used
        return path

    def unpack(self, archive: bytes, path: str) -> None:
        # Renamed when it is complete: a killed emulator leaves no partial code.
        partial = tempfile.mkdtemp(prefix="partial-", dir=self.folder)
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for entry in packed.infolist():
                target = packed.extract(entry, partial)
                mode = (entry.external_attr >> 16) & 0o7777
                if mode:
                    os.chmod(target, mode)
        os.chmod(partial, 0o755)
        os.rename(partial, path)

    def remove_old(self) -> None:
        """Removes the code that was not used for longest, except code that an emulator runs."""
        with self.alone():
            names = os.listdir(self.folder)
            for name in names:
                if name.startswith("partial-"):
                    shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
            digests = [name for name in names if re.fullmatch("[0-9a-f]{64}", name)]
            paths = [os.path.join(self.folder, digest) for digest in digests]
            kept = 0
            for path in sorted(paths, key=last_used, reverse=True):
                kept += size_of(path)
                if kept <= self.kept_bytes:
                    continue
                with open(path + ".used", "a") as used:
                    try:
                        fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    shutil.rmtree(path, ignore_errors=True)
                    os.unlink(path + ".used")


def last_used(path: str) -> float:
    try:
        return os.stat(path + ".used").st_mtime
    except FileNotFoundError:
        return 0


def size_of(path: str) -> int:
    total = 0
    for folder, _, files in os.walk(path):
        total += sum(os.lstat(os.path.join(folder, file)).st_size for file in files)
    return total


def keep_code_unpacked(folder: str) -> None:
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import lambda_svc

    code = UnpackedCode(folder)
    code.remove_old()
    spawn = ProvidedWorker._spawn

    def spawned(self, *args, **named):
        this_thread.digest = self.config.get("CodeSha256")
        return spawn(self, *args, **named)

    def unpacked(archive: bytes) -> str:
        known = getattr(this_thread, "digest", None)
        digest = base64.b64decode(known).hex() if known else hashlib.sha256(archive).hexdigest()
        # No process may be started meanwhile: it would inherit files that are open for writing.
        with lambda_svc._provided_code_lock:
            return code.path_of(archive, digest)

    ProvidedWorker._spawn = spawned
    lambda_svc._provided_runtime_code_dir = unpacked
