"""Acts for many that were under way when new code came go on with it: their histories replay."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.replay.record_bulk import FOLDER
from worker import sandboxed
from workflows.bulk import Bulk
from workflows.connection import DATA_CONVERTER
from workflows.names import bulk_workflow_id

FILES = sorted(FOLDER.glob("*.json"))
every_history = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def replayer() -> Replayer:
    return Replayer(workflows=[Bulk], data_converter=DATA_CONVERTER, workflow_runner=sandboxed())


def history_in(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(bulk_workflow_id(file.stem), file.read_text("utf-8"))


@every_history
async def test_an_act_for_many_replays_to_the_same_commands(file: Path) -> None:
    await replayer().replay_workflow(history_in(file))


async def test_another_order_of_commands_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.policies.CHECKPOINT_AFTER", 0)
    unboxed = Replayer(workflows=[Bulk], data_converter=DATA_CONVERTER, workflow_runner=UnsandboxedWorkflowRunner())
    with pytest.raises(Exception, match=r"(?i)nondeterminism|non-determin"):
        await unboxed.replay_workflow(history_in(FOLDER / "act_1_run1.json"))
