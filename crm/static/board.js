// Moving cards by drag, by the arrow keys, and with the questions opened in the card. Without it
// each card's link "Move" leads to the page that asks the same.
(function () {
  "use strict";

  const MOVE = "a[aria-describedby='board-keys']";
  let focusAfter = null;

  function board() {
    return document.getElementById("board");
  }

  function say(message) {
    document.getElementById("board-said").textContent = message;
  }

  // The place in a card where questions and refusals appear.
  function panelOf(card) {
    let panel = card.querySelector(".card-panel");
    if (!panel) {
      panel = document.createElement("div");
      panel.className = "card-panel";
      card.append(panel);
    }
    return panel;
  }

  // Sends the move. The answer is a question panel, shown in the card, or the news that it is done.
  function move(card, column, giveBack) {
    const panel = panelOf(card);
    window.htmx
      .ajax("POST", board().dataset.move, {
        source: card,
        target: panel,
        swap: "innerHTML",
        values: {
          lead: card.dataset.lead,
          version: card.dataset.version,
          to: column,
          next: board().dataset.next,
        },
      })
      .then(function () {
        if (panel.firstElementChild && !panel.querySelector("form")) {
          giveBack();
        }
      });
  }

  function makeSortable(list) {
    new window.Sortable(list, {
      group: "board",
      draggable: "[data-lead]",
      filter: "a, button, input, select, textarea, summary, .card-panel",
      preventOnFilter: false,
      delay: 200,
      delayOnTouchOnly: true,
      sort: false,
      onEnd: function (event) {
        if (event.from === event.to) {
          return;
        }
        const next = event.from.children[event.oldIndex] || null;
        move(event.item, event.to.dataset.column, function () {
          event.from.insertBefore(event.item, next);
        });
      },
    });
  }

  function prepare(root) {
    if (window.Sortable && document.querySelector(MOVE)) {
      for (const list of root.querySelectorAll(".board-cards[data-column]")) {
        if (!window.Sortable.get(list)) {
          makeSortable(list);
        }
      }
    }
    if (focusAfter && root.id === "board") {
      const link = root.querySelector('[data-lead="' + focusAfter + '"] ' + MOVE);
      focusAfter = null;
      // A card that is beyond the first fifty of its column has no link here.
      (link || root.querySelector(".board-columns")).focus();
    }
  }

  document.addEventListener("htmx:load", function (event) {
    if (event.detail.elt.querySelectorAll) {
      prepare(event.detail.elt);
    }
  });

  document.body.addEventListener("board-changed", function (event) {
    focusAfter = event.detail.lead;
    say(event.detail.message);
  });

  document.addEventListener("click", function (event) {
    const link = event.target.closest(MOVE);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    window.htmx.ajax("GET", link.getAttribute("href"), {
      source: link,
      target: panelOf(link.closest("[data-lead]")),
      swap: "innerHTML",
    });
  });

  document.addEventListener("keydown", function (event) {
    const link = event.target.closest && event.target.closest(MOVE);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!link || !step) {
      return;
    }
    event.preventDefault();
    const lists = Array.from(document.querySelectorAll(".board-cards[data-column]"));
    const card = link.closest("[data-lead]");
    const target = lists[lists.indexOf(card.closest(".board-cards")) + step];
    if (target) {
      say(target.dataset.title);
      move(card, target.dataset.column, function () {});
    }
  });

  prepare(document);
})();
