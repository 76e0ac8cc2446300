"""The pages, one router for each family. A new family adds its router here."""

from fastapi import APIRouter

from console.pages import about, my_day, sign_in

ROUTERS: tuple[APIRouter, ...] = (my_day.router, about.router, sign_in.router)
