"""Diffusion pipelines in Python over ONNX Runtime, on the same graphs.

usage: image_peer.py PIPELINE MODEL_FOLDER THREADS
PIPELINE is `diffusers` (OnnxStableDiffusionPipeline: Stable Diffusion 1 and 2) or `optimum`
(ORTDiffusionPipeline: all). Answers {"request": {...}} with the seconds to finished pictures.
"""

import json
import pathlib
import shutil
import tempfile
import time

import diffusers
import onnx
import onnxruntime
import torch
import transformers
from contender import answer


def text_config(path, made):
    """What optimum wants to know of a text encoder; puts its outputs in the order it expects."""
    model = onnx.load(path)
    outputs = list(model.graph.output)
    layers = sum(output.name.startswith("hidden_states.") for output in outputs) - 1
    if layers < 0:
        outputs.sort(key=lambda output: output.name != "last_hidden_state")
        del model.graph.output[:]
        model.graph.output.extend(outputs)
        onnx.save(model, path)
    unet = json.loads((made / "unet/config.json").read_text())
    sizes = 6 * (unet["addition_time_embed_dim"] or 0)
    width = (unet["projection_class_embeddings_input_dim"] or 0) - sizes
    return {"num_hidden_layers": max(layers, 0), "projection_dim": width}


def described(folder, made, wrapper):
    """A copy of the folder, with the descriptions that Quartet does without."""
    shutil.copytree(folder, made, dirs_exist_ok=True)
    file = made / "model_index.json"
    index = json.loads(file.read_text())
    scheduler = json.loads((made / "scheduler/scheduler_config.json").read_text())
    index["scheduler"] = ["diffusers", scheduler["_class_name"]]
    for part in made.glob("tokenizer*"):
        index[part.name] = ["transformers", "CLIPTokenizer"]
        config = part / "tokenizer_config.json"
        # Old descriptions tell special tokens as objects, which transformers no longer reads.
        plain = {
            key: value["content"] if isinstance(value, dict) and "content" in value else value
            for key, value in json.loads(config.read_text()).items()
        }
        config.write_text(json.dumps(plain))
    for graph in made.glob("*/model.onnx"):
        index[graph.parent.name] = wrapper
        config = graph.parent / "config.json"
        if not config.exists():
            config.write_text(json.dumps(text_config(graph, made)))
    file.write_text(json.dumps(index))


class TextEncoder(diffusers.OnnxRuntimeModel):
    """Takes and gives what the graph does, not what diffusers' first exports did."""

    def __call__(self, input_ids):
        return self.model.run(["last_hidden_state"], {"input_ids": input_ids.astype("int64")})


class Unet(diffusers.OnnxRuntimeModel):
    """Takes the time in the shape of the graph."""

    def __call__(self, timestep, **given):
        shape = next(one.shape for one in self.model.get_inputs() if one.name == "timestep")
        return self.model.run(None, {"timestep": timestep.reshape(shape), **given})


class Peer:
    def __init__(self, kind, folder, threads):
        self.scale = 1
        # The schedulers' arithmetic.
        torch.set_num_threads(threads)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        with tempfile.TemporaryDirectory(prefix="bench-") as made:
            made = pathlib.Path(made)
            described(folder, made, [kind, "OnnxRuntimeModel"])
            self.pipeline = getattr(self, kind)(made, options)
        self.pipeline.set_progress_bar_config(disable=True)
    def diffusers(self, folder, options):
        # It takes the autoencoder's cells for 8 pixels wide, whatever they are.
        vae = json.loads((folder / "vae_decoder/config.json").read_text())
        self.scale = 8 // 2 ** (len(vae["block_out_channels"]) - 1)
        def part(name, model=diffusers.OnnxRuntimeModel):
            return model(onnxruntime.InferenceSession(folder / name / "model.onnx", options))

        config = json.loads((folder / "scheduler/scheduler_config.json").read_text())
        return diffusers.OnnxStableDiffusionPipeline(
            vae_encoder=part("vae_encoder"),
            vae_decoder=part("vae_decoder"),
            text_encoder=part("text_encoder", TextEncoder),
            unet=part("unet", Unet),
            tokenizer=transformers.CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            scheduler=getattr(diffusers, config["_class_name"]).from_config(config),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )

    def optimum(self, folder, options):
        from optimum.onnxruntime import ORTDiffusionPipeline

        return ORTDiffusionPipeline.from_pretrained(folder, session_options=options, export=False)

    def draw(self, request):
        asked = request["parameters"]
        made = self.pipeline(
            prompt=request["prompt"],
            negative_prompt=request["negativePrompt"],
            num_inference_steps=asked["steps"],
            guidance_scale=asked["guidance"],
            width=asked["width"] * self.scale,
            height=asked["height"] * self.scale,
        )
        return made.images[0]


def play(peer, command):
    started = time.perf_counter()
    picture = peer.draw(command["request"])
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "run_seconds": None,
        "width": picture.width,
        "height": picture.height,
    }


if __name__ == "__main__":
    answer(lambda given: Peer(given[0], pathlib.Path(given[1]), int(given[2])), play)
