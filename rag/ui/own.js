// Files of one's own: dropped, chosen or pasted, sent one after another, and asked alone. What is made of them is Python's.
(() => {
  if (window.kilnmark.sendFiles) return;
  const one = (selector) => document.querySelector(selector);
  let waiting = [];
  let leaving = ""; // the article whose file is to be removed, "*" for all
  let busy = false;
  let asking = null; // the button that asks whether to remove, and the article

  function add(files) {
    if (!files.length || busy) return;
    busy = true;
    waiting = files;
    window.kilnmarkDoor?.("upload", {});
  }

  const chosen = () => ({ articles: window.kilnmark.talks.latest().articles }); // the conversation is not sent along

  // Called with the name of a new batch, "" when none may be sent; gives that and the names of the files.
  async function sendFiles(begun, language) {
    const batch = begun?.batch ?? "";
    const files = waiting;
    waiting = [];
    const zone = one(".km-own");
    const told = one(".km-own-sending");
    for (const [number, file] of batch ? files.entries() : []) {
      if (told) told.textContent = zone.dataset.sending.replace("{}", number + 1).replace("{}", files.length);
      const query = new URLSearchParams({ batch, number, name: file.name, size: file.size });
      const body = file.size <= zone.dataset.largest ? file : ""; // what is too large is only named
      await fetch(`own-files?${query}`, { method: "POST", body }).catch(() => {}); // what did not arrive is in the report
    }
    if (told) told.textContent = "";
    return [{ batch, names: files.map((file) => file.name) }, language, chosen()];
  }

  // All files of what was dropped, those in folders too.
  async function unpack(entry) {
    if (!entry?.isDirectory) return entry ? [await new Promise((done, fail) => entry.file(done, fail))] : [];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail)); // it gives a hundred at a time
      if (!some.length) return found;
      for (const inner of some.filter((other) => !other.name.startsWith("."))) found.push(...(await unpack(inner)));
    }
  }

  function paste() {
    const text = one(".km-own-text");
    const title = one(".km-own-name").value.trim();
    if (!text.value.trim()) return text.focus();
    const name = title || text.value.trim().slice(0, 50);
    add([new File([title ? `${title}\n\n${text.value}` : text.value], `${name.replace(/[/\\]/g, " ")}.txt`)]);
    text.value = one(".km-own-name").value = "";
  }

  const zoneOf = (event) => (event.dataTransfer?.types.includes("Files") ? event.target.closest?.(".km-own") : null);
  const mark = (zone) => one(".km-own")?.classList.toggle("km-over", Boolean(zone));
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = zoneOf(event);
      if (zone) event.preventDefault();
      mark(kind === "drop" || kind === "dragleave" ? null : zone);
      if (!zone || kind !== "drop") return;
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()); // they last no longer than the event
      const plain = [...event.dataTransfer.files];
      Promise.all(entries.map(unpack)).then((found) => add(found.flat().length ? found.flat() : plain), () => add(plain));
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.id !== "km-own-files") return;
    add([...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at(".km-own-add")) paste();
    else if (at(".km-own-remove") && !busy) {
      const button = at(".km-own-remove");
      if (!asks(button)) return askFirst(button);
      if (event.detail > 1) return; // the other half of a double click
      stopAsking();
      busy = true;
      leaving = button.dataset.article;
      window.kilnmarkDoor?.("delete", {});
    } else if (at(".km-own-only")) {
      const own = new Set([...document.querySelectorAll(".km-own-remove[data-article]")].map((button) => button.dataset.article));
      const boxes = [...document.querySelectorAll("#km-listing .km-tick")];
      for (const box of boxes) box.checked = own.has(box.dataset.article);
      boxes[0]?.dispatchEvent(new Event("change", { bubbles: true })); // heard by choosing.js
    }
  });
  // Nothing is removed by one press: the button asks, until it is pressed again, loses the focus, or Escape is pressed. Gradio may
  // make a button that is there another file's.
  const asks = (button) => asking?.button === button && asking.article === button.dataset.article && button.textContent === button.dataset.sure;
  function askFirst(button) {
    stopAsking();
    button.focus(); // not every browser focuses what is clicked
    asking = { button, article: button.dataset.article };
    word(button, button.dataset.sure, button.dataset.sureLabel, true);
  }
  function stopAsking() {
    const button = asking?.button;
    asking = null;
    if (button) word(button, button.dataset.text, button.dataset.label, false);
  }
  function word(button, text, label, asked) {
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.toggleAttribute("data-asking", asked);
    const told = one(".km-own-asked");
    if (told) told.textContent = asked ? label : ""; // said aloud
  }
  document.addEventListener("focusout", (event) => event.target === asking?.button && stopAsking());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stopAsking();
    if (event.repeat && event.target.closest?.(".km-own-remove")) event.preventDefault(); // Enter held down presses again and again
  });
  // Called when the report is there, or nothing came of it: until then nothing else is sent.
  function endFiles() {
    busy = false;
    if (document.activeElement === document.body) one("#km-own-report .km-own-told")?.focus(); // the button that was pressed is gone
  }

  Object.assign(window.kilnmark, {
    sendFiles,
    endFiles,
    removeFiles: (_, language) => [{ article: leaving }, language, chosen()],
  });
})();
