"""Tiny seeded models with the shape of each family: nothing was ever trained."""

import json

import diffusers
import torch
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

WIDTH = 16
MERGES = [
    ("r", "e"), ("re", "d</w>"), ("a", "p"), ("ap", "p"), ("l", "e</w>"), ("app", "le</w>"),
    ("b", "l"), ("bl", "u"), ("blu", "e</w>"), ("o", "n</w>"), ("c", "a"), ("ca", "t</w>"),
]  # fmt: skip

BETAS = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
}


def write_tokenizer(folder, fill):
    """A vocabulary of bytes and a few words; `fill` is what short prompts are filled up with."""
    from transformers.models.clip.tokenization_clip import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    joined = ["".join(pair) for pair in MERGES]
    end = ["<|startoftext|>", "<|endoftext|>"]
    words = letters + [letter + "</w>" for letter in letters] + joined + end
    folder.mkdir(parents=True)
    vocabulary = {word: index for index, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2"] + [" ".join(pair) for pair in MERGES]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    config = {
        "bos_token": {"content": "<|startoftext|>"},
        "eos_token": {"content": "<|endoftext|>"},
        "pad_token": fill,
        "model_max_length": 77,
        "tokenizer_class": "CLIPTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    return CLIPTokenizer(
        folder / "vocab.json", folder / "merges.txt", pad_token=fill, model_max_length=77
    )


def text_encoder(tokenizer, projects=False):
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=3,
        num_attention_heads=2,
        projection_dim=WIDTH,
        max_position_embeddings=77,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attn_implementation="eager",
    )
    encoder = (CLIPTextModelWithProjection if projects else CLIPTextModel)(config)
    with torch.no_grad():
        # As initialised, all words are nearly one and the same.
        encoder.text_model.embeddings.token_embedding.weight.mul_(30)
    return encoder.eval()


def unet(**more):
    shape = {
        "sample_size": 8,
        "in_channels": 4,
        "out_channels": 4,
        "layers_per_block": 1,
        "block_out_channels": (8, 16),
        "norm_num_groups": 4,
        "cross_attention_dim": WIDTH,
        "attention_head_dim": 2,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    }
    model = diffusers.UNet2DConditionModel(**(shape | more)).eval()
    # The exporter writes only the plain form of attention compactly.
    model.set_attn_processor(AttnProcessor())
    return model


def vae(scaling_factor):
    model = diffusers.AutoencoderKL(
        block_out_channels=(4, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=4,
        sample_size=32,
        scaling_factor=scaling_factor,
    ).eval()
    model.set_attn_processor(AttnProcessor())
    with torch.no_grad():
        # Pictures with colours from black to white, not all of one grey.
        model.decoder.conv_out.weight.mul_(1.5)
    return model
