"""Writes the parts of a diffusers pipeline as ONNX graphs, named as optimum names them."""

import json

import onnx
import torch

OPSET = 17


def save(module, folder, inputs, outputs, free):
    """`inputs` by name; `free` names the sides that may have any size."""
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            path,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=free,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.save(shortened(onnx.load(path)), path)


def shortened(model):
    """The same graph with short names: most of a tiny model's bytes are its exporter's names."""
    outside = {value.name for value in [*model.graph.input, *model.graph.output]}
    names = {"": ""} | {name: name for name in outside}

    def short(name):
        return names.setdefault(name, f"{len(names):x}")

    def rename(graph):
        for tensor in graph.initializer:
            tensor.name = short(tensor.name)
        del graph.value_info[:]
        for node in graph.node:
            node.name = node.doc_string = ""
            node.input[:] = [short(name) for name in node.input]
            node.output[:] = [short(name) for name in node.output]
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    rename(attribute.g)
        for value in [*graph.input, *graph.output]:
            value.name = short(value.name)

    rename(model.graph)
    del model.metadata_props[:]
    model.doc_string = ""
    return model


class Text(torch.nn.Module):
    def __init__(self, encoder, layers):
        super().__init__()
        self.encoder = encoder
        self.layers = layers

    def forward(self, input_ids):
        out = self.encoder(input_ids, output_hidden_states=self.layers, return_dict=True)
        pooled = out.text_embeds if hasattr(out, "text_embeds") else out.pooler_output
        hidden = tuple(out.hidden_states) if self.layers else ()
        return (pooled, out.last_hidden_state, *hidden)


def save_text(encoder, folder, layers, ids=torch.int64):
    pooled = "text_embeds" if hasattr(encoder, "text_projection") else "pooler_output"
    count = encoder.config.num_hidden_layers + 1 if layers else 0
    outputs = [pooled, "last_hidden_state"] + [f"hidden_states.{i}" for i in range(count)]
    inputs = {"input_ids": torch.zeros((1, 77), dtype=ids)}
    save(Text(encoder, layers), folder, inputs, outputs, {"input_ids": {0: "batch"}})


class Unet(torch.nn.Module):
    def __init__(self, unet, names):
        super().__init__()
        self.unet = unet
        self.names = names

    def forward(self, sample, timestep, encoder_hidden_states, *rest):
        extra = dict(zip(self.names, rest))
        cond = extra.pop("timestep_cond", None)
        return self.unet(
            sample,
            timestep,
            encoder_hidden_states,
            timestep_cond=cond,
            added_cond_kwargs=extra or None,
            return_dict=False,
        )[0]


def save_unet(unet, folder, timestep, dtype=torch.float32):
    """`timestep` is a tensor of the type and shape that the graph is to take."""
    config = unet.config
    side = config.sample_size
    inputs = {
        "sample": torch.randn((2, config.in_channels, side, side), dtype=dtype),
        "timestep": timestep,
        "encoder_hidden_states": torch.randn((2, 77, config.cross_attention_dim), dtype=dtype),
    }
    if config.time_cond_proj_dim:
        inputs["timestep_cond"] = torch.randn((2, config.time_cond_proj_dim), dtype=dtype)
    if config.addition_embed_type == "text_time":
        sizes = 6 * config.addition_time_embed_dim
        width = config.projection_class_embeddings_input_dim - sizes
        inputs["text_embeds"] = torch.randn((2, width), dtype=dtype)
        inputs["time_ids"] = torch.randn((2, 6), dtype=dtype)
    free = {name: {0: "batch"} for name in inputs if name != "timestep"}
    free["sample"] |= {2: "height", 3: "width"}
    save(Unet(unet, list(inputs)[3:]), folder, inputs, ["out_sample"], free)
    describe(unet, folder)


class Encode(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, sample):
        return self.vae.encode(sample, return_dict=False)[0].parameters


class Decode(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return self.vae.decode(latent_sample, return_dict=False)[0]


def save_vae(vae, folder, dtype=torch.float32):
    sides = {0: "batch", 2: "height", 3: "width"}
    channels = vae.config.latent_channels
    picture = {"sample": torch.randn((1, 3, 32, 32), dtype=dtype)}
    save(Encode(vae), folder / "vae_encoder", picture, ["latent_parameters"], {"sample": sides})
    latents = {"latent_sample": torch.randn((1, channels, 8, 8), dtype=dtype)}
    save(Decode(vae), folder / "vae_decoder", latents, ["sample"], {"latent_sample": sides})
    describe(vae, folder / "vae_encoder")
    describe(vae, folder / "vae_decoder")


def describe(module, folder):
    (folder / "config.json").write_text(module.to_json_string())


def index(folder, class_name, **more):
    text = json.dumps({"_class_name": class_name} | more, indent=1)
    (folder / "model_index.json").write_text(text + "\n")
