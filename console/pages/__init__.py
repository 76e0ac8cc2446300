"""The pages, one router for each family. A new family adds its router here."""

from fastapi import APIRouter

from console import live
from console.pages import about, doing, find, journeys, my_day, numbers, sign_in, tasks

ROUTERS: tuple[APIRouter, ...] = (
    my_day.router,
    tasks.router,
    journeys.router,
    doing.router,
    find.router,
    numbers.router,
    live.router,
    about.router,
    sign_in.router,
)
