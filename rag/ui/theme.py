"""Colours and type of the page: cobalt on warm white by day, glaze on kiln dark by night; fonts of the system only."""

from __future__ import annotations

from urllib.parse import quote

import gradio as gr
from gradio.themes.utils.colors import Color

# The system's own interface font, then a good Chinese one wherever the first has no glyph.
FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "sans-serif",
)  # fmt: skip
MONO = ("ui-monospace", "SF Mono", "Cascadia Mono", "Consolas", "DejaVu Sans Mono", "monospace")

COBALT = Color(
    "#f1f5fd", "#e0e9fa", "#c3d3f5", "#98b3ec", "#668be0", "#3f66cf", "#2a4db3", "#213d91", "#1d3475", "#1a2d60",
    "#121d40", name="cobalt",
)  # fmt: skip
CLAY = Color(
    "#fdfbf7", "#f7f3eb", "#ece5d8", "#d9cfbd", "#b3a791", "#857b69", "#655d50", "#4c463d", "#2f2c28", "#1f1d1b",
    "#151413", name="clay",
)  # fmt: skip

_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48' fill='none' stroke='#2a4db3'>"
    "<circle cx='24' cy='24' r='21' stroke-width='4'/>"
    "<path d='M12 18h24c0 8-5 13-9 14v3h-6v-3c-4-1-9-6-9-14z' fill='#2a4db3' stroke='none'/></svg>"
)
HEAD = (
    f'<link rel="icon" href="data:image/svg+xml,{quote(_ICON)}">'
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
)


def make_theme() -> gr.themes.Base:
    """Gradio's plain theme in the house's colours. Fonts are given by name, so none is fetched."""
    return gr.themes.Base(
        primary_hue=COBALT, secondary_hue=COBALT, neutral_hue=CLAY, radius_size="lg",
        font=[gr.themes.Font(name) for name in FONTS], font_mono=[gr.themes.Font(name) for name in MONO],
    ).set(
        body_background_fill="*neutral_50", body_background_fill_dark="*neutral_950",
        background_fill_primary="#fffefb", background_fill_primary_dark="*neutral_900",
        body_text_color="*neutral_900", body_text_color_dark="#e9e4da",
        block_background_fill="transparent", block_background_fill_dark="transparent",
        block_border_width="0px", block_border_width_dark="0px", block_shadow="none", block_shadow_dark="none",
        block_padding="0px",
        input_background_fill="#fffefb", input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300", input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_500", input_border_color_focus_dark="*primary_400",
        button_primary_background_fill="*primary_600", button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500", button_primary_text_color="#ffffff",
    )  # fmt: skip
