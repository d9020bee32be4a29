"""onnxruntime-genai on the same graph.

usage: genai_peer.py MODEL_FOLDER THREADS
Writes the genai_config.json it needs into a temporary folder that links to the graph.
"""

import json
import pathlib
import tempfile

import onnxruntime_genai as genai
from contender import serve


def configured(folder, threads):
    folder = pathlib.Path(folder).resolve()
    config = json.loads((folder / "config.json").read_text())
    heads = config["num_attention_heads"]
    made = pathlib.Path(tempfile.mkdtemp(prefix="genai-"))
    for file in [*folder.glob("*.json"), *(folder / "onnx").iterdir()]:
        (made / file.name).symlink_to(file)
    decoder = {
        "session_options": {"intra_op_num_threads": threads, "provider_options": []},
        "filename": "model.onnx",
        "head_size": config.get("head_dim", config["hidden_size"] // heads),
        "hidden_size": config["hidden_size"],
        "num_attention_heads": heads,
        "num_hidden_layers": config["num_hidden_layers"],
        "num_key_value_heads": config["num_key_value_heads"],
        "inputs": {
            "input_ids": "input_ids",
            "attention_mask": "attention_mask",
            "past_key_names": "past_key_values.%d.key",
            "past_value_names": "past_key_values.%d.value",
        },
        "outputs": {
            "logits": "logits",
            "present_key_names": "present.%d.key",
            "present_value_names": "present.%d.value",
        },
    }
    model = {
        "type": config["model_type"],
        "vocab_size": config["vocab_size"],
        "context_length": 4096,
        "bos_token_id": 1,
        "eos_token_id": [-1],
        "pad_token_id": 0,
        "decoder": decoder,
    }
    search = {"max_length": 4096, "past_present_share_buffer": True}
    (made / "genai_config.json").write_text(json.dumps({"model": model, "search": search}))
    return str(made)


class Peer:
    def __init__(self, folder, threads):
        self.model = genai.Model(configured(folder, threads))

    def reset(self):
        parameters = genai.GeneratorParams(self.model)
        parameters.set_search_options(max_length=4096, do_sample=False)
        self.generator = genai.Generator(self.model, parameters)

    def read(self, ids):
        self.generator.append_tokens(ids)
        return self.step(None)

    def step(self, _):
        self.generator.generate_next_token()
        return int(self.generator.get_next_tokens()[0])


serve(lambda arguments: Peer(arguments[0], int(arguments[1])))
