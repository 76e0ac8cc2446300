"""The pages, one router for each family. A new family adds its router here."""

from fastapi import APIRouter

from console import live
from console.pages import about, doing, find, journeys, links, mine, my_day, sign_in, tasks, theirs

ROUTERS: tuple[APIRouter, ...] = (
    my_day.router,
    tasks.router,
    journeys.router,
    doing.router,
    find.router,
    live.router,
    about.router,
    sign_in.router,
    links.router,
    mine.router,
    theirs.router,
)
