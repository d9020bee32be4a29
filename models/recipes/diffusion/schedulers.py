"""Writes tests/golden/image/schedulers.json: what diffusers' schedulers do, step by step.

Outputs and noise are drawn once and given in the file, so that only the schedulers' arithmetic is
compared. `python -m diffusion.schedulers --out ../../tests/golden/image/schedulers.json`
"""

import argparse
import json
from pathlib import Path

import diffusers
import numpy as np
import torch

LENGTH = 6

STABLE_DIFFUSION = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
}


def cases():
    """Class, its configuration beyond Stable Diffusion's betas, steps, first step."""
    ddim = "DDIMScheduler"
    calm = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
    yield ddim, calm, 5, 0
    yield ddim, calm | {"timestep_spacing": "trailing"}, 7, 0
    yield ddim, calm | {"timestep_spacing": "linspace"}, 6, 0
    yield ddim, calm | {"prediction_type": "v_prediction"}, 5, 2
    yield ddim, calm | {"prediction_type": "sample"}, 5, 0
    yield ddim, {"clip_sample": True}, 5, 0
    yield ddim, {"thresholding": True, "sample_max_value": 1.5}, 5, 0
    snr = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    yield ddim, snr | {"prediction_type": "v_prediction", "clip_sample": False}, 5, 0
    yield ddim, calm | {"beta_schedule": "linear", "beta_start": 1e-4, "beta_end": 0.02}, 4, 0
    yield ddim, calm | {"beta_schedule": "squaredcos_cap_v2"}, 4, 0

    pndm = "PNDMScheduler"
    plms = {"skip_prk_steps": True, "steps_offset": 1}
    yield pndm, plms, 7, 0
    yield pndm, plms | {"prediction_type": "v_prediction"}, 5, 0
    yield pndm, plms | {"set_alpha_to_one": True, "timestep_spacing": "trailing"}, 6, 0

    euler = "EulerDiscreteScheduler"
    yield euler, {"timestep_spacing": "leading", "steps_offset": 1}, 5, 0
    yield euler, {"timestep_spacing": "trailing"}, 1, 0
    yield euler, {"timestep_spacing": "linspace"}, 6, 3
    yield euler, {"prediction_type": "v_prediction"}, 4, 0
    yield euler, {"prediction_type": "sample"}, 4, 0
    yield euler, {"use_karras_sigmas": True, "final_sigmas_type": "sigma_min"}, 5, 0
    yield euler, {"use_exponential_sigmas": True, "timestep_spacing": "leading"}, 5, 0
    yield euler, snr | {"prediction_type": "v_prediction"}, 4, 0
    edm = {"timestep_type": "continuous", "prediction_type": "v_prediction"}
    yield euler, edm | {"use_karras_sigmas": True, "sigma_min": 0.002, "sigma_max": 80.0}, 4, 0

    ancestral = "EulerAncestralDiscreteScheduler"
    yield ancestral, {"timestep_spacing": "trailing"}, 1, 0
    yield ancestral, {"timestep_spacing": "trailing"}, 4, 0
    yield ancestral, {"timestep_spacing": "leading", "steps_offset": 1}, 5, 2
    yield ancestral, {"prediction_type": "v_prediction"}, 5, 0

    dpm = "DPMSolverMultistepScheduler"
    yield dpm, {}, 6, 0
    yield dpm, {"use_karras_sigmas": True}, 6, 0
    yield dpm, {"use_karras_sigmas": True, "beta_schedule": "squaredcos_cap_v2"}, 5, 0
    yield dpm, {"use_exponential_sigmas": True}, 5, 0
    yield dpm, {"timestep_spacing": "leading", "steps_offset": 1}, 5, 2
    yield dpm, {"timestep_spacing": "trailing", "prediction_type": "v_prediction"}, 5, 0
    yield dpm, {"prediction_type": "sample", "solver_type": "heun"}, 6, 0
    yield dpm, {"final_sigmas_type": "sigma_min", "lower_order_final": False}, 5, 0
    yield dpm, {"final_sigmas_type": "sigma_min"}, 16, 0
    yield dpm, {"solver_order": 1}, 4, 0
    yield dpm, {"algorithm_type": "sde-dpmsolver++"}, 5, 0
    yield dpm, {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"}, 5, 0
    yield dpm, {"thresholding": True, "sample_max_value": 2.0}, 5, 0
    yield dpm, {"lambda_min_clipped": -2.0}, 5, 0

    lcm = "LCMScheduler"
    yield lcm, {}, 4, 0
    yield lcm, {}, 1, 0
    yield lcm, {"original_inference_steps": 100, "prediction_type": "v_prediction"}, 6, 0
    yield lcm, {"clip_sample": True}, 3, 1

    flow = "FlowMatchEulerDiscreteScheduler"
    yield flow, {}, 5, 0
    yield flow, {"shift": 3.0}, 6, 2
    yield flow, {"shift": 3.0, "shift_terminal": 0.1}, 5, 0
    yield flow, {"use_dynamic_shifting": True}, 5, 0
    yield flow, {"use_dynamic_shifting": True, "time_shift_type": "linear"}, 5, 0
    yield flow, {"use_karras_sigmas": True}, 5, 0
    yield flow, {"stochastic_sampling": True}, 4, 0


TOKENS = 1024


def shift_of_size(config):
    """`calculate_shift` of diffusers' Flux pipeline."""
    slope = (config.max_shift - config.base_shift) / (
        config.max_image_seq_len - config.base_image_seq_len
    )
    return config.base_shift + slope * (TOKENS - config.base_image_seq_len)


def numbers(tensor):
    # Nine digits give a float32 back as it was.
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


class Draws:
    """Hands out noise that is written down; stands in for `randn_tensor` and `randn_like`."""

    def __init__(self, rng):
        self.rng = rng
        self.drawn = []

    def __call__(self, shape, **_):
        noise = torch.tensor(self.rng.standard_normal(shape), dtype=torch.float32)
        self.drawn.append(numbers(noise))
        return noise

    def like(self, tensor):
        return self(tensor.shape)


def record(name, config, steps, first, rng):
    betas = {} if name.startswith("Flow") or name == "LCMScheduler" else STABLE_DIFFUSION
    scheduler = getattr(diffusers, name)(**(betas | config))
    if getattr(scheduler.config, "use_dynamic_shifting", False):
        scheduler.set_timesteps(steps, mu=shift_of_size(scheduler.config))
    else:
        scheduler.set_timesteps(steps)
    draws = Draws(rng)
    module = __import__(type(scheduler).__module__, fromlist=["randn_tensor"])
    module.randn_tensor = draws
    torch.randn_like = draws.like
    flows = name.startswith("Flow")
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)

    def draw():
        return torch.tensor(rng.standard_normal((1, LENGTH, 1, 1)), dtype=torch.float32)

    clean, noise = draw(), draw()
    at = scheduler.timesteps[first : first + 1]
    add = scheduler.scale_noise if flows else scheduler.add_noise
    noisy = add(clean, at, noise) if flows else add(clean, noise, at)
    case = {
        # JSON has no infinity.
        "config": json.loads(scheduler.to_json_string().replace("-Infinity", '"-inf"')),
        "steps": steps,
        "first": first,
        "tokens": TOKENS,
        "timesteps": numbers(scheduler.timesteps),
        "initial_sigma": float(getattr(scheduler, "init_noise_sigma", 1.0)),
        "clean": numbers(clean),
        "noise": numbers(noise),
        "noisy": numbers(noisy),
        "made": [],
    }
    latents = noisy
    for timestep in scheduler.timesteps[first:]:
        seen = latents if flows else scheduler.scale_model_input(latents, timestep)
        output = draw()
        draws.drawn = []
        latents = scheduler.step(output, timestep, latents).prev_sample
        made = {"seen": numbers(seen), "output": numbers(output), "latents": numbers(latents)}
        if draws.drawn:
            made["noise"] = draws.drawn[-1]
        case["made"].append(made)
    assert np.isfinite(case["made"][-1]["latents"]).all(), (name, config)
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    rng = np.random.default_rng(20)
    recorded = [record(*case, rng) for case in cases()]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in recorded)
    head = json.dumps({"diffusers": diffusers.__version__})[:-1]
    arguments.out.write_text(f'{head}, "cases": [\n{lines}\n]}}\n')
    print(f"{len(recorded)} cases, {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
