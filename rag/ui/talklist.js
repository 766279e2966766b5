// The list of the conversations that this browser keeps. Names, questions and answers are set as text only.
(() => {
  const { talks, words, fill } = window.kilnmark;
  if (window.kilnmark.listed) return;
  window.kilnmark.listed = true;

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    if (tag === "button") made.type = "button";
    return made;
  };
  const labelled = (className, label, does) => {
    const button = make("button", className);
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", does);
    return button;
  };
  const titled = (talk) => talk.name || String(talk.turns[0]?.question ?? "").trim().slice(0, 120) || "…";
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/ı/g, "i");
  const texts = (talk) => [talk.name, ...talk.turns.flatMap((turn) => [turn?.question, turn?.answer?.text])].filter((t) => typeof t === "string");
  let box, found, rows, said, gone, renaming;

  function build() {
    box = document.body.appendChild(make("dialog", "km-drawer"));
    box.id = "km-talks";
    const head = box.appendChild(make("header"));
    head.append(make("h2"), labelled("km-drawer-close", "", () => box.close()));
    head.lastChild.textContent = "×";
    found = box.appendChild(make("input"));
    found.type = "search";
    found.addEventListener("input", list);
    const begin = box.appendChild(make("button", "km-talk-new"));
    begin.addEventListener("click", () => {
      box.close();
      talks.open();
      document.querySelector("#km-box textarea")?.focus();
    });
    said = box.appendChild(make("p", "km-talk-said"));
    said.setAttribute("role", "status");
    rows = box.appendChild(make("ul"));
    box.appendChild(make("p", "km-talk-note"));
    box.addEventListener("click", (event) => event.target === box && box.close());
    box.addEventListener("close", () => (renaming = gone = undefined));
  }

  function show() {
    if (!box) build();
    const word = words();
    box.setAttribute("aria-label", word.talks);
    box.querySelector("h2").textContent = word.talks;
    const close = box.querySelector(".km-drawer-close");
    close.title = word.talks_close;
    close.setAttribute("aria-label", word.talks_close);
    found.value = "";
    found.placeholder = word.talks_search;
    found.setAttribute("aria-label", word.talks_search);
    box.querySelector(".km-talk-new").textContent = word.new;
    box.querySelector(".km-talk-note").textContent = fill(word.talks_kept, talks.MOST);
    box.showModal();
    list();
  }

  function list() {
    if (!box?.open || (renaming && rows.querySelector("input"))) return; // what is being typed stays
    const wanted = fold(found.value.trim());
    const listed = talks.all().filter((talk) => !wanted || texts(talk).some((text) => fold(text).includes(wanted)));
    const place = gone ? listed.findIndex((talk) => talk.at < gone.at) : -1;
    const made = listed.map((talk) => row(talk, wanted));
    if (gone) made.splice(place < 0 ? made.length : place, 0, undoRow());
    const nothing = made.length ? "" : wanted ? words().talks_unfound : words().talks_none;
    if (said.textContent !== nothing && !gone) said.textContent = nothing;
    const focused = rows.contains(document.activeElement) && document.activeElement;
    const at = focused && [...rows.children].indexOf(focused.closest("li"));
    rows.replaceChildren(...made);
    if (focused) [...(rows.children[at]?.children ?? [])].find((other) => other.className === focused.className)?.focus();
  }

  function row(talk, wanted) {
    const item = make("li");
    if (renaming === talk.id) return renamer(item, talk);
    const opens = item.appendChild(make("button", "km-talk-open"));
    opens.append(make("b", "", titled(talk)));
    const match = wanted && texts(talk).slice(talk.name ? 1 : 0).find((text) => text !== titled(talk) && fold(text).includes(wanted));
    if (match) opens.append(make("span", "km-talk-match", around(match, wanted)));
    const when = new Date(talk.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    opens.append(make("small", "", `${fill(words().talk_questions, talk.turns.length)} · ${when}`));
    if (talk.id === talks.current()) opens.setAttribute("aria-current", "true");
    opens.addEventListener("click", () => {
      box.close();
      if (talk.id !== talks.current()) talks.open(talk.id);
    });
    item.append(
      labelled("km-tool km-do-edit", `${words().talk_rename}: ${titled(talk)}`, () => {
        renaming = talk.id;
        list();
        rows.querySelector("input")?.select();
      }),
      labelled("km-tool km-talk-delete", `${words().talk_delete}: ${titled(talk)}`, () => remove(talk.id)),
    );
    return item;
  }

  function around(text, wanted) {
    const at = Math.max(0, fold(text).indexOf(wanted) - 30);
    return (at ? "…" : "") + text.slice(at, at + 120);
  }

  function renamer(item, talk) {
    const input = item.appendChild(make("input"));
    input.value = titled(talk);
    input.maxLength = 120;
    input.setAttribute("aria-label", words().talk_rename);
    const end = (save) => {
      if (renaming !== talk.id) return;
      renaming = undefined;
      const now = talks.read(talk.id);
      if (save && now && input.value.trim()) talks.write({ ...now, name: input.value.trim() });
      list();
      [...rows.querySelectorAll("[aria-label]")].find((b) => b.classList.contains("km-do-edit") && b.title.endsWith(titled(talks.read(talk.id) ?? talk)))?.focus();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") {
        event.preventDefault(); // the list stays open
        event.stopPropagation();
        end(false);
      }
    });
    input.addEventListener("blur", () => end(true));
    return item;
  }

  function remove(id) {
    gone = talks.read(id);
    if (!gone) return;
    gone.shown = id === talks.current();
    talks.forget(id);
    if (gone.shown) {
      talks.open();
    }
    list();
    rows.querySelector(".km-talk-undo")?.focus();
  }

  function undoRow() {
    const item = make("li", "km-talk-gone");
    item.append(make("span", "", fill(words().talk_deleted, titled(gone))));
    const undo = item.appendChild(make("button", "km-talk-undo", words().talk_undo));
    undo.addEventListener("click", () => {
      const { shown, ...talk } = gone;
      gone = undefined;
      talks.write(talk);
      if (shown && ["", talk.id].includes(talks.current())) talks.open(talk.id);
      list();
      rows.querySelector(".km-talk-open")?.focus();
    });
    return item;
  }

  document.addEventListener("click", (event) => event.target.closest?.(".km-menu") && show());
  document.addEventListener("km-talks", list);
})();
