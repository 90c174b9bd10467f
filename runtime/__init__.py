"""Settings, bootstrap (the one place where parts are wired), logging, CLI."""
