"""A transcript to take away: as text to read, and as captions for a player."""

from app.recordings.transcript.reading import Line, Silence, Transcript

MISSING = "[not transcribed]"


def as_text(title: str, transcript: Transcript) -> str:
    lines = [title, ""]
    for one in transcript.in_order:
        if isinstance(one, Silence):
            lines.append(f"[no words heard {_clock(one.seconds)}]")
        else:
            lines.append(f"{_clock(one.start)}  {_words(one)}")
    return "\n".join(lines) + "\n"


def as_captions(transcript: Transcript) -> str:
    cues = [
        f"{_moment(one.start)} --> {_moment(max(one.end, one.start + 0.5))}\n{_cue(one)}" for one in transcript.lines
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _words(line: Line) -> str:
    return " ".join(line.text.split()) if not line.is_missing else MISSING


def _cue(line: Line) -> str:
    """In captions these three mean something: tags, and the arrow that begins a new cue."""
    return _words(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _clock(seconds: float) -> str:
    """2:05 or 1:02:05."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
