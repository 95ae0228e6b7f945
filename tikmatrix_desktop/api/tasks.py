"""Routes of tasks: make, list, look at, stop, retry, delete."""

from functools import partial
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import raw, success, success_json
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.domain.errors import (
    FieldError,
    InvalidParameters,
    RequestError,
    ResourceNotFound,
    ScriptNameMissing,
)
from tikmatrix_desktop.domain.script import ScriptList
from tikmatrix_desktop.domain.task import (
    CreatedTasks,
    DeletedTasks,
    LogPage,
    RetriedTasks,
    StoppedTasks,
    Task,
    TaskFilter,
    TaskIds,
    TaskPage,
    TaskQuery,
    TaskRequest,
    TaskStats,
)
from tikmatrix_desktop.engine.engine import Engine

# A body as small as this asks for few tasks; planning them costs less than a change of thread.
INLINE_BODY_BYTES = 4096
# These are answered from an index in well under a millisecond, whatever the number of tasks; by the
# others the database reads all of them.
QUICK_FILTERS = frozenset({"page", "page_size", "status", "serial"})
FILE_EDITORS = frozenset({"materials", "folder", "file"})
CREATE_EXAMPLE: dict[str, Any] = {
    "serials": ["device_serial_1"],
    "script_name": "follow",
    "script_config": {"target_users": ["@tikmatrix"]},
}
IDS_EXAMPLE = {"task_ids": [1, 2, 3]}
TASK_ID = {"task_id": "the task's number"}


class LogQuery(BaseModel):
    """From where on a task's log is wanted: the lines after that number."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(default=0, ge=0, le=2**53)


def task_router(engine: Engine, workers: Workers) -> APIRouter:
    """Return the routes; those with a fixed path come before those with a number in it."""
    router = new_router("tasks")
    _add_hot_routes(router, engine, workers)
    _add_batch_routes(router, engine, workers)
    _add_single_routes(router, engine, workers)
    _add_files(router, engine, workers)
    return router


def _add_hot_routes(router: APIRouter, engine: Engine, workers: Workers) -> None:
    slow_scripts = scripts_with_files(engine.script_list())

    @router.post("/task", **described(CreatedTasks, body=TaskRequest, example=CREATE_EXAMPLE))
    async def create_tasks(call: Call) -> Response:
        """Make tasks: one for each device or username, account and target, or none at all."""
        call.take_no_query()
        request = task_request(call, engine)
        if len(call.content) > INLINE_BODY_BYTES or request.script_name in slow_scripts:
            return success(await workers.run(partial(engine.create_tasks, request, call.source)))
        return success(engine.create_tasks(request, call.source))

    @router.get("/task", **described(TaskPage, query=TaskQuery))
    async def list_tasks(call: Call) -> Response:
        """List a page of tasks."""
        query = call.query(TaskQuery)
        if query.model_fields_set <= QUICK_FILTERS:
            return success_json(engine.tasks_page_json(query))
        return success_json(await workers.run(partial(engine.tasks_page_json, query)))

    @router.get("/task/stats", **described(TaskStats, query=TaskFilter))
    async def count_tasks(call: Call) -> Response:
        """Count tasks by state."""
        selected = call.query(TaskFilter)
        if not selected.model_fields_set:
            return success(engine.task_stats(selected))
        return success(await workers.run(partial(engine.task_stats, selected)))


def _add_batch_routes(router: APIRouter, engine: Engine, workers: Workers) -> None:
    @router.delete("/task/batch", **described(DeletedTasks, body=TaskIds, example=IDS_EXAMPLE))
    async def delete_tasks(call: Call) -> Response:
        """Delete tasks; those that run are stopped first."""
        return success(await workers.run(partial(engine.delete_tasks, _ids(call))))

    @router.post("/task/batch/stop", **described(StoppedTasks, body=TaskIds, example=IDS_EXAMPLE))
    async def stop_tasks(call: Call) -> Response:
        """Stop running tasks; says which were left alone, and why."""
        return success(await workers.run(partial(engine.stop_tasks, _ids(call))))

    @router.post("/task/batch/retry", **described(RetriedTasks, body=TaskIds, example=IDS_EXAMPLE))
    async def retry_tasks(call: Call) -> Response:
        """Set failed tasks back to pending; says which were left alone, and why."""
        return success(await workers.run(partial(engine.retry_tasks, _ids(call))))

    @router.post(
        "/task/retry-all",
        **described(RetriedTasks, query=TaskFilter, body=TaskFilter, body_required=False),
    )
    async def retry_all(call: Call) -> Response:
        """Set all failed tasks back to pending, or those that the filters select."""
        selected = retry_filter(call)
        return success(await workers.run(partial(engine.retry_all, selected)))


def _add_single_routes(router: APIRouter, engine: Engine, workers: Workers) -> None:
    known = described(Task, path=TASK_ID, errors=(404,))
    movable = described(Task, path=TASK_ID, errors=(404, 409))

    @router.get("/task/{task_id:task_number}", **known)
    async def get_task(call: Call) -> Response:
        """Return a task."""
        call.take_nothing()
        return success(engine.task(call.task_id))

    @router.delete(
        "/task/{task_id:task_number}", **described(DeletedTasks, path=TASK_ID, errors=(404,))
    )
    async def delete_task(call: Call) -> Response:
        """Delete a task; one that runs is stopped first."""
        call.take_nothing()
        return success(await workers.run(partial(engine.delete_task, call.task_id)))

    @router.post("/task/{task_id:task_number}/stop", **movable)
    async def stop_task(call: Call) -> Response:
        """Stop a running task; it is failed then, with the error code `stopped`."""
        call.take_nothing()
        return success(await workers.run(partial(engine.stop_task, call.task_id)))

    @router.post("/task/{task_id:task_number}/retry", **movable)
    async def retry_task(call: Call) -> Response:
        """Set a failed task back to pending."""
        call.take_nothing()
        return success(await workers.run(partial(engine.retry_task, call.task_id)))

    @router.get(
        "/task/{task_id:task_number}/log",
        **described(LogPage, path=TASK_ID, query=LogQuery, errors=(404,)),
    )
    async def get_log(call: Call) -> Response:
        """Return the lines of a task's log after a number."""
        after = call.query(LogQuery).after
        return success(await workers.run(partial(engine.task_log, call.task_id, after)))


def _add_files(router: APIRouter, engine: Engine, workers: Workers) -> None:
    @router.get(
        "/task/{task_id:task_number}/screenshot",
        **described(path=TASK_ID, media=["image/png"], errors=(404,)),
    )
    async def get_screenshot(call: Call) -> Response:
        """Return the phone's picture at the moment the task failed."""
        call.take_nothing()
        path = engine.task_screenshot(call.task_id)
        return raw(await workers.run(partial(_kept, path)), "image/png")

    @router.get(
        "/task/{task_id:task_number}/hierarchy",
        **described(path=TASK_ID, media=["application/xml"], errors=(404,)),
    )
    async def get_hierarchy(call: Call) -> Response:
        """Return what was on the phone's screen, as XML, at the moment the task failed."""
        call.take_nothing()
        path = engine.task_hierarchy(call.task_id)
        return raw(await workers.run(partial(_kept, path)), "application/xml")


def _kept(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResourceNotFound(f"the file is not there any more: {error.strerror}") from error


def scripts_with_files(scripts: ScriptList) -> frozenset[str]:
    """Return the scripts whose config names files: looking at those can take long."""

    def names_files(schema: dict[str, Any]) -> bool:
        fields = cast("dict[str, dict[str, Any]]", schema.get("properties", {}))
        return any(field.get("x-editor") in FILE_EDITORS for field in fields.values())

    return frozenset(script.name for script in scripts.scripts if names_files(script.config_schema))


def task_request(call: Call, engine: Engine) -> TaskRequest:
    """Return the body of POST /task. Raises InvalidParameters or ScriptNameMissing."""
    try:
        request = call.parsed(TaskRequest)
    except InvalidParameters as error:
        raise _all_faults(call.content, error.errors, engine) from None
    if not request.script_name.strip():
        raise _without_script([FieldError(field="script_name", message="is required")])
    return request


def _all_faults(content: bytes, faults: list[FieldError], engine: Engine) -> RequestError:
    """Return the error for a body of the wrong form, with what else is wrong in it."""
    faults = [_in_task_words(fault) for fault in faults]
    try:
        body: object = from_json(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return InvalidParameters(faults)
    given = cast("dict[str, Any]", body)
    if given.get("script_name") in (None, ""):
        return _without_script(faults)
    wrong = {fault.field.partition(".")[0] for fault in faults}
    sound = {key: value for key, value in given.items() if key not in wrong}
    try:
        more = engine.request_faults(TaskRequest.model_validate(sound))
    except (ValidationError, RequestError):
        return InvalidParameters(faults)
    # A field that could not be read is missing from what was looked at; that is no fault of it.
    wrong |= {"serials"} if "usernames" in wrong else set()
    faults += [fault for fault in more if fault.field.partition(".")[0] not in wrong]
    return InvalidParameters(faults)


def _without_script(faults: list[FieldError]) -> ScriptNameMissing:
    return ScriptNameMissing(
        "script_name is missing", {"errors": [fault.model_dump() for fault in faults]}
    )


def retry_filter(call: Call) -> TaskFilter:
    """Return what POST /task/retry-all selects, by its query, by its body, or by both."""
    by_query = call.query(TaskFilter)
    by_body = call.parsed_or_default(TaskFilter)
    twice = sorted(by_query.model_fields_set & by_body.model_fields_set)
    if twice:
        raise InvalidParameters(
            [FieldError(field=name, message="is in the query and in the body") for name in twice]
        )
    return by_query.model_copy(update=by_body.model_dump(exclude_unset=True))


def _ids(call: Call) -> list[int]:
    call.take_no_query()
    return call.parsed(TaskIds).task_ids


def _in_task_words(fault: FieldError) -> FieldError:
    if fault.field == "source":
        return FieldError(field="source", message="is said by the service, never by a request")
    return fault
