"""Tiny models of each family and what diffusers makes of them: the references of the pipeline.

`python -m diffusion.tiny --out ../../tests/golden/image/diffusion`
"""

import argparse
import json
import shutil
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from PIL import Image

from . import export, families
from .philox import Noise

SIDE = 32


def build(root):
    """Writes the folders; returns the torch parts of each by its name."""
    torch.manual_seed(5)
    made = {}
    pndm = diffusers.PNDMScheduler(
        **families.BETAS, skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False
    )
    ddim = diffusers.DDIMScheduler(
        **families.BETAS, prediction_type="v_prediction", clip_sample=False, steps_offset=1
    )
    euler = diffusers.EulerDiscreteScheduler(
        **families.BETAS, timestep_spacing="leading", steps_offset=1
    )
    lcm = diffusers.LCMScheduler()
    whole, single = torch.zeros((), dtype=torch.int64), torch.zeros(1)
    made["sd15"] = one(root / "sd15", 15, pndm, families.unet(), whole)
    made["sd15"]["half"] = half(root / "sd15-half", made["sd15"], pndm)
    linear = families.unet(use_linear_projection=True, attention_head_dim=(2, 4))
    made["sd21"] = one(root / "sd21", 21, ddim, linear, single, fill="!")
    consistent = families.unet(time_cond_proj_dim=32)
    made["lcm"] = one(root / "lcm", 7, lcm, consistent, single.to(torch.int64))
    painter = families.unet(in_channels=9)
    made["inpaint"] = one(root / "inpaint", 9, pndm, painter, single)
    made["sdxl"] = xl(root / "sdxl", euler)
    return made


def one(folder, seed, scheduler, unet, timestep, fill="<|endoftext|>"):
    torch.manual_seed(seed)
    tokenizer = families.write_tokenizer(folder / "tokenizer", fill)
    parts = {
        "tokenizer": tokenizer,
        "text_encoder": families.text_encoder(tokenizer),
        "unet": unet,
        "vae": families.vae(0.18215),
        "scheduler": scheduler,
    }
    export.save_text(parts["text_encoder"], folder / "text_encoder", layers=False)
    export.save_unet(unet, folder / "unet", timestep)
    export.save_vae(parts["vae"], folder)
    scheduler.save_pretrained(folder / "scheduler")
    export.index(folder, "StableDiffusionPipeline")
    return parts


def half(folder, parts, scheduler):
    """The same model in float16, told apart only by its element types."""
    shutil.copytree(folder.parent / "sd15" / "tokenizer", folder / "tokenizer")
    in_half = {name: parts[name].half() for name in ("text_encoder", "unet", "vae")}
    ids, kind = torch.int32, torch.float16
    export.save_text(in_half["text_encoder"], folder / "text_encoder", layers=False, ids=ids)
    export.save_unet(in_half["unet"], folder / "unet", torch.zeros(1, dtype=kind), kind)
    export.save_vae(in_half["vae"], folder, kind)
    scheduler.save_pretrained(folder / "scheduler")
    export.index(folder, "StableDiffusionPipeline")
    for part in in_half.values():
        part.float()


def xl(folder, scheduler):
    torch.manual_seed(100)
    first = families.write_tokenizer(folder / "tokenizer", "<|endoftext|>")
    second = families.write_tokenizer(folder / "tokenizer_2", "!")
    parts = {
        "tokenizer": first,
        "tokenizer_2": second,
        "text_encoder": families.text_encoder(first),
        "text_encoder_2": families.text_encoder(second, projects=True),
        "unet": families.unet(
            cross_attention_dim=2 * families.WIDTH,
            use_linear_projection=True,
            attention_head_dim=(2, 4),
            transformer_layers_per_block=(1, 2),
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=families.WIDTH + 48,
        ),
        "vae": families.vae(0.13025),
        "scheduler": scheduler,
    }
    export.save_text(parts["text_encoder"], folder / "text_encoder", layers=True)
    export.save_text(parts["text_encoder_2"], folder / "text_encoder_2", layers=True)
    export.save_unet(parts["unet"], folder / "unet", torch.zeros(()))
    export.save_vae(parts["vae"], folder)
    scheduler.save_pretrained(folder / "scheduler")
    export.index(folder, "StableDiffusionXLPipeline", force_zeros_for_empty_prompt=True)
    return parts


def pictures():
    """A picture to start from and a mask, whose edges lie on cells' edges."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    picture = np.stack([x * 8, y * 8, 255 - x * 4 - y * 4], axis=-1).astype(np.uint8)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[8:24, 12:28] = 255
    return picture, mask


TURBO = {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "trailing"}
XL_TURBO = {"_class_name": "EulerAncestralDiscreteScheduler", "timestep_spacing": "trailing"}
PLAIN = {"_class_name": "DDIMScheduler", "clip_sample": False, "steps_offset": 1}
SOLVER = {"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": True}


def cases():
    """Name, folder, scheduler instead of the folder's, request, starts from a picture, mask."""
    apple = {"prompt": "a red apple on blue", "negativePrompt": "cat"}

    def request(seed, steps, guidance, base=apple, **more):
        parameters = {"seed": seed, "steps": steps, "guidance": guidance} | more
        return base | {"parameters": parameters}

    bare = {"prompt": "a blue cat", "negativePrompt": ""}
    yield "sd15", "sd15", None, request(1, 5, 7.5), False, False
    yield "sd15 alone", "sd15", None, request(2, 3, 1.0, bare), False, False
    yield "sd15 three", "sd15", None, request(3, 3, 4.0, count=3), False, False
    yield "sd15 wide", "sd15", None, request(4, 3, 4.0, width=48, height=16), False, False
    solver = families.BETAS | SOLVER
    yield "sd15 solver", "sd15", solver, request(5, 6, 5.0), False, False
    # Not with PNDM: begun in the middle, diffusers' counts its first two steps as one.
    plain = families.BETAS | PLAIN
    yield "sd15 start", "sd15", plain, request(6, 6, 5.0, strength=0.5), True, False
    yield "sd15 blend", "sd15", solver, request(7, 5, 5.0, strength=0.8), True, True
    yield "sd15 repaint", "sd15", None, request(8, 4, 5.0, strength=1.0), True, True
    yield "sd15 half", "sd15-half", None, request(1, 5, 7.5), False, False
    yield "sd21", "sd21", None, request(9, 5, 7.5), False, False
    yield "sd21 rescaled", "sd21", None, request(10, 4, 9.0, guidanceRescale=0.7), False, False
    turbo = families.BETAS | TURBO
    yield "sd-turbo", "sd21", turbo, request(11, 1, 1.0), False, False
    yield "sd-turbo four", "sd21", turbo, request(12, 4, 1.0), False, False
    yield "lcm", "lcm", None, request(13, 4, 8.5), False, False
    yield "inpaint", "inpaint", None, request(14, 4, 7.5, strength=1.0), True, True
    yield "inpaint some", "inpaint", plain, request(15, 5, 7.5, strength=0.6), True, True
    yield "sdxl", "sdxl", None, request(16, 5, 5.0), False, False
    yield "sdxl bare", "sdxl", None, request(17, 3, 5.0, bare), False, False
    yield "sdxl start", "sdxl", None, request(18, 5, 5.0, strength=0.6), True, False
    xl_turbo = families.BETAS | XL_TURBO
    yield "sdxl-turbo", "sdxl", xl_turbo, request(19, 4, 1.0), False, False


def pipeline(parts, scheduler, start, mask):
    is_xl = "text_encoder_2" in parts
    kind = "Inpaint" if mask else "Img2Img" if start else ""
    name = f"StableDiffusion{'XL' if is_xl else ''}{kind}Pipeline"
    given = {key: value for key, value in parts.items() if key != "half"}
    given["scheduler"] = scheduler
    if not is_xl:
        given |= {
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        }
    made = getattr(diffusers, name)(**given)
    made.set_progress_bar_config(disable=True)
    return made


def draw(parts, name, override, request, start, mask):
    scheduler = parts["scheduler"]
    if override:
        config = {key: value for key, value in override.items() if key != "_class_name"}
        base = dict(scheduler.config)
        kept = {key: base[key] for key in ("prediction_type",) if key in base}
        scheduler = getattr(diffusers, override["_class_name"])(**(kept | config))
    else:
        scheduler = type(scheduler).from_config(scheduler.config)
    pipe = pipeline(parts, scheduler, start, mask)
    asked = request["parameters"]
    noise = Noise(asked["seed"])
    for module in (type(pipe).__module__, type(scheduler).__module__):
        patched = __import__(module, fromlist=["randn_tensor"])
        if hasattr(patched, "randn_tensor"):
            patched.randn_tensor = noise
    latents = []

    def remember(_pipe, _index, _timestep, values):
        latents.append(values["latents"].clone())
        return values

    given = {
        "prompt": request["prompt"],
        "negative_prompt": request["negativePrompt"] or None,
        "num_inference_steps": asked["steps"],
        "guidance_scale": asked["guidance"],
        "num_images_per_prompt": asked.get("count", 1),
        "callback_on_step_end": remember,
        "output_type": "np",
    }
    if "guidanceRescale" in asked:
        given["guidance_rescale"] = asked["guidanceRescale"]
    if start:
        given["strength"] = asked["strength"]
        given["image"] = Image.fromarray(pictures()[0])
    if mask:
        given["mask_image"] = Image.fromarray(pictures()[1])
    if not start or mask:
        given |= {"width": asked.get("width", SIDE), "height": asked.get("height", SIDE)}
    made = (pipe(**given).images * 255).round().astype(np.uint8)
    if mask:
        # What was not painted over stays.
        picture, painted = pictures()
        made = np.where(painted[None, :, :, None] > 127, made, picture[None])
    assert made.std() > 10, (name, made.std())
    return latents, made


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    torch.set_num_threads(1)
    # Quartet takes the mean of what the encoder tells.
    DiagonalGaussianDistribution.sample = lambda self, generator=None: self.mean
    parts = build(out)
    picture, mask = pictures()
    noise = Noise(1)((1, 4, 8, 8))
    golden = {
        "diffusers": diffusers.__version__,
        "noise_of_seed_1": rounded(noise),
        "start": picture.tobytes().hex(),
        "mask": mask.tobytes().hex(),
        "cases": [],
    }
    for name, folder, override, request, start, masked in cases():
        latents, made = draw(parts[folder.split("-")[0]], name, override, request, start, masked)
        golden["cases"].append(
            {
                "name": name,
                "folder": folder,
                "scheduler": override,
                "request": request,
                "start": start,
                "mask": masked,
                "latents": [rounded(step) for step in latents],
                "pictures": [one.tobytes().hex() for one in made],
            }
        )
        print(name, len(latents), made.shape, round(float(made.std()), 1))
    with (out / "golden.json").open("w") as file:
        head = json.dumps({key: value for key, value in golden.items() if key != "cases"})[:-1]
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in golden["cases"])
        file.write(f'{head}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
