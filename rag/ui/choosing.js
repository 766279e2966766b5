// Which articles are asked: the boxes of the Articles tab, and the way back to all of them in the status line.
(() => {
  const { talks } = window.kilnmark;
  if (window.kilnmark.choose) return;
  let wanted; // ids; undefined for all
  let waiting = null; // what was chosen while an answer comes, which is from those chosen before: it is asked next
  const boxes = () => [...document.querySelectorAll("#km-listing .km-tick")];

  function show() {
    const chosen = (waiting ?? talks.latest()).articles;
    for (const box of boxes()) box.checked = !chosen || chosen.includes(box.dataset.article);
  }

  function change(articles) {
    waiting = { articles };
    send();
  }

  function send() {
    if (!waiting || document.querySelector("#km-box .stop-button")) return;
    wanted = waiting.articles;
    waiting = null;
    window.kilnmarkDoor?.("edit", {});
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".km-tick")) return;
    if (!boxes().some((box) => box.checked)) event.target.checked = true; // something has to be asked
    const ticked = boxes().filter((box) => box.checked);
    change(ticked.length < boxes().length ? ticked.map((box) => box.dataset.article) : undefined);
  });
  document.addEventListener("click", (event) => event.target.closest?.(".km-all") && change(undefined));
  document.addEventListener("km-talks", show);
  // The list is made anew when its tab is opened, in another language, and from a new index.
  new MutationObserver((changes) => {
    if (changes.some((c) => c.target.closest?.("#km-listing"))) show();
    send();
  }).observe(document.body, { childList: true, subtree: true });

  Object.assign(window.kilnmark, {
    choose: ({ articles, ...kept }, language) => [wanted ? { ...kept, articles: wanted } : kept, language],
    // Whether there is a new index is asked every few seconds, without the conversation.
    look: (seen, language) => [seen, language, { articles: talks.latest().articles }],
  });
})();
