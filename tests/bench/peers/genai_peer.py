"""onnxruntime-genai on the same graph.

usage: genai_peer.py MODEL_FOLDER THREADS
Writes the genai_config.json it needs into a temporary folder beside a copy of the graph.
"""

import json
import pathlib
import shutil
import tempfile

import numpy
import onnx
import onnxruntime_genai as genai
from contender import serve


def configured(folder, made, threads):
    folder, made = pathlib.Path(folder), pathlib.Path(made)
    config = json.loads((folder / "config.json").read_text())
    heads = config["num_attention_heads"]
    for file in [*folder.glob("*.json"), *(folder / "onnx").iterdir()]:
        # No links: data outside the folder is refused.
        shutil.copy(file, made)
    keep_one_row(made / "model.onnx")
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
        # The last entry, which nothing is trained to say: the race must not end early.
        "eos_token_id": [config["vocab_size"] - 1],
        "pad_token_id": 0,
        "decoder": decoder,
    }
    search = {"max_length": 4096, "past_present_share_buffer": True}
    (made / "genai_config.json").write_text(json.dumps({"model": model, "search": search}))


def keep_one_row(path):
    """genai knows no `num_logits_to_keep`: the copy it gets always gives the last row."""
    model = onnx.load(path, load_external_data=False)
    kept = [given for given in model.graph.input if given.name == "num_logits_to_keep"]
    for given in kept:
        model.graph.input.remove(given)
        shape = [axis.dim_value for axis in given.type.tensor_type.shape.dim]
        one = numpy.ones(shape, numpy.int64)
        model.graph.initializer.append(onnx.numpy_helper.from_array(one, given.name))
    logits = next(output for output in model.graph.output if output.name == "logits")
    # From the fixed axis genai learns that there is one row, however long the prompt.
    logits.type.tensor_type.shape.dim[1].dim_value = 1
    onnx.save(model, path)


class Peer:
    def __init__(self, folder, threads):
        with tempfile.TemporaryDirectory(prefix="genai-") as made:
            configured(folder, made, threads)
            self.model = genai.Model(made)

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
