"""The chat page. The house behind it is reached through an assistant given to `page.build`; Gradio stays in `page`.

    texts -> render -> page <- conversation        guard stands before the page's web server

`render` and `conversation` know nothing of Gradio: one is text in, HTML out, the other questions in, turns out.
"""
