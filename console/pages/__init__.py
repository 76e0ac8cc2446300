"""The pages, one router for each family. A new family adds its router here."""

from fastapi import APIRouter

from console import live
from console.pages import (
    about,
    doing,
    drafts,
    find,
    interest,
    journeys,
    links,
    mine,
    my_day,
    previews,
    programmes,
    rolling_out,
    sign_in,
    tasks,
    theirs,
)

ROUTERS: tuple[APIRouter, ...] = (
    my_day.router,
    tasks.router,
    journeys.router,
    doing.router,
    find.router,
    drafts.router,
    programmes.router,
    previews.router,
    rolling_out.router,
    live.router,
    interest.router,
    about.router,
    sign_in.router,
    links.router,
    mine.router,
    theirs.router,
)
