"""The dashboard's files at `/`, where one has been built."""

from __future__ import annotations

from pathlib import Path

from chitti_shared.errors import NotFound
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse

from core_api import __version__

_LANDING = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Trading-Chitti</title>
<style>body{{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style>
<h1>Trading-Chitti {__version__}</h1>
<p>The API is running. No dashboard is built in this installation.</p>
<ul>
<li><a href="/docs">API documentation</a></li>
<li><a href="/health">Health of the services</a></li>
<li><a href="/openapi.json">OpenAPI document</a></li>
</ul>
</html>
"""
_IMMUTABLE = "public, max-age=31536000, immutable"


def built_dashboard(configured: Path | None) -> Path | None:
    """The folder of a built dashboard: the setting's, else the checkout's; None: there is none."""
    folder = configured or Path(__file__).parents[3] / "dashboard-app" / "dist"
    return folder.resolve() if (folder / "index.html").is_file() else None


def add_dashboard(app: FastAPI, folder: Path | None) -> None:
    """Declare `/` and, with a built dashboard, its files; paths of its own pages get `index.html`."""

    @app.get("/", include_in_schema=False)
    def get_root() -> Response:
        return HTMLResponse(_LANDING) if folder is None else _page(folder)

    if folder is None:
        return

    @app.get("/{path:path}", include_in_schema=False)
    def get_file(path: str) -> Response:
        if path.startswith(("api/", "docs/")) or "\0" in path:
            raise NotFound(f"no such path: /{path[:200]}", kind="route")
        wanted = (folder / path).resolve()
        if not wanted.is_relative_to(folder):
            raise NotFound(f"no such path: /{path[:200]}", kind="route")
        if wanted.is_file():
            hashed = wanted.parent.name == "assets"  # the bundler puts a content hash into these names
            return FileResponse(wanted, headers={"cache-control": _IMMUTABLE if hashed else "no-cache"})
        if "." in wanted.name:
            raise NotFound(f"no such file: /{path[:200]}", kind="file")
        return _page(folder)


def _page(folder: Path) -> FileResponse:
    return FileResponse(folder / "index.html", headers={"cache-control": "no-cache"})
