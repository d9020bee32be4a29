"""Writes a GGUF file's byte-level BPE tokenizer as Hugging Face's tokenizer.json.

GGUF names the pre-tokenizer (how text is cut before merging) instead of storing it; each
name stands for the pieces that the model's authors published.
"""

from .gguf_file import GgufError, GgufFile

# Token types of llama.cpp (llama.h, enum llama_token_type).
_CONTROL, _USER_DEFINED, _UNUSED = 3, 4, 5

# Names under which an end-of-turn or end-of-text token goes.
_ENDS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "</s>")

_QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA3_PATTERN = _QWEN2_PATTERN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def _byte_level(use_regex: bool) -> dict:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": use_regex}


def _split(pattern: str) -> list[dict]:
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    return [split, _byte_level(use_regex=False)]


_PRE_TOKENIZERS = {
    "qwen2": _split(_QWEN2_PATTERN),
    "llama-bpe": _split(_LLAMA3_PATTERN),
    "smollm": [{"type": "Digits", "individual_digits": True}, _byte_level(use_regex=True)],
    "gpt-2": [_byte_level(use_regex=True)],
}


def tokenizer_json(gguf: GgufFile) -> dict:
    """The content of tokenizer.json."""
    model, pre = gguf.required("tokenizer.ggml.model"), gguf.field("tokenizer.ggml.pre", "gpt-2")
    if model != "gpt2" or pre not in _PRE_TOKENIZERS:
        known = ", ".join(_PRE_TOKENIZERS)
        raise GgufError(f"tokenizer {model}/{pre} is not handled (known: gpt2 with {known})")
    tokens, types = gguf.required("tokenizer.ggml.tokens"), gguf.required("tokenizer.ggml.token_type")
    added = [
        {
            "id": id,
            "content": tokens[id],
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": type == _CONTROL,
        }
        for id, type in enumerate(types)
        if type in (_CONTROL, _USER_DEFINED)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"} if pre == "qwen2" else None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": _PRE_TOKENIZERS[pre]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            # Llama 3 takes a whole word that is in the vocabulary even where no merges lead to it.
            "ignore_merges": pre == "llama-bpe",
            # Rows that only pad the embedding to a round size are no tokens.
            "vocab": {token: id for id, token in enumerate(tokens) if types[id] != _UNUSED},
            "merges": [merge.split(" ") for merge in gguf.required("tokenizer.ggml.merges")],
        },
    }


def tokenizer_config(gguf: GgufFile, context: int) -> dict:
    """The content of tokenizer_config.json; the chat template is the file's own."""
    tokens = gguf.required("tokenizer.ggml.tokens")

    def token(key: str) -> str | None:
        id = gguf.field(f"tokenizer.ggml.{key}_token_id")
        return None if id is None else tokens[id]

    return {
        "add_bos_token": bool(gguf.field("tokenizer.ggml.add_bos_token", False)),
        "add_prefix_space": False,
        "bos_token": token("bos"),
        "chat_template": gguf.required("tokenizer.chat_template"),
        "clean_up_tokenization_spaces": False,
        "eos_token": token("eos"),
        "model_max_length": context,
        "pad_token": token("padding"),
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": token("unknown"),
    }


def end_tokens(gguf: GgufFile) -> list[int]:
    """Ids that end an answer: the file's own first, then control tokens known to."""
    tokens, types = gguf.required("tokenizer.ggml.tokens"), gguf.required("tokenizer.ggml.token_type")
    ends = [gguf.required("tokenizer.ggml.eos_token_id")]
    for id, (token, type) in enumerate(zip(tokens, types)):
        if type == _CONTROL and token in _ENDS and id not in ends:
            ends.append(id)
    return ends
