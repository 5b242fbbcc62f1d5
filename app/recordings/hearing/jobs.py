"""The jobs of recordings. The web process knows them by name; what they do is loaded by the worker that runs them."""

from app.foundation.jobs import JobContext, job
from app.recordings.storing import sound_file, storage_of


@job("prepare_recording", queue="media")
def prepare_recording(context: JobContext, recording_id: str, take: str) -> None:
    from app.recordings.hearing.preparing import prepare  # noqa: PLC0415  # heavy libraries stay out of the web process

    prepare(context.engine, context.settings, recording_id, int(take))


@job("transcribe_recording", queue="media")
def transcribe_recording(context: JobContext, recording_id: str, take: str) -> None:
    from app.recordings.hearing.transcribing import transcribe  # noqa: PLC0415  # as above

    transcribe(context.engine, context.settings, recording_id, int(take))


# What was deleted must go, however long the storage is away.
@job("remove_recording_media", pauses=(2, 15, 60, 300, 1800, 7200, 21_600, *[86_400] * 7))
def remove_recording_media(context: JobContext, storage_key: str, recording_id: str, take: str) -> None:
    storage_of(context.settings).delete(storage_key)
    sound = sound_file(context.settings, recording_id, int(take))
    for left in (sound, sound.with_name(sound.name + ".part")):
        left.unlink(missing_ok=True)
