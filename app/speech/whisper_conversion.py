"""The same weights for another engine: from faster-whisper's `model.bin` to the checkpoint that openai-whisper reads.

Runs where openai-whisper is installed, and imports nothing that is not there.
"""

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from app.speech.model_store import sha256_of

Weights = dict[str, np.ndarray]

OLDEST_FORMAT = 3
KINDS = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
HEAD_WIDTH = 64  # the same in every Whisper


class NotConvertible(Exception):
    """These weights cannot serve openai-whisper; the text is a sentence for an administrator."""


@dataclass(frozen=True)
class Dimensions:
    """The names and the order are openai-whisper's."""

    n_mels: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_vocab: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int


def converted(model_dir: Path, folder: Path) -> Path:
    """The checkpoint for this model, made once; one that is not what was written then is made anew."""
    source = model_dir / "model.bin"
    fingerprint = sha256_of(source)
    checkpoint, note = folder / f"{fingerprint[:16]}.pt", folder / f"{fingerprint[:16]}.json"
    if is_as_written(checkpoint, note, fingerprint):
        return checkpoint
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = checkpoint.with_name(f"{checkpoint.name}.{os.getpid()}.part")
    try:
        write_checkpoint(source, unfinished)
        unfinished.rename(checkpoint)
    finally:
        unfinished.unlink(missing_ok=True)
    note.write_text(json.dumps({"made_from": fingerprint, "sha256": sha256_of(checkpoint)}))
    return checkpoint


def is_as_written(checkpoint: Path, note: Path, fingerprint: str) -> bool:
    try:
        told = json.loads(note.read_text())
        return bool(told == {"made_from": fingerprint, "sha256": sha256_of(checkpoint)})
    except (OSError, ValueError):
        return False


def write_checkpoint(source: Path, target: Path) -> None:
    """Whole and compared number by number with what it was made from, or not at all."""
    weights = read_weights(source)
    dimensions = measure(weights)
    tensors = {name: torch.from_numpy(np.array(values)) for name, values in renamed(weights, dimensions)}
    with target.open("wb") as written:
        torch.save({"dims": asdict(dimensions), "model_state_dict": tensors}, written)
        written.flush()
        os.fsync(written.fileno())
    again = torch.load(target, mmap=True, weights_only=True)["model_state_dict"]
    if again.keys() != tensors.keys() or not all(torch.equal(again[name], tensors[name]) for name in tensors):
        raise NotConvertible("The converted model differs from what was written: is the disk full or failing?")


def read_weights(path: Path) -> Weights:
    """Every tensor as a view of the file: nothing is loaded before it is used."""
    mapped = np.memmap(path, dtype=np.uint8, mode="r")
    reader = Reader(mapped)
    try:
        version, _, _ = reader.number("I"), reader.string(), reader.number("I")
        if version < OLDEST_FORMAT:
            raise NotConvertible(f"The model {path} is of an old format.")
        weights = dict(reader.tensor() for _ in range(reader.number("I")))
        for _ in range(reader.number("I")):
            name, same_as = reader.string(), reader.string()
            weights[name] = weights[same_as]
    except (struct.error, KeyError, ValueError, UnicodeDecodeError) as trouble:
        raise NotConvertible(f"The model {path} is damaged or of an unknown format.") from trouble
    return weights


class Reader:
    """Steps through the file: little-endian numbers, texts with their length before them, tensors."""

    def __init__(self, mapped: np.ndarray) -> None:
        self.mapped = mapped
        self.at = 0

    def number(self, kind: str) -> int:
        size = struct.calcsize(kind)
        (value,) = struct.unpack(f"<{kind}", self.take(size).tobytes())
        return int(value)

    def string(self) -> str:
        return self.take(self.number("H")).tobytes().rstrip(b"\0").decode()

    def tensor(self) -> tuple[str, np.ndarray]:
        name = self.string()
        shape = [self.number("I") for _ in range(self.number("B"))]
        kind = KINDS[self.number("B")]
        return name, self.take(self.number("I")).view(kind).reshape(shape)

    def take(self, size: int) -> np.ndarray:
        taken = self.mapped[self.at : self.at + size]
        self.at += size
        return taken


def measure(weights: Weights) -> Dimensions:
    try:
        width, mels = weights["encoder/conv1/weight"].shape[:2]
        return Dimensions(
            n_mels=mels,
            n_audio_ctx=weights["encoder/position_encodings/encodings"].size // width,
            n_audio_state=width,
            n_audio_head=width // HEAD_WIDTH,
            n_audio_layer=layers(weights, "encoder"),
            n_vocab=weights["decoder/embeddings/weight"].shape[0],
            n_text_ctx=weights["decoder/position_encodings/encodings"].size // width,
            n_text_state=width,
            n_text_head=width // HEAD_WIDTH,
            n_text_layer=layers(weights, "decoder"),
        )
    except KeyError as missing:
        raise NotConvertible(f"This is no Whisper model: it lacks {missing}.") from missing


def layers(weights: Weights, side: str) -> int:
    # The closing norm of each side is called layer_norm, which is no layer.
    return len({name.split("/")[1] for name in weights if name.startswith(f"{side}/layer_")} - {"layer_norm"})


def renamed(weights: Weights, dimensions: Dimensions) -> Iterator[tuple[str, np.ndarray]]:
    """Each tensor under the name that openai-whisper gives it, in its shape."""
    for name in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder.{name}.{part}", floats(weights, f"encoder/{name}/{part}")
    for side in ("encoder", "decoder"):
        places = floats(weights, f"{side}/position_encodings/encodings")
        yield f"{side}.positional_embedding", places.reshape(-1, dimensions.n_audio_state)
    yield "decoder.token_embedding.weight", floats(weights, "decoder/embeddings/weight")
    yield from norm(weights, "encoder/layer_norm", "encoder.ln_post")
    yield from norm(weights, "decoder/layer_norm", "decoder.ln")
    for number in range(dimensions.n_audio_layer):
        yield from block(weights, f"encoder/layer_{number}", f"encoder.blocks.{number}")
    for number in range(dimensions.n_text_layer):
        yield from block(weights, f"decoder/layer_{number}", f"decoder.blocks.{number}")
        yield from cross_attention(weights, f"decoder/layer_{number}/attention", f"decoder.blocks.{number}")


def block(weights: Weights, source: str, target: str) -> Iterator[tuple[str, np.ndarray]]:
    attention = f"{source}/self_attention"
    yield from fused(weights, f"{attention}/linear_0", target + ".attn", ("query", "key", "value"))
    yield from linear(weights, f"{attention}/linear_1", f"{target}.attn.out")
    yield from norm(weights, f"{attention}/layer_norm", f"{target}.attn_ln")
    yield from linear(weights, f"{source}/ffn/linear_0", f"{target}.mlp.0")
    yield from linear(weights, f"{source}/ffn/linear_1", f"{target}.mlp.2")
    yield from norm(weights, f"{source}/ffn/layer_norm", f"{target}.mlp_ln")


def cross_attention(weights: Weights, source: str, target: str) -> Iterator[tuple[str, np.ndarray]]:
    yield from linear(weights, f"{source}/linear_0", f"{target}.cross_attn.query")
    yield from fused(weights, f"{source}/linear_1", f"{target}.cross_attn", ("key", "value"))
    yield from linear(weights, f"{source}/linear_2", f"{target}.cross_attn.out")
    yield from norm(weights, f"{source}/layer_norm", f"{target}.cross_attn_ln")


def fused(weights: Weights, source: str, target: str, parts: tuple[str, ...]) -> Iterator[tuple[str, np.ndarray]]:
    """One matrix holds several, one below the other. Keys have no bias in openai-whisper, so theirs must be nothing."""
    matrices = np.split(floats(weights, f"{source}/weight"), len(parts))
    biases = np.split(floats(weights, f"{source}/bias"), len(parts))
    for part, matrix, bias in zip(parts, matrices, biases, strict=True):
        yield f"{target}.{part}.weight", matrix
        if part != "key":
            yield f"{target}.{part}.bias", bias
        elif bias.any():
            raise NotConvertible(f"This model cannot be converted: {source} has a bias for its keys.")


def linear(weights: Weights, source: str, target: str) -> Iterator[tuple[str, np.ndarray]]:
    for part in ("weight", "bias"):
        yield f"{target}.{part}", floats(weights, f"{source}/{part}")


def norm(weights: Weights, source: str, target: str) -> Iterator[tuple[str, np.ndarray]]:
    yield f"{target}.weight", floats(weights, f"{source}/gamma")
    yield f"{target}.bias", floats(weights, f"{source}/beta")


def floats(weights: Weights, name: str) -> np.ndarray:
    if name not in weights:
        raise NotConvertible(f"This is no Whisper model: it lacks {name}.")
    if weights[name].dtype not in (np.float16, np.float32):
        raise NotConvertible("This model is quantized; openai-whisper needs one with float16 or float32 weights.")
    return weights[name]
