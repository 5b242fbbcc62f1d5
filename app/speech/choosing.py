"""The engine that the settings choose."""

from app.foundation.settings import Settings
from app.speech.engines import EngineChoice, EngineName
from app.speech.server import Server


def chosen_engine(settings: Settings) -> EngineChoice:
    server = Server(settings.speech_url, settings.speech_key, settings.speech_model) if settings.speech_url else None
    return EngineChoice(EngineName(settings.speech_engine), settings.data_dir, settings.model_dir, server)
