"""The JSON of PROTOCOL.md, section 3."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route

from agent.packs import session_bank
from agent.planning import QUESTION_MINUTES, SESSION_MINUTES
from agent.reporting import BESIDE, Reported, of_session
from agent.web.access import BodyTooLarge
from agent.web.conversations import Busy, Conversations, Wishes
from agent.web.corrections import put_right, to_correct
from agent.web.link import PROTOCOL
from agent.web.problem import problem, problem_at
from agent.web.report_policy import report_policy, same_page
from agent.web.self_rating import rate
from agent.web.stored import folder_of, session_told, sessions_told
from evaluation.deletion import delete_session
from evaluation.history import read_history
from evaluation.notes import MAX_NOTES, save_notes
from evaluation.progress import progress
from evaluation.session import SessionFolder, now_utc
from evaluation.session_lock import SessionInUse
from prompts.errors import InputFileError, UsageError, VivaError
from prompts.persona import load_persona, load_personas
from prompts.question_bank import CATEGORIES
from prompts.rubric import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

DIFFICULTIES = {1: "gentle", 2: "easier", 3: "as usual", 4: "harder", 5: "hard"}
HERE = "Your voice goes from this page to the Viva that you started, and no further."
ELSEWHERE = (
    "Your voice goes from this page to the Viva that you started, and from there on as said."
)
Handler = Callable[["Request"], Awaitable[Response]]


class Api:
    """What pages ask for; everything that waits for the disk runs beside the sockets."""

    def __init__(self, conversations: Conversations, privacy: str) -> None:
        """`privacy`: which engines run and what leaves this machine."""
        self.conversations = conversations
        self.home = conversations.settings.sessions_home
        self.bank = conversations.bank
        local = conversations.settings.transcription == "local"
        self.privacy = f"{privacy} {HERE if local else ELSEWHERE}"

    def routes(self) -> list[Route]:
        """Paths and what answers them."""
        session = "/api/sessions/{name}"
        return [
            route("/api/choices", self.choices),
            route("/api/interviews", self.running),
            route("/api/interviews", self.begin, "POST"),
            route("/api/interviews/{id}", self.stop, "DELETE"),
            route("/api/sessions", self.sessions),
            route(session, self.session),
            route(session, self.delete, "DELETE"),
            route(f"{session}/report", self.report),
            route(f"{session}/report.md", self.markdown),
            route(f"{session}/evaluation", self.evaluation),
            route(f"{session}/audio", self.audio),
            route(f"{session}/notes", self.notes, "POST"),
            route(f"{session}/self-rating", self.self_rating, "POST"),
            route(f"{session}/corrections", self.corrections),
            route(f"{session}/turns/{{turn:int}}/correction", self.correct, "POST"),
            route("/api/progress", self.progress),
            route("/report/{name}", self.report),
        ]

    async def choices(self, request: Request) -> Response:
        """GET /api/choices"""
        settings = self.conversations.settings
        return JSONResponse(
            {
                "protocol": PROTOCOL,
                "version": importlib.metadata.version("viva-interview"),
                "privacy": self.privacy,
                "sessions_home": str(self.home),
                "levels": list(LEVELS),
                "categories": [
                    {"id": each, "title": each.replace("-", " ").capitalize()}
                    for each in CATEGORIES
                ],
                "questions": [
                    q.model_dump(mode="json", include={"id", "title", "category", "type", "levels"})
                    for q in self.bank
                ],
                "personas": await run_in_threadpool(personas_told, settings.persona),
                "difficulties": [{"step": n, "title": t} for n, t in DIFFICULTIES.items()],
                "defaults": {
                    "level": settings.level,
                    "persona": settings.persona,
                    "difficulty": settings.difficulty,
                    "minutes": settings.minutes or SESSION_MINUTES,
                    "minutes_one_question": settings.minutes or QUESTION_MINUTES,
                },
                "minutes_range": [2, 180],
                "limit": self.conversations.limit,
                "running": len(self.conversations.running),
            }
        )

    async def running(self, request: Request) -> Response:
        """GET /api/interviews"""
        return JSONResponse({"interviews": self.conversations.about()})

    async def begin(self, request: Request) -> Response:
        """POST /api/interviews"""
        body = await json_body(request)
        conversation = await run_in_threadpool(self.begun, body)
        return JSONResponse(
            {
                "id": conversation.id,
                "session": conversation.name,
                "page": f"/interview/{conversation.id}",
            },
            status_code=201,
        )

    def begun(self, body: dict[str, Any]) -> Any:
        """A new interview, one that goes on, or one that is tried again."""
        if body.get("resume"):
            folder = self.folder(body["resume"])
            return self.conversations.resume(SessionFolder.open(folder))
        retry = body.get("retry")
        earlier = SessionFolder.open(self.folder(retry), repair=False) if retry else None
        return self.conversations.begin(Wishes.model_validate(body), retry=earlier)

    async def stop(self, request: Request) -> Response:
        """DELETE /api/interviews/ID"""
        if not self.conversations.stop(request.path_params["id"]):
            return problem(404, "not_found", "no such interview is running")
        return Response(status_code=204)

    async def sessions(self, request: Request) -> Response:
        """GET /api/sessions"""
        return JSONResponse({"sessions": await run_in_threadpool(self.listed)})

    def listed(self) -> list[dict[str, Any]]:
        """Every session, of every server on the same store."""
        here = self.conversations
        return sessions_told(self.home, self.bank, here.names_running(), here.store.names())

    async def session(self, request: Request) -> Response:
        """GET /api/sessions/NAME"""
        folder = self.folder(request.path_params["name"])
        running = await run_in_threadpool(self.conversations.is_running, folder.name)
        return JSONResponse(
            await run_in_threadpool(session_told, folder, self.bank, running=running)
        )

    async def delete(self, request: Request) -> Response:
        """DELETE /api/sessions/NAME"""
        folder = self.folder(request.path_params["name"])
        if await run_in_threadpool(self.conversations.is_running, folder.name):
            return problem(409, "in_use", "this interview is running", "Stop it first.")
        await run_in_threadpool(delete_session, folder)
        await run_in_threadpool(self.conversations.store.forget, folder.name)
        return Response(status_code=204)

    async def notes(self, request: Request) -> Response:
        """POST /api/sessions/NAME/notes"""
        folder = self.folder(request.path_params["name"])
        text = (await json_body(request)).get("text")
        if not isinstance(text, str) or len(text) > MAX_NOTES:
            return problem(400, "bad_request", f"text has to be a string up to {MAX_NOTES} long")
        session = await run_in_threadpool(SessionFolder.open, folder, repair=False)
        await run_in_threadpool(save_notes, session, text)
        return Response(status_code=204)

    async def self_rating(self, request: Request) -> Response:
        """POST /api/sessions/NAME/self-rating"""
        session = await self.opened(request)
        if self.conversations.is_running(session.path.name):
            return problem(409, "in_use", "this interview is running")
        await run_in_threadpool(rate, session, await json_body(request))
        return Response(status_code=204)

    async def corrections(self, request: Request) -> Response:
        """GET /api/sessions/NAME/corrections"""
        session = await self.opened(request)
        return JSONResponse({"turns": await run_in_threadpool(to_correct, session)})

    async def correct(self, request: Request) -> Response:
        """POST /api/sessions/NAME/turns/N/correction"""
        session = await self.opened(request)
        if self.conversations.is_running(session.path.name):
            return problem(409, "in_use", "this interview is running", "Finish it first.")
        turn, body = request.path_params["turn"], await json_body(request)
        settings = self.conversations.settings
        return JSONResponse(
            {"lines": await run_in_threadpool(put_right, session, turn, body, settings)}
        )

    async def report(self, request: Request) -> Response:
        """GET /report/NAME and /api/sessions/NAME/report"""
        session = await self.opened(request)
        if session.evaluation() is None:
            return not_scored(request)
        html = await run_in_threadpool(self.report_html, session)
        return HTMLResponse(html, headers={"Content-Security-Policy": report_policy()})

    def report_html(self, session: SessionFolder) -> str:
        """The report with its sound inside: a sandboxed page may load nothing from beside it."""
        path = session.report_path
        reported = self.reported(session)
        if path.exists() and not path.with_suffix(BESIDE).exists():
            stored = path.read_text("utf-8", errors="replace")
            if same_page(stored, reported.page(b"-")):
                return stored
        reported.write(path, "inside")
        return path.read_text("utf-8")

    def reported(self, session: SessionFolder) -> Reported:
        """What its report is about, with the questions that it brings itself."""
        return of_session(session, session_bank(session.meta, self.bank))

    async def markdown(self, request: Request) -> Response:
        """GET /api/sessions/NAME/report.md"""
        session = await self.opened(request)
        if session.evaluation() is None:
            return not_scored(request)
        text = await run_in_threadpool(lambda: self.reported(session).markdown())
        return PlainTextResponse(text, media_type="text/markdown")

    async def evaluation(self, request: Request) -> Response:
        """GET /api/sessions/NAME/evaluation"""
        evaluation = (await self.opened(request)).evaluation()
        if evaluation is None:
            return not_scored(request)
        return Response(evaluation.to_json(), media_type="application/json")

    async def audio(self, request: Request) -> Response:
        """GET /api/sessions/NAME/audio"""
        folder = self.folder(request.path_params["name"])
        path = folder / "audio.wav"
        if path.is_symlink() or not path.is_file():
            return problem(404, "not_found", "this session has no sound")
        return FileResponse(path, media_type="audio/wav")

    async def progress(self, request: Request) -> Response:
        """GET /api/progress"""
        made = await run_in_threadpool(
            lambda: progress(read_history(self.home), self.bank, now=now_utc())
        )
        return Response(made.model_dump_json(), media_type="application/json")

    async def opened(self, request: Request) -> SessionFolder:
        """The session of the path."""
        folder = self.folder(request.path_params["name"])
        return await run_in_threadpool(SessionFolder.open, folder, repair=False)

    def folder(self, name: object) -> Path:
        """The folder of that name. Raises HTTPException 404."""
        found = folder_of(self.home, name) if isinstance(name, str) else None
        if found is None:
            raise HTTPException(404, "there is no such session")
        return found


STATUSES: tuple[tuple[type[VivaError], int, str], ...] = (
    (Busy, 503, "busy"),
    (UsageError, 400, "bad_request"),
    (InputFileError, 400, "bad_request"),
    (SessionInUse, 409, "in_use"),
    (VivaError, 500, "failed"),
)
"""How errors that a person can act on are told; the first that fits."""


def route(path: str, handler: Handler, method: str = "GET") -> Route:
    """One path; errors are told as JSON."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except ValidationError as error:
            return problem(400, "bad_request", fault(error))
        except BodyTooLarge:
            return problem(413, "too_large", "the request is too long")
        except VivaError as error:
            status, kind = next(
                (status, kind) for each, status, kind in STATUSES if isinstance(error, each)
            )
            return problem_at(request.url.path, status, kind, error.what, error.todo)

    return Route(path, answered, methods=[method])


def fault(error: ValidationError) -> str:
    """The first thing that is wrong with a body."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def not_scored(request: Request) -> Response:
    """The answer about a session without an evaluation."""
    return problem_at(
        request.url.path,
        409,
        "not_scored",
        "this session is not scored yet",
        "Go on with it, or run `viva score`.",
    )


async def json_body(request: Request) -> dict[str, Any]:
    """The body, an object. Raises HTTPException or UsageError."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(415, "the body has to be application/json")
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the body is no JSON ({error})") from error
    if not isinstance(body, dict):
        raise UsageError("the body has to be a JSON object")
    return body


def personas_told(configured: str) -> list[dict[str, Any]]:
    """The interviewers to choose from; the configured one may be a file of the user's."""
    shipped = {each.id: each for each in load_personas()}
    if configured not in shipped:
        shipped = {configured: load_persona(configured), **shipped}
    return [
        {"id": name, **each.model_dump(include={"name", "title", "description"})}
        for name, each in shipped.items()
    ]
