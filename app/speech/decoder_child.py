"""The child that opens one untrusted media file: `python -m app.speech.decoder_child IN OUT KIND LONGEST CPU`."""

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from app.speech.confinement import confine_this_process
from app.speech.decoding import BYTES_PER_SAMPLE, SAMPLE_RATE
from app.speech.sniffing import DEMUXERS

# Sound lost from the middle (a bad packet, a muted microphone) leaves a gap in the clock of the recording.
# It is filled with silence, or every word after it would be found too early.
SHORTEST_GAP_SECONDS = 0.2
LONGEST_GAP_SECONDS = 3600.0


class TooLong(Exception):
    """The sound has passed the longest allowed duration."""


def main() -> None:
    media, unfinished, kind, longest, cpu_seconds = sys.argv[1:]
    most_bytes = int(float(longest) * SAMPLE_RATE) * BYTES_PER_SAMPLE
    offline = confine_this_process(int(cpu_seconds), most_bytes + (16 << 20))
    report: dict[str, object] = {"network_cut_off": offline}
    try:
        options = {"format_whitelist": DEMUXERS[kind], "protocol_whitelist": "file"}
        with av.open(media, options=options, metadata_errors="ignore") as container, open(unfinished, "wb") as raw:
            report["has_video"] = has_moving_pictures(container)
            if container.streams.audio:
                sound = Sound(raw, most_bytes)
                sound.take(container, container.streams.audio[0])
                report["first_pts_seconds"] = sound.first_pts_seconds
                report["outcome"] = "decoded" if sound.written else "no-sound"
            else:
                report["outcome"] = "no-sound"
    except TooLong:
        report["outcome"] = "too-long"
    except av.error.FFmpegError as trouble:
        sys.stderr.write(str(trouble))
        report["outcome"] = "damaged"
    except OSError as trouble:
        # A full disk says nothing about the recording, so the caller must be able to tell the two apart.
        report["outcome"] = "disk-full" if trouble.errno in (errno.ENOSPC, errno.EDQUOT) else "damaged"
    sys.stdout.write(json.dumps(report))


def has_moving_pictures(container: InputContainer) -> bool:
    """Cover art of a song is a video stream too, but not one to watch."""
    return any(not stream.disposition & av.stream.Disposition.attached_pic for stream in container.streams.video)


class Sound:
    """The raw file as it grows: one frame in memory at a time."""

    def __init__(self, raw: BinaryIO, most_bytes: int) -> None:
        self.raw = raw
        self.most_bytes = most_bytes
        self.written = 0
        self.taken_seconds = 0.0
        self.first_pts_seconds: float | None = None
        self.resampler: AudioResampler | None = None
        self.shape: tuple[str, str, int] | None = None

    def take(self, container: InputContainer, stream: AudioStream) -> None:
        for frame in frames_of(container, stream):
            self.keep_the_clock(frame)
            self.resample(frame)
        self.flush()

    def keep_the_clock(self, frame: AudioFrame) -> None:
        if frame.time is not None:
            if self.first_pts_seconds is None:
                self.first_pts_seconds = frame.time - self.taken_seconds
            gap = frame.time - self.first_pts_seconds - self.taken_seconds
            if SHORTEST_GAP_SECONDS < gap < LONGEST_GAP_SECONDS:
                self.flush()
                self.write_silence(round(gap * SAMPLE_RATE))
                self.taken_seconds += gap
        self.taken_seconds += frame.samples / frame.sample_rate

    def resample(self, frame: AudioFrame) -> None:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self.shape:
            # Some streams change their rate or channels midway; a resampler serves one shape only.
            self.flush()
            self.shape = shape
        if self.resampler is None:
            self.resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        frame.pts = None
        self.write_frames(self.resampler.resample(frame))

    def flush(self) -> None:
        if self.resampler is not None:
            self.write_frames(self.resampler.resample(None))
            self.resampler = None

    def write_frames(self, frames: Sequence[AudioFrame | None]) -> None:
        for frame in frames:
            if frame is not None:
                self.write(bytes(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE])

    def write_silence(self, samples: int) -> None:
        for start in range(0, samples, SAMPLE_RATE):
            self.write(bytes(min(SAMPLE_RATE, samples - start) * BYTES_PER_SAMPLE))

    def write(self, sound: bytes) -> None:
        self.written += len(sound)
        if self.written > self.most_bytes:
            raise TooLong
        self.raw.write(sound)


def frames_of(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Every frame that can be decoded: one bad packet must not fail an hour, nor a cut-off end what came before it."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            continue


if __name__ == "__main__":
    main()
