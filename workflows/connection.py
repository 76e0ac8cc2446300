"""How every process speaks to Temporal: the same converter, so that what one writes the others can read."""

from __future__ import annotations

import dataclasses
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes

DATA_CONVERTER = dataclasses.replace(
    pydantic_data_converter,
    # The text of a failure goes where a codec can reach it, never in the clear beside it.
    failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
)


async def connect(address: str, namespace: str, **rest: Any) -> Client:
    """A client. `rest` goes to Temporal as it is: TLS, API key, headers."""
    return await Client.connect(address, namespace=namespace, data_converter=DATA_CONVERTER, **rest)
