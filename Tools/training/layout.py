"""The model's shape, its special tokens and its prompts: what training, evaluation and export agree on."""

from __future__ import annotations

from dataclasses import dataclass

from transformers import Qwen3VLConfig

# In the order of Qwen3-VL's own ids, so that the two vocabularies read alike.
SPECIAL_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>",
    "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
VOCABULARY_SIZE = 8_192
SIGHT_SIZE = 256
MATRYOSHKA = (32, 64, 128)
# What the numbers of a token's vector hold: meaning and spelling in turn, then marks that the first layers read.
MEANING_SIZE, SPELLING_SIZE = 192, 184
CONTENT_SIZE = MEANING_SIZE + SPELLING_SIZE
# What a mark is at the start, that of the user's turn among them.
MARK = 0.24

DEFAULT_INSTRUCTION = "Represent the user's input."
# What queries may be embedded with; documents always have the default.
INSTRUCTIONS = (
    DEFAULT_INSTRUCTION,
    "Find images matching this description.",
    "Find an image that matches the given caption.",
    "Find a document image that matches the given query.",
    "Retrieve text based on user query.",
    "Find a video that matches the given description.",
    "Given a search query, retrieve relevant candidates that answer the query.",
)
RERANKING_INSTRUCTION = "Given a search query, retrieve relevant candidates that answer the query."
RERANKING_SYSTEM = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided. "
    'Note that the answer can only be "yes" or "no".'
)


@dataclass(frozen=True)
class Shape:
    """What may be chosen about the network; the rest follows."""

    hidden: int = 384
    layers: int = 3
    heads: int = 6
    key_value_heads: int = 6
    feed_forward: int = 512
    vision_hidden: int = 192
    vision_depth: int = 6
    vision_heads: int = 6
    vision_feed_forward: int = 768
    deepstack: tuple[int, ...] = (3,)
    # Learned positions per side: the finest grid is a picture of 16 patches.
    position_side: int = 16

    def configuration(self, tokens: dict[str, int]) -> Qwen3VLConfig:
        """The configuration for a vocabulary, given the ids of its special tokens."""
        half = self.hidden // self.heads // 2
        side = half // 3
        text = {
            "model_type": "qwen3_vl_text",
            "attention_bias": False,
            "attention_dropout": 0.0,
            "bos_token_id": tokens["<|endoftext|>"],
            "eos_token_id": tokens["<|im_end|>"],
            "head_dim": 2 * half,
            "hidden_act": "silu",
            "hidden_size": self.hidden,
            "initializer_range": 0.02,
            "intermediate_size": self.feed_forward,
            "max_position_embeddings": 8_192,
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "num_key_value_heads": self.key_value_heads,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 100_000,
                "mrope_interleaved": True,
                "mrope_section": [half - 2 * side, side, side],
            },
            "tie_word_embeddings": True,
            "vocab_size": VOCABULARY_SIZE,
        }
        vision = {
            "model_type": "qwen3_vl",
            "deepstack_visual_indexes": list(self.deepstack),
            "depth": self.vision_depth,
            "hidden_act": "gelu_pytorch_tanh",
            "hidden_size": self.vision_hidden,
            "in_channels": 3,
            "initializer_range": 0.02,
            "intermediate_size": self.vision_feed_forward,
            "num_heads": self.vision_heads,
            "num_position_embeddings": self.position_side**2,
            "out_hidden_size": self.hidden,
            "patch_size": 16,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
        }
        return Qwen3VLConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=tokens["<|image_pad|>"],
            video_token_id=tokens["<|video_pad|>"],
            vision_start_token_id=tokens["<|vision_start|>"],
            vision_end_token_id=tokens["<|vision_end|>"],
            tie_word_embeddings=True,
        )


def conversation(system: str, user: str) -> str:
    """The turns that every input is put in."""
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"
