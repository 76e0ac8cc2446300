"""The pages, one router for each family. A new family adds its router here."""

from fastapi import APIRouter

from console import live
from console.pages import about, doing, find, journeys, my_day, particulars, sign_in, tasks

ROUTERS: tuple[APIRouter, ...] = (
    my_day.router,
    tasks.router,
    journeys.router,
    doing.router,
    particulars.router,
    find.router,
    live.router,
    about.router,
    sign_in.router,
)
