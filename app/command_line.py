"""What `evenkeel` can be told to do."""

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from app.foundation.clock import is_zone, set_clock
from app.foundation.settings import BadSettings, Settings, load_settings
from app.operating import keeping

if TYPE_CHECKING:
    from sqlalchemy import Engine

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="One place per customer escalation.")
user = typer.Typer(no_args_is_help=True, help="Colleagues.")
guest = typer.Typer(no_args_is_help=True, help="Customer guests.")
jobs = typer.Typer(no_args_is_help=True, help="Work for later.")
models = typer.Typer(help="Speech models: list, fetch, verify.")
cli.add_typer(user, name="user")
cli.add_typer(guest, name="guest")
cli.add_typer(jobs, name="jobs")
cli.add_typer(models, name="models")

DEFAULT_MODEL = "whisper-base"
Result = TypeVar("Result")
ModelName = Annotated[str, typer.Argument(help="As `evenkeel models list` names it.")]


def run() -> None:
    gc.enable()
    try:
        cli()
    except BadSettings as problems:
        for line in str(problems).splitlines():
            print(f"evenkeel: {line}", file=sys.stderr)
        sys.exit(2)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; EVENKEEL_HOST unless given.")] = "",
    worker: Annotated[bool, typer.Option(help="Run one worker beside the web process.")] = True,
) -> None:
    """Bring the database up to date and serve the product."""
    # What is made while starting stays for good: collecting it again and again is a fifth of a cold start.
    gc.disable()
    settings = _settings()
    from app.operating.listening import listen  # noqa: PLC0415  the command line stays quick for what needs no web server
    from app.operating.serving import serve as answer  # noqa: PLC0415  as above

    listener = listen(host or settings.host, settings.port)
    settings, engine = _ready()
    _say_where(settings, engine)
    engine.dispose()
    answer(settings, listener, with_worker=worker)


@cli.command()
def worker(parent: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Run jobs and clocks: beside `serve --no-worker`, as many as are needed on PostgreSQL."""
    from app.foundation.jobs.lifeline import WorkerAlreadyRunning  # noqa: PLC0415  as above
    from app.worker import work  # noqa: PLC0415  as above

    settings, engine = _ready() if parent is None else (_settings(), None)
    if engine is not None:
        engine.dispose()
    try:
        work(settings, parent)
    except WorkerAlreadyRunning as reason:
        _give_up(str(reason))


@cli.command()
def migrate() -> None:
    """Bring the database to this version."""
    from app.foundation.database import open_database  # noqa: PLC0415  as above
    from app.operating.migrating import migrate as bring_up  # noqa: PLC0415  as above
    from app.operating.wholeness import CannotUse  # noqa: PLC0415  as above

    settings = _settings_and_folder()
    engine = open_database(settings.database)
    try:
        bring_up(settings, engine)
    except CannotUse as reason:
        _give_up(str(reason))
    engine.dispose()
    print("The database is up to date.")


@user.command("add")
def add_user(
    email: str,
    name: Annotated[str, typer.Option(help="As others see it.")],
    role: Annotated[str, typer.Option(help="member, manager or administrator")] = "member",
    zone: Annotated[str, typer.Option(help="Such as Europe/Berlin.")] = "UTC",
) -> None:
    """Add a colleague and print the one-time link with which they choose a password."""
    from app.operating.administration import add_colleague_with_link  # noqa: PLC0415  as above

    if not is_zone(zone):
        raise BadSettings(f"--zone: there is no time zone {zone}; one looks like Europe/Berlin")
    settings, engine = _ready()
    print(_sentence(lambda: add_colleague_with_link(engine, settings, email=email, name=name, role=role, zone=zone)))


@user.command("link")
def print_new_link(email: str) -> None:
    """Print a one-time link with which a colleague chooses a new password, as where no mail can be sent."""
    from app.operating.administration import new_link_for  # noqa: PLC0415  as above

    print(_sentence(lambda: new_link_for(*_ready(), email)))


@guest.command("invite")
def invite_guest(
    email: str,
    escalation: Annotated[str, typer.Option(help="The key, such as ACME-7K4.")],
    name: Annotated[str, typer.Option(help="As others see it.")],
) -> None:
    """Invite somebody of the customer into one escalation and print their one-time link."""
    from app.operating.administration import invite_with_link  # noqa: PLC0415  as above

    settings, engine = _ready()
    print(_sentence(lambda: invite_with_link(engine, settings, email=email, name=name, key=escalation)))


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context) -> None:
    """Speech models: what is here, and whether recordings could be transcribed now."""
    from app.operating.speech import say_models  # noqa: PLC0415  as above

    if context.invoked_subcommand is None:
        sys.exit(say_models(_settings()))


@models.command("list")
def list_models_too() -> None:
    """The models by name: engine, size, state and place; exits with 1 when nothing could be transcribed now."""
    from app.operating.speech import say_models  # noqa: PLC0415  as above

    sys.exit(say_models(_settings()))


@models.command("fetch")
def fetch_model(name: ModelName = DEFAULT_MODEL) -> None:
    """Get a model, going on where an earlier try broke off, and verify it; exits with 1 when that failed."""
    from app.operating.speech import get_model  # noqa: PLC0415  as above

    sys.exit(get_model(_settings(), name))


@models.command("verify")
def verify_model(name: ModelName = DEFAULT_MODEL) -> None:
    """Compare every file of a model with its fingerprint; exits with 1 when one differs, and that model is not used."""
    from app.operating.speech import check_model  # noqa: PLC0415  as above

    sys.exit(check_model(_settings(), name))


@cli.command()
def transcribe(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    language: Annotated[str, typer.Option(help="Such as en; found out when not given.")] = "",
) -> None:
    """Turn a recording into words on the terminal."""
    from app.operating.speech import transcribe_to_terminal  # noqa: PLC0415  as above

    sys.exit(transcribe_to_terminal(_settings(), file, as_json=as_json, language=language or None))


@cli.command()
def routes(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List every route with its door and its verb."""
    from app.operating.surface import routes_of, routes_of_api, site_for_listing  # noqa: PLC0415  as above

    found = routes_of(site_for_listing()) + routes_of_api()
    if as_json:
        print(json.dumps([route.as_json() for route in found], indent=1))
    else:
        for route in found:
            print(f"{route.method:7} {route.path:70} {route.door:9} {route.verb}")


@jobs.command("run-all")
def run_all_jobs(seconds: Annotated[int, typer.Option(help="Give up after this long.")] = 600) -> None:
    """Do everything that is due now, then stop: jobs, letters, search, notifications."""
    from app.operating.administration import run_everything_due  # noqa: PLC0415  as above

    settings, engine = _ready()
    engine.dispose()
    sys.exit(run_everything_due(settings, seconds))


@cli.command()
def demo() -> None:
    """Load one made-up escalation to look around in; on an empty server also somebody to sign in as."""
    from app.operating.demonstrating import show_demo  # noqa: PLC0415  as above

    settings, engine = _ready()
    shown = _sentence(lambda: show_demo(engine, settings))
    engine.dispose()
    print(f"\n  {shown.sentence} It is at {shown.address}")
    if shown.link:
        print(f"  While the server runs, this link signs you in, once and within 15 minutes:\n\n  {shown.link}\n")
    else:
        print("  Sign in as its administrator to see it.\n")


@cli.command()
def seed(
    fixture: Annotated[str, typer.Option(help="two-worlds")],
    world: Annotated[
        str, typer.Option(help="A holds internal and foreign things, B only what the guests may see.")
    ] = "A",
    number: Annotated[int, typer.Option("--seed")] = 1,
) -> None:
    """Fill an empty database with a fixture for tests; prints the ids as JSON."""
    from app.operating.two_worlds.seeding import seed_world  # noqa: PLC0415  as above

    settings, engine = _ready()
    if fixture != "two-worlds" or world not in ("A", "B"):
        print("evenkeel: there is one fixture, two-worlds, with the worlds A and B", file=sys.stderr)
        sys.exit(2)
    print(json.dumps(seed_world(engine, settings, world, number), indent=1))


for kept in (keeping.backup, keeping.restore, keeping.doctor):
    cli.command()(kept)


def _settings() -> Settings:
    settings = load_settings()
    set_clock(settings.clock)
    return settings


def _ready() -> "tuple[Settings, Engine]":
    """Settings that were checked, and a database of this version."""
    from app.foundation.database import open_database  # noqa: PLC0415  as above
    from app.operating.readiness import make_ready  # noqa: PLC0415  as above
    from app.operating.wholeness import CannotUse  # noqa: PLC0415  as above

    settings = _settings_and_folder()
    try:
        make_ready(settings)
    except CannotUse as reason:
        _give_up(str(reason))
    return settings, open_database(settings.database)


def _settings_and_folder() -> Settings:
    settings = _settings()
    keeping.refuse_unfinished(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(settings.data_dir, os.W_OK):
            raise PermissionError
    except OSError:
        raise BadSettings(f"EVENKEEL_DATA_DIR: {settings.data_dir} cannot be written to") from None
    return settings


def _give_up(reason: str) -> NoReturn:
    print(f"evenkeel: {reason}", file=sys.stderr)
    sys.exit(1)


def _say_where(settings: Settings, engine: "Engine") -> None:
    from app.operating.first_start import first_start_address  # noqa: PLC0415  as above

    print(f"\n  Evenkeel is at {settings.site}\n")
    if address := first_start_address(engine, settings):
        print(f"  Nobody is here yet. Open {address} to begin.\n")
    sys.stdout.flush()


def _sentence(act: Callable[[], Result]) -> Result:
    from app.foundation.refusals import NotFound, Refused  # noqa: PLC0415  as above
    from app.operating.waiting import when_free  # noqa: PLC0415  as above
    from app.operating.wholeness import CannotUse  # noqa: PLC0415  as above

    try:
        return when_free(act)
    except CannotUse as reason:
        _give_up(str(reason))
    except Refused as refusal:
        print(f"evenkeel: {refusal.sentence}", file=sys.stderr)
    except NotFound:
        print("evenkeel: there is no escalation with this key", file=sys.stderr)
    sys.exit(1)
