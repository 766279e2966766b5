"""The chat page. The house behind it is reached through an assistant given to `page.build`.

    texts -> markup -> bubbles, reader, frame, catalogue, evaluation    what is shown, as HTML
    conversation -> saved, exporting, suggesting                        questions in, turns out; what becomes of them
    events, endpoints -> page -> serving                                Gradio; `guard` stands before its web server

Only the last line knows Gradio; page.js and style.css are the page's own.
"""
