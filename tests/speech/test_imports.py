"""The part of the package that the web process may import stays light."""

import subprocess
import sys

HEAVY = {"whisper", "torch", "httpx2", "av", "numpy", "faster_whisper", "ctranslate2", "onnxruntime", "huggingface_hub"}
LIGHT = ("sniffing", "model_store", "transcriber", "cleaning", "decoding", "engines", "choosing", "languages")


def test_what_the_web_process_may_import_loads_nothing_heavy():
    program = f"import sys, {', '.join(f'app.speech.{name}' for name in LIGHT)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())
