"use strict";
// Filters the questions, and opens the one a link leads to. Without it the page shows everything.
(() => {
  const form = document.getElementById("filter");
  const rest = document.getElementById("right");
  const questions = [...document.querySelectorAll("details.q")];
  const said = document.getElementById("shown");
  const open = document.getElementById("open");

  const apply = () => {
    const wanted = new FormData(form);
    const all = wanted.get("show") === "all";
    let count = 0;
    for (const q of questions) {
      const fits = ["kind", "language", "split"].every((f) => !wanted.get(f) || q.dataset[f] === wanted.get(f));
      q.hidden = !fits || (!all && q.dataset.right === "yes");
      if (!q.hidden) count += 1;
    }
    if (rest) {
      rest.hidden = !all;
      rest.open = all;
    }
    open.textContent = "Open all";
    said.textContent = `${count} of ${questions.length} questions`;
  };

  const visit = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches("details.q")) return;
    if (target.hidden) {
      form.reset();
      form.elements.show.value = target.dataset.right === "yes" ? "all" : "wrong";
      apply();
    }
    target.open = true;
    target.scrollIntoView();
  };

  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply)); // once the fields are back
  form.addEventListener("submit", (event) => event.preventDefault());
  open.addEventListener("click", () => {
    const seen = questions.filter((q) => !q.hidden);
    const closing = seen.every((q) => q.open);
    for (const q of seen) q.open = !closing;
    open.textContent = closing ? "Open all" : "Close all";
  });
  window.addEventListener("hashchange", visit);
  apply();
  visit();
})();
