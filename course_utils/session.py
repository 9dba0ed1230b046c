"""Where this session runs."""

import os


def on_binder() -> bool:
    """Whether this session is one of Binder's, which ends by itself."""
    return "BINDER_LAUNCH_HOST" in os.environ or "BINDER_REPO_URL" in os.environ
