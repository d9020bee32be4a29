"""The recipe for Whisper: CTranslate2's file of it becomes an ONNX model folder.

    python -m quartet_recipes.whisper convert --joined FILE --out DIR [--encoding int8|f16]
    python -m quartet_recipes.whisper split --joined FILE --out DIR
    python -m quartet_recipes.whisper check --joined FILE --model DIR --audio FILE.wav [--json]

The joined file is model.bin, tokenizer.json and config.json one after the other. The folder has
the layout of transformers.js, but for its graphs (see `whisper_graph`).
"""

import argparse
import json
import sys
import wave
from pathlib import Path

import numpy as np

from .ctranslate2_file import CTranslate2Error, CTranslate2File
from .folder import replaced_folder, write_json
from .text import progress
from .whisper_graph import decoder, encoder
from .whisper_mel import HOP, SAMPLE_RATE, WINDOW, log_mel
from .whisper_weights import WhisperConfig, read_weights

# What model.toml joins, in its order: name, bytes.
MEMBERS = (("model.bin", 145_217_532), ("tokenizer.json", 2_203_239), ("config.json", 2_309))

_TIMES = 1501  # <|0.00|> to <|30.00|>
_LEAST_TOP1 = 0.95
_WORST_ENCODING = 0.2  # one step for all activations of a second or thirty: a tenth; words stay


def split(joined: bytes) -> dict[str, bytes]:
    """The joined file as its members."""
    total = sum(size for _, size in MEMBERS)
    if len(joined) != total:
        raise CTranslate2Error(f"the joined file has {len(joined)} bytes, not {total}")
    members, start = {}, 0
    for name, size in MEMBERS:
        members[name] = joined[start : start + size]
        start += size
    return members


def special_tokens(tokenizer: dict) -> dict[str, int]:
    return {token["content"]: token["id"] for token in tokenizer["added_tokens"]}


def model_config(config: WhisperConfig, ids: dict[str, int]) -> dict:
    """The content of config.json, with Hugging Face's names."""
    return {
        "architectures": ["WhisperForConditionalGeneration"],
        "model_type": "whisper",
        "d_model": config.width,
        "encoder_layers": config.encoder_layers,
        "encoder_attention_heads": config.heads,
        "decoder_layers": config.decoder_layers,
        "decoder_attention_heads": config.heads,
        "num_mel_bins": config.mels,
        "max_source_positions": config.encoder_positions,
        "max_target_positions": config.decoder_positions,
        "vocab_size": config.vocabulary,
        "decoder_start_token_id": ids["<|startoftranscript|>"],
        "eos_token_id": ids["<|endoftext|>"],
    }


def generation_config(source: dict, config: WhisperConfig, ids: dict[str, int]) -> dict:
    """The content of generation_config.json: which tokens mean what, which may not be written."""
    languages = {token: id for token, id in ids.items() if id in source["lang_ids"]}
    return {
        "decoder_start_token_id": ids["<|startoftranscript|>"],
        "eos_token_id": ids["<|endoftext|>"],
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "task_to_id": {"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]},
        "lang_to_id": languages,
        "is_multilingual": len(languages) > 1,
        "max_initial_timestamp_index": 50,
        "max_length": config.decoder_positions,
        "suppress_tokens": source["suppress_ids"],
        "begin_suppress_tokens": source["suppress_ids_begin"],
        "alignment_heads": source["alignment_heads"],
    }


def preprocessor_config(config: WhisperConfig) -> dict:
    return {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": config.mels,
        "sampling_rate": SAMPLE_RATE,
        "n_fft": WINDOW,
        "hop_length": HOP,
        "chunk_length": config.encoder_positions * 2 * HOP // SAMPLE_RATE,
    }


def convert(arguments: argparse.Namespace) -> int:
    """Writes the model folder; nothing is left under its name unless all went well."""
    members = split(arguments.joined.read_bytes())
    weights = read_weights(CTranslate2File(members["model.bin"]))
    tokenizer = json.loads(members["tokenizer.json"])
    ids = special_tokens(tokenizer)
    half = arguments.encoding == "f16"
    with replaced_folder(arguments.out) as folder:
        (folder / "onnx").mkdir()
        # In half precision the embedding is widened as a whole when it is loaded: nothing to map.
        data = None if half else folder / "onnx" / "decoder.onnx_data"
        progress("graphs", 0, 2)
        encoder(weights, half).save(folder / "onnx" / "encoder.onnx", "whisper encoder", {})
        progress("graphs", 1, 2)
        decoder(weights, half, data).save(folder / "onnx" / "decoder.onnx", "whisper decoder", {})
        progress("graphs", 2, 2)
        write_json(folder / "config.json", model_config(weights.config, ids))
        source = json.loads(members["config.json"])
        write_json(folder / "generation_config.json", generation_config(source, weights.config, ids))
        write_json(folder / "preprocessor_config.json", preprocessor_config(weights.config))
        (folder / "tokenizer.json").write_bytes(members["tokenizer.json"])
    return 0


def unpack(arguments: argparse.Namespace) -> int:
    """Writes the members as they are: a folder that CTranslate2 and faster-whisper open."""
    members = split(arguments.joined.read_bytes())
    tokenizer = json.loads(members["tokenizer.json"])
    tokens = tokenizer["model"]["vocab"] | special_tokens(tokenizer)
    with replaced_folder(arguments.out) as folder:
        for name, content in members.items():
            (folder / name).write_bytes(content)
        # The packages leave it out; tokenizer.json says all of it but the times.
        times = [f"<|{tick / 50:.2f}|>" for tick in range(_TIMES)]
        write_json(folder / "vocabulary.json", sorted(tokens, key=tokens.get) + times)
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Compares the folder with a float32 forward pass over a recording; 1 where it is not near enough."""
    # Only the check needs ONNX Runtime.
    from .session import open_session
    from .whisper_reference import Reference

    members = split(arguments.joined.read_bytes())
    weights = read_weights(CTranslate2File(members["model.bin"]))
    ids = special_tokens(json.loads(members["tokenizer.json"]))
    samples = _recording(arguments.audio)
    mel = log_mel(samples, max(len(samples) // HOP + 100, 1000) // 2 * 2, weights.config.mels)
    reference = Reference(weights)
    encoded = reference.encode(mel)
    prompt = [ids[f"<|{token}|>"] for token in ("startoftranscript", "en", "transcribe", "notimestamps")]
    end, written = ids["<|endoftext|>"], list(prompt)
    while len(written) < 120 and (len(written) == len(prompt) or written[-1] != end):
        written.append(int(reference.logits(encoded, written)[-1, : end + 1].argmax()))

    session = open_session(arguments.model / "onnx" / "encoder.onnx", arguments.threads)
    names = [output.name for output in session.get_outputs()]
    cross = dict(zip(names, session.run(None, {"input_features": mel[None]})))
    error = power = 0.0
    feeds = {}
    for name, actual in cross.items():
        _, layer, part = name.split(".")
        expected = reference.cross(encoded, int(layer), part[0])
        error, power = error + np.square(actual[0] - expected).sum(), power + np.square(expected).sum()
        feeds[f"past_key_values.{layer}.encoder.{part}"] = actual
        feeds[f"past_key_values.{layer}.decoder.{part}"] = np.zeros((1, weights.config.heads, 0, weights.config.head_size), np.float32)
    session = open_session(arguments.model / "onnx" / "decoder.onnx", arguments.threads)
    presents = [output.name for output in session.get_outputs()][1:]
    same, fresh = 0, prompt
    for token in written[len(prompt) :]:
        logits, *past = session.run(None, {"input_ids": np.array([fresh], np.int64), **feeds})
        feeds |= {name.replace("present", "past_key_values"): value for name, value in zip(presents, past)}
        same, fresh = same + int(logits[0, 0, : end + 1].argmax() == token), [token]
    steps = len(written) - len(prompt)
    figures = {"encoding_relative_error": float(np.sqrt(error / power)), "same_likeliest_token": same / steps, "tokens": steps}
    passed = figures["same_likeliest_token"] >= _LEAST_TOP1 and figures["encoding_relative_error"] <= _WORST_ENCODING
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name}: {value:.4g}" for name, value in figures.items()))
    return 0 if passed else 1


def _recording(path: Path) -> np.ndarray:
    """A mono, 16-bit, 16 kHz WAV file's samples."""
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, SAMPLE_RATE):
            raise CTranslate2Error(f"{path} is not mono, 16 bits, {SAMPLE_RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="quartet_recipes.whisper", description=__doc__.splitlines()[0])
    commands = root.add_subparsers(required=True)
    make = commands.add_parser("convert", help="make a model folder from the joined files of the packages")
    make.add_argument("--joined", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--encoding", choices=("int8", "f16"), default="int8")
    make.set_defaults(run=convert)
    apart = commands.add_parser("split", help="write the packages' files as they are, for CTranslate2")
    apart.add_argument("--joined", type=Path, required=True)
    apart.add_argument("--out", type=Path, required=True)
    apart.set_defaults(run=unpack)
    compare = commands.add_parser("check", help="compare a model folder with its source in float32")
    compare.add_argument("--joined", type=Path, required=True)
    compare.add_argument("--model", type=Path, required=True)
    compare.add_argument("--audio", type=Path, required=True, help="mono, 16 bits, 16 kHz, English")
    compare.add_argument("--threads", type=int, default=2)
    compare.add_argument("--json", action="store_true", help="print the figures as JSON")
    compare.set_defaults(run=check)
    return root


def main() -> int:
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except (CTranslate2Error, OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
