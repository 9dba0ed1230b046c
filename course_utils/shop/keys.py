"""Who bought, under a name that nobody can read back: a salted hash of the buyer's key."""

import hashlib
import secrets
from pathlib import Path

import pandas as pd

from course_utils.record.progress import progress_path

SALT_FILE = "shop_salt"
# Masked by the platform (张**, 138****0000), ciphertext (##…), or nobody in particular.
NOBODY = r"[*#]|^(?:|-|guest|anonymous|游客|匿名用户)$"


def machine_salt(folder: Path | None = None) -> bytes:
    """The salt of this machine, made at its first use and kept beside the record.

    With it a buyer has the same name in every export that is read here, and on no other machine.
    """
    path = (folder or progress_path().parent) / SALT_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(16), "ascii")
    return path.read_text("ascii").encode()


def hashed(buyers: pd.Series, salt: bytes) -> pd.Series:
    """The buyers as salted hashes, missing where the key is masked or empty."""
    codes, distinct = pd.factorize(buyers)
    known = ~pd.Series(distinct, dtype="str").str.contains(NOBODY, case=False, regex=True)
    names = [
        "b" + hashlib.blake2b(key.encode(), key=salt, digest_size=10).hexdigest() if there else None
        for key, there in zip(distinct, known, strict=True)
    ]
    return pd.Series(pd.array(names, dtype="str").take(codes), index=buyers.index)
