"""Libraries that would report home do not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.weights import folder

BY_PACKAGE = {
    "audio": "from audio.vad import SpeechDetector; SpeechDetector()",
    "evaluation": (
        "from agent.weights import folder; from evaluation.encoder import SentenceEncoder; "
        "SentenceEncoder(folder('minilm-l6-v2')).encode(['words'])"
    ),
}


@pytest.mark.parametrize("package", sorted(BY_PACKAGE))
def test_onnxruntime_keeps_no_record_of_its_use_to_send(tmp_path: Path, package: str) -> None:
    """Left alone it makes an identifier of the device and a queue of events in the cache folder."""
    weights = str(folder("minilm-l6-v2").parent)
    env = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": "", "VIVA_MODELS_HOME": weights}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", BY_PACKAGE[package]], env=env, check=True, timeout=120)
    assert not list(tmp_path.rglob("onnxruntime*"))
    assert not list(tmp_path.rglob("deviceid"))
