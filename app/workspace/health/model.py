"""Whether recordings can be written down. Loads what knows the engines, which no other page needs."""

from app.foundation.settings import Settings
from app.speech.choosing import chosen_engine
from app.speech.engines import engine_report
from app.speech.model_store import model_folder, verify_model
from app.workspace.health.findings import Finding, Mark


def look_at_model(settings: Settings, *, by_reading: bool) -> Finding:
    choice = chosen_engine(settings)
    report = engine_report(choice, by_asking=by_reading)
    if not report.is_ready:
        return Finding("model", Mark.broken if report.is_wrong else Mark.look, report.sentence)
    is_ours = choice.server is None and choice.model_dir is None
    wrong = verify_model(model_folder(choice.data_dir)) if is_ours and by_reading else []
    if wrong:
        return Finding("model", Mark.broken, f"{' '.join(wrong)} Run `evenkeel models verify` and then `fetch`.")
    return Finding(
        "model", Mark.ok, report.sentence + (" Each file is the one we know." if is_ours and by_reading else "")
    )
