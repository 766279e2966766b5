// What the page does by itself: markers lead to the words they stand for and those back, buttons in the page's own HTML
// reach Python through one door, files are saved, articles are turned over. No text of anybody's is set as HTML here.
(() => {
  if (window.kilnmark) return;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const send = (event, what) => window.kilnmarkDoor?.(event, what);
  let wanted = null; // a highlight that is not on the page yet: its article is being fetched

  // Markers and highlights

  const shown = (element) => element.getClientRects().length > 0;
  const target = (id) => all("[data-anchor]").filter((a) => a.dataset.anchor === id).find(shown) ?? document.getElementById(id);

  function lead(id, focus) {
    let found = all("[data-anchor]").find((a) => a.dataset.anchor === id);
    const page = found?.closest(".km-page");
    if (page?.hidden) turnTo(one(`[aria-controls="${page.id}"]`));
    found = target(id);
    if (!found) return false;
    found.closest("#km-side")?.setAttribute("data-open", "");
    found.closest("details")?.setAttribute("open", "");
    reveal(found, focus);
    return true;
  }

  function reveal(found, focus) {
    found.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "center" });
    if (focus) found.focus({ preventScroll: true });
    const lit = found.closest(".km-s") ?? found.closest(".km-p") ?? found;
    lit.classList.remove("km-flash");
    void lit.offsetWidth; // restarts the animation
    lit.classList.add("km-flash");
  }

  function follow(link, focus) {
    const id = link.getAttribute("href").slice(1);
    if (lead(id, focus)) return;
    wanted = { id, focus };
    send("click", { do: "open", turn: id.split("-")[1] });
  }

  // The article pane: tabs, original and translation, links to paragraphs

  function turnTo(tab) {
    if (!tab) return;
    for (const other of all(".km-tab", tab.parentElement)) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", chosen);
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
  }

  function readAs(button) {
    const article = button.closest(".km-article");
    const into = button.dataset.into;
    article.dataset.view = button.dataset.view;
    if (into) for (const told of all(".km-t", article)) told.hidden = told.lang !== into;
    for (const other of all(".km-view", article)) other.setAttribute("aria-pressed", other === button);
  }

  function showParagraph(id) {
    const found = all(".km-p").find((p) => p.dataset.id === id);
    one("#km-side").setAttribute("data-open", ""); // of an unknown paragraph it says that it is
    if (found) markLinked(found);
  }

  // The paragraph that the address names stays marked.
  function markLinked(paragraph) {
    for (const other of all(".km-linked")) other.classList.remove("km-linked");
    paragraph.classList.add("km-linked");
    reveal(paragraph);
  }

  // The first citation stands below what stays in sight of its article.
  function showFirst(reader) {
    const side = one("#km-side");
    const first = all('.km-back[data-n="1"]', reader).find(shown) ?? one(".km-cited", reader);
    if (!first) return;
    const head = first.closest(".km-article")?.firstElementChild;
    const above = getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0;
    side.scrollTop += first.getBoundingClientRect().top - side.getBoundingClientRect().top - above - 36;
  }

  // A question and the beginning of its answer come to the top of the conversation, however long the answer grows. Who scrolls
  // meanwhile is left alone.
  let settled = "";
  let left = 0;
  function settle() {
    const asked = all("#km-chat .km-question");
    const log = asked.at(-1)?.closest(".bubble-wrap");
    const state = `${asked.length} ${all("#km-chat .km-answer").at(-1)?.textContent.length ?? 0}`;
    if (!log || state === settled) return;
    const anew = !settled.startsWith(`${asked.length} `) || Boolean(one("#km-chat .km-reading"));
    settled = state;
    requestAnimationFrame(() => {
      if (!anew && Math.abs(log.scrollTop - left) > 4) return;
      log.scrollTop += asked.at(-1).getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
      left = log.scrollTop;
    });
  }

  function closePane() {
    const side = one("#km-side");
    if (!side?.hasAttribute("data-open")) return;
    side.removeAttribute("data-open");
    one(".km-last")?.focus();
  }

  new MutationObserver(() => {
    if (wanted && lead(wanted.id, wanted.focus)) wanted = null;
    const reader = one("#km-sources .km-reader[data-turn]");
    if (reader && !reader.dataset.done) {
      reader.dataset.done = "1";
      if (!wanted) showFirst(reader);
    }
    const linked = one("#km-sources [data-show]");
    if (linked && !linked.dataset.done) {
      linked.dataset.done = "1";
      showParagraph(linked.dataset.show);
    }
    name();
    settle();
  }).observe(document.body, { childList: true, subtree: true });

  // What a marker stands for, while it is pointed at or focused

  const notedAs = (marker) => marker.getAttribute("href").replace(/^#(.*)-/, "$1-m");
  const noteOf = (marker) => all("#km-notes [data-for]").find((note) => note.dataset.for === notedAs(marker));

  function tip(marker) {
    let box = one("#km-tip");
    if (!box) {
      box = document.body.appendChild(document.createElement("div"));
      box.id = "km-tip";
      box.setAttribute("role", "tooltip");
      box.append(document.createElement("q"), document.createElement("small"));
    }
    const note = marker && noteOf(marker);
    const open = Boolean(note);
    box.hidden = !open;
    for (const other of all("[aria-describedby='km-tip']")) other.removeAttribute("aria-describedby");
    if (!open) return;
    const quote = note.dataset.quote;
    box.firstChild.textContent = quote.length > 280 ? quote.slice(0, 280) + "…" : quote;
    box.lastChild.textContent = note.dataset.place;
    marker.setAttribute("aria-describedby", "km-tip");
    const at = marker.getBoundingClientRect();
    const width = Math.min(360, innerWidth - 24);
    box.style.width = width + "px";
    box.style.left = Math.max(12, Math.min(at.left - 20, innerWidth - width - 12)) + "px";
    const below = at.bottom + box.offsetHeight + 10 < innerHeight;
    box.style.top = (below ? at.bottom + 6 : at.top - box.offsetHeight - 6) + "px";
  }

  // Buttons in the page's own HTML

  async function copy(text) {
    const focused = document.activeElement;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
      focused?.focus();
    }
  }

  async function copyAnswer(button, turn) {
    await copy(one(`#km-notes [data-copy="${turn}"]`)?.dataset.text ?? "");
    button.classList.add("km-done");
    setTimeout(() => button.classList.remove("km-done"), 1500);
  }

  // A verdict goes out at once; a word on why may follow.
  function judge(button, verdict, turn) {
    const what = { do: verdict, turn };
    send("click", what);
    setTimeout(() => {
      const bar = one("#km-hint");
      if (!bar) return;
      one(".km-why")?.remove();
      const input = document.createElement("input");
      input.className = "km-why";
      input.maxLength = 200;
      input.placeholder = words().why;
      input.setAttribute("aria-label", words().why);
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          send("click", { ...what, word: input.value });
        }
        if (event.key === "Enter" || event.key === "Escape") {
          input.remove();
          one("#km-box textarea")?.focus();
        }
      });
      bar.before(input);
      input.focus();
    }, 150);
  }

  const words = () => one(".km-head")?.dataset ?? {};

  // The chat's sanitizer leaves buttons nothing but their classes.
  const named = (button, prefix) => [...button.classList].find((c) => c.startsWith(prefix))?.slice(prefix.length);

  function act(button) {
    const [what, turn] = [named(button, "km-do-"), named(button, "km-turn-")];
    if (what === "copy") copyAnswer(button, turn);
    else if (what === "good" || what === "bad") judge(button, what, turn);
    else if (what === "ask") send("submit", { do: what, question: button.textContent });
    else if (what === "retry") send("submit", { do: what, turn });
    else send("click", { do: what, turn });
    if (what === "edit" || what === "ask" || what === "retry") one("#km-box textarea")?.focus();
  }

  // What Gradio leaves unsaid to a screen reader: the language of the page, what its buttons do, what its groups are called.
  function name() {
    const chosen = one("#km-language input:checked")?.value;
    if (chosen && document.documentElement.lang !== chosen) document.documentElement.lang = chosen;
    const label = (element, text) => {
      if (element && text && element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
    };
    const said = words();
    label(one("#km-box .submit-button"), said.send);
    label(one("#km-box .stop-button"), said.stop);
    label(one("#km-close"), said.close);
    label(one("#km-box textarea"), one("#km-box textarea")?.placeholder ?? "");
    // Gradio reads every message out by its HTML.
    for (const message of all("#km-chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
    const notes = new Map(all("#km-notes [data-for]").map((note) => [note.dataset.for, note.dataset.label]));
    for (const marker of all("#km-chat a.km-marker")) label(marker, notes.get(notedAs(marker)));
    for (const text of all("#km-chat :is(.km-question, .km-answer > div, .km-list > li, .km-column > div)")) text.dir = "auto";
    for (const button of all(".km-do-good, .km-do-bad")) button.setAttribute("aria-pressed", button.classList.contains("km-pressed"));
    const side = one("#km-side");
    if (side && !one("#km-close")) {
      const close = document.createElement("button");
      close.id = "km-close";
      close.type = "button";
      close.textContent = "×";
      close.addEventListener("click", closePane);
      side.prepend(close);
    }
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const jump = at("a.km-jump");
    const number = at("a.km-num");
    if (jump) {
      event.preventDefault();
      all(".km-last").forEach((other) => other.classList.remove("km-last"));
      if (jump.closest("#km-chat")) jump.classList.add("km-last");
      jump.closest("#km-side")?.removeAttribute("data-open");
      tip(null);
      follow(jump, true);
    } else if (number) {
      event.preventDefault();
      history.replaceState(null, "", number.getAttribute("href"));
      markLinked(number.closest(".km-p"));
    } else if (at("mark")) {
      const link = at(".km-s")?.querySelector("a.km-back");
      if (link && shown(at("mark")) && !String(getSelection())) link.click();
    } else if (at(".km-tab")) turnTo(at(".km-tab"));
    else if (at(".km-view")) readAs(at(".km-view"));
    else if (at(".km-do")) act(at(".km-do"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      tip(null);
      closePane();
    }
    const tab = event.target.closest?.(".km-tab");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab && step) {
      const tabs = all(".km-tab", tab.parentElement);
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      turnTo(next);
      next.focus();
    }
  });

  for (const [kind, open] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    document.addEventListener(kind, (event) => {
      const marker = event.target.closest?.("#km-chat a.km-marker");
      if (!marker) return;
      tip(open ? marker : null);
      // Focused by the keyboard, a marker shows its words and keeps the focus. On a phone that would hide the conversation.
      if (kind === "focusin" && marker.matches(":focus-visible") && innerWidth > 860) follow(marker, false);
    });
  }

  window.kilnmark = {
    copy,
    // Called when the page is loaded, with what the browser kept of the conversation.
    arrive(kept) {
      name();
      return [kept];
    },
    // All that opening the page begins is done; the question of a link was asked, and opening the page once more does not ask it again.
    asked() {
      document.documentElement.dataset.kmOpened = "";
      const here = new URL(location.href);
      if (!here.searchParams.has("q")) return;
      here.searchParams.delete("q");
      history.replaceState(history.state, "", here);
    },
    save(file, text) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
      link.download = file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
  };
})();
