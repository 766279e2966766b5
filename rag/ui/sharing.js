// A whole answer taken along: as a link that holds it, as Markdown, as a picture that is drawn here. None of it goes to a server.
(() => {
  const { copy, words, say, talks } = window.kilnmark;
  if (window.kilnmark.unpack) return;
  const SIGN = "#a=";
  const LONGEST = 16_000; // characters of what stands behind the sign; programs that pass links on cut longer ones
  const LARGEST = 200_000; // bytes of what it holds
  const NAMES = ["question", "text", "status", "language", "confidence", "mode", "model", "notice", "difference", "short", "claims", "citations"];

  async function pass(bytes, stream, most = Infinity) {
    const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
    const parts = [];
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
      size += value.length;
      if (size > most) {
        reader.cancel();
        throw new RangeError("too large");
      }
      parts.push(value);
    }
  }

  // The fragment of a link that holds a turn; "" when it would be too long.
  async function pack(turn) {
    const answer = Object.fromEntries(NAMES.filter((name) => turn.answer[name] != null).map((name) => [name, turn.answer[name]]));
    const bytes = new TextEncoder().encode(JSON.stringify({ question: turn.question, answer }));
    const small = await pass(bytes, new CompressionStream("deflate-raw"));
    const text = btoa(String.fromCharCode(...small)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return bytes.length > LARGEST || text.length > LONGEST ? "" : SIGN + text;
  }

  // What a link holds, from whoever wrote it: read by Python as what any browser sends. Null when it holds nothing.
  async function unpack(fragment) {
    const text = fragment.slice(SIGN.length);
    if (!fragment.startsWith(SIGN) || text.length > LONGEST) return null;
    try {
      const small = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
      const found = JSON.parse(new TextDecoder().decode(await pass(small, new DecompressionStream("deflate-raw"), LARGEST)));
      return { question: found.question, answer: found.answer };
    } catch {
      return null;
    }
  }

  async function copyLink(turn) {
    const fragment = await pack(turn);
    if (fragment) await copy(location.origin + location.pathname + fragment);
    say(fragment ? words().share_copied : words().share_long);
  }

  function saveImage(turn) {
    window.kilnmark.draw(turn).toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "kilnmark.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  const HOW = {
    share_link: copyLink,
    share_markdown: (turn) => window.kilnmarkDoor?.("input", { turn: turn.number }),
    share_picture: saveImage,
  };

  function offer(number) {
    const turn = talks.latest().turns?.find((other) => String(other.number) === number);
    if (!turn?.answer) return;
    const box = document.body.appendChild(document.createElement("dialog"));
    box.className = "km-share";
    box.setAttribute("aria-label", words().share);
    box.append(document.createElement("h2"));
    box.firstChild.textContent = words().share;
    for (const [name, does] of Object.entries(HOW)) {
      const button = box.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = words()[name];
      button.addEventListener("click", () => {
        box.close();
        does(turn);
      });
    }
    const note = box.appendChild(document.createElement("p"));
    note.textContent = words().share_note;
    box.addEventListener("click", (event) => event.target === box && box.close());
    box.addEventListener("close", () => box.remove());
    box.showModal();
  }

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.(".km-do-share");
      if (!button) return;
      event.stopPropagation(); // Python has nothing to do with it
      offer([...button.classList].find((c) => c.startsWith("km-turn-"))?.slice("km-turn-".length));
    },
    true,
  );
  addEventListener("hashchange", () => location.hash.startsWith(SIGN) && location.reload());

  const { arrive, keep } = window.kilnmark;
  let shown = false; // an answer from a link
  let spoken = ""; // language of the page
  Object.assign(window.kilnmark, {
    pack,
    unpack,
    async arrive(kept) {
      const [given] = arrive(kept);
      if (!location.hash.startsWith(SIGN)) return [given];
      return [{ language: given.language, shared: await unpack(location.hash) }];
    },
    keep(kept) {
      if (!kept) return;
      keep(kept);
      const other = kept.language !== spoken && !kept.turns?.length;
      spoken = kept.language;
      if (shown && !kept.shared && other) return location.reload(); // to show it in another language
      // What is on the page now is no longer what the address says.
      if (shown && !kept.shared) history.replaceState(history.state, "", location.pathname + location.search);
      shown = Boolean(kept.shared);
    },
  });
})();
