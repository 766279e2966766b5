// An answer as a picture: question, answer and sources, in the colours and the writing of the page.
(() => {
  const WIDTH = 1080, EDGE = 64, TALLEST = 8000; // pixels
  const NO_START = /^[\s,.;:!?%)\]}»”’…。，、；：！？）】》」』〉％]/; // what no line begins with

  // Pieces between which a line may end: words, and the signs of writing without spaces.
  function split(text, language) {
    const pieces = Intl.Segmenter ? [...new Intl.Segmenter(language, { granularity: "word" }).segment(text)].map((s) => s.segment) : text.split(/(?<=\s)/);
    return pieces.reduce((all, piece) => {
      if (all.length && NO_START.test(piece)) all[all.length - 1] += piece;
      else all.push(piece);
      return all;
    }, []);
  }

  function wrap(pen, text, width, language) {
    const lines = [""];
    for (let piece of split(text, language)) {
      if (lines.at(-1) && pen.measureText(lines.at(-1) + piece.trimEnd()).width > width) lines.push("");
      for (; pen.measureText(piece.trimEnd()).width > width && piece.length > 1; lines.push("")) {
        let end = piece.length; // one word as long as a line is cut
        while (end > 1 && pen.measureText(piece.slice(0, end)).width > width) end--;
        lines[lines.length - 1] = piece.slice(0, end);
        piece = piece.slice(end);
      }
      lines[lines.length - 1] += piece;
    }
    return lines;
  }

  function draw(turn) {
    const style = getComputedStyle(document.querySelector(".dark, body") ?? document.body);
    const colour = (name) => style.getPropertyValue(name).trim();
    const sans = style.getPropertyValue("--font") || "sans-serif";
    const { words, fill } = window.kilnmark;
    const answer = turn.answer;
    const paragraphs = [
      [turn.question, `600 34px ${sans}`, 46, "--km-cobalt", 26],
      ...answer.text.split("\n").filter((line) => line.trim()).map((line) => [line, `400 30px ${sans}`, 46, "--km-ink", 16]),
      ...answer.citations.map((c) => [
        `[${c.number}] ${[c.title, c.outlet, c.published].filter(Boolean).join(", ")}: “${c.quote.replace(/\s+/g, " ")}”`,
        `400 22px ${sans}`, 34, "--km-soft", 12, c.language,
      ]),
      [fill(words().share_drawn, new Date().toLocaleDateString(answer.language, { dateStyle: "long" })), `400 20px ${sans}`, 30, "--km-soft", 0],
    ];
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const rows = [];
    let bottom = EDGE;
    for (const [text, font, height, name, gap, language] of paragraphs) {
      pen.font = font;
      for (const line of wrap(pen, text, WIDTH - 2 * EDGE, language ?? answer.language)) rows.push([line, font, (bottom += height), name]);
      bottom += gap;
    }
    canvas.width = WIDTH;
    canvas.height = Math.min(bottom + EDGE, TALLEST);
    pen.fillStyle = colour("--km-paper") || "#fff";
    pen.fillRect(0, 0, WIDTH, canvas.height);
    pen.fillStyle = colour("--km-cobalt");
    pen.fillRect(0, 0, WIDTH, 8);
    for (const [line, font, at, name] of rows) {
      pen.font = font;
      pen.fillStyle = colour(name);
      pen.fillText(line, EDGE, at);
    }
    return canvas;
  }

  window.kilnmark.draw = draw;
})();
