// Takes cards on a phone: each is kept on the phone first, and sent once there is a network.
// The queue belongs to whoever was signed in when the card was taken, and is sent as nobody else.
(function () {
  "use strict";

  const form = document.getElementById("take-form");
  if (!form || !window.indexedDB) {
    return;
  }
  const words = form.dataset;
  const me = words.user;
  const STORE = "queue";
  const LONGEST_SIDE = 1600;
  const waitingButton = document.getElementById("take-waiting");
  const said = document.getElementById("take-said");
  const list = document.getElementById("take-list");
  const queue = document.getElementById("take-queue");
  const signedOut = document.getElementById("take-signed-out");
  const others = document.getElementById("take-others");
  const photos = { front: null, back: null };
  let isSending = false;
  let isAskedAgain = false;

  // The phone's own store -----------------------------------------------------------------------

  let opened = null;
  function open() {
    opened = opened || new Promise(function (resolve, reject) {
      const request = window.indexedDB.open("cards", 1);
      request.onupgradeneeded = function () {
        request.result.createObjectStore(STORE, { keyPath: "key" });
      };
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = function () { reject(request.error); };
    });
    return opened;
  }

  async function inStore(mode, act) {
    const base = await open();
    return new Promise(function (resolve, reject) {
      const change = base.transaction(STORE, mode);
      const request = act(change.objectStore(STORE));
      // Not before it is written: a phone that is put away now must have it.
      change.oncomplete = function () { resolve(request.result); };
      change.onabort = change.onerror = function () { reject(change.error); };
    });
  }

  async function waiting() {
    const all = await inStore("readonly", (store) => store.getAll());
    return all.sort((one, other) => (one.takenAt < other.takenAt ? -1 : 1));
  }

  // Photos --------------------------------------------------------------------------------------

  function asBlob(canvas) {
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  }

  function draw(picture, longest) {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  // Drawn anew, a photo is smaller, and says no more where and by what it was taken.
  async function shrink(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const blob = await asBlob(draw(picture, LONGEST_SIDE));
      const small = draw(picture, 320).toDataURL("image/jpeg", 0.7);
      picture.close();
      return { blob: blob || file, small: small };
    } catch (_error) {
      return { blob: file, small: "" };
    }
  }

  function show(side, small) {
    const label = document.getElementById(side + "-label");
    const old = label.querySelector("img");
    if (old) {
      old.remove();
    }
    label.classList.toggle("is-taken", photos[side] !== null);
    if (small) {
      const image = document.createElement("img");
      image.src = small;
      image.alt = "";
      label.prepend(image);
    }
  }

  for (const side of ["front", "back"]) {
    form.elements[side].addEventListener("change", function (event) {
      const file = event.target.files[0];
      photos[side] = file ? shrink(file) : null;
      show(side, "");
      if (photos[side]) {
        const mine = photos[side];
        mine.then(function (taken) {
          if (photos[side] === mine) {
            show(side, taken.small);
          }
        });
      }
    });
  }

  // Taking a card -------------------------------------------------------------------------------

  function newKey() {
    if (window.crypto.randomUUID) {
      return window.crypto.randomUUID();
    }
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function clear() {
    for (const side of ["front", "back"]) {
      photos[side] = null;
      form.elements[side].value = "";
      show(side, "");
    }
    form.elements.name.value = "";
    form.elements.note.value = "";
  }

  async function take(wish) {
    const name = form.elements.name.value.trim();
    if (!name && !photos.front && !photos.back) {
      said.textContent = words.empty;
      said.classList.add("is-wrong");
      form.elements.front.focus();
      return;
    }
    const front = photos.front ? await photos.front : null;
    const back = photos.back ? await photos.back : null;
    const card = {
      key: newKey(),
      user: me,
      takenAt: new Date().toISOString(),
      mission: form.elements.mission.value,
      item: form.elements.item.value,
      name: name,
      note: form.elements.note.value.trim(),
      wish: wish,
      front: front && front.blob,
      back: back && back.blob,
      small: front ? front.small : back ? back.small : "",
      problem: "",
    };
    try {
      await inStore("readwrite", (store) => store.put(card));
    } catch (_error) {
      said.textContent = words.full;
      said.classList.add("is-wrong");
      return;
    }
    clear();
    said.classList.remove("is-wrong");
    said.textContent = words.kept;
    window.scrollTo(0, 0);
    form.elements.front.focus({ preventScroll: true });
    await tell();
    send();
  }

  let isTaking = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (isTaking) {
      return;
    }
    isTaking = true;
    const wish = event.submitter && event.submitter.name === "wish" ? event.submitter.value : "";
    take(wish).finally(function () { isTaking = false; });
  });

  // Enter in a line goes on to the next one: a wish is a button, never a guess.
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") {
      return;
    }
    event.preventDefault();
    if (event.target.name === "name") {
      form.elements.note.focus();
    } else {
      event.target.blur();
    }
  });

  // What waits ----------------------------------------------------------------------------------

  function item(card) {
    const row = document.createElement("li");
    if (card.small) {
      const image = document.createElement("img");
      image.src = card.small;
      image.alt = "";
      row.append(image);
    }
    const text = document.createElement("div");
    const name = document.createElement("strong");
    name.textContent = card.name || card.note || words.unnamed;
    const when = document.createElement("small");
    when.textContent = new Date(card.takenAt).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    text.append(name, " ", when);
    if (card.problem) {
      const problem = document.createElement("div");
      problem.className = "late";
      problem.textContent = words.refused.replace("{problem}", card.problem);
      text.append(problem);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words.delete;
    button.setAttribute("aria-label", words.delete + ": " + name.textContent);
    let isSure = false;
    button.addEventListener("click", function () {
      if (!isSure) {
        isSure = true;
        button.textContent = words.sure;
        return;
      }
      inStore("readwrite", (store) => store.delete(card.key)).then(tell);
    });
    row.append(text, button);
    return row;
  }

  async function tell() {
    const all = await waiting();
    const mine = all.filter((card) => card.user === me);
    const count = mine.length;
    waitingButton.hidden = false;
    waitingButton.textContent =
      count === 0 ? waitingButton.dataset.none
        : count === 1 ? waitingButton.dataset.one
          : waitingButton.dataset.many.replace("{count}", count);
    waitingButton.classList.toggle("has-some", count > 0);
    queue.hidden = count === 0;
    list.replaceChildren(...mine.map(item));
    others.hidden = all.length === count;
    if (count === 0) {
      signedOut.hidden = true;
    }
  }

  // Sending -------------------------------------------------------------------------------------

  // A redirect is the way to the sign-in page: then nobody, or nobody any more, is signed in.
  async function whoIsThere() {
    const answer = await fetch(words.token, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") {
      return null;
    }
    return answer.ok ? answer.json() : undefined;
  }

  function bodyOf(card) {
    const body = new FormData();
    body.append("capture_key", card.key);
    body.append("taken_at", card.takenAt);
    for (const name of ["mission", "item", "name", "note", "wish"]) {
      body.append(name, card[name] || "");
    }
    for (const side of ["front", "back"]) {
      if (card[side]) {
        body.append(side, card[side], side + ".jpg");
      }
    }
    return body;
  }

  // True when the next card may be tried, false when it is no use for now.
  async function sendOne(card, token) {
    const answer = await fetch(form.action, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": token, "X-Requested-With": "queue" },
      body: bodyOf(card),
    });
    if (answer.ok) {
      await inStore("readwrite", (store) => store.delete(card.key));
      await tell();
      return true;
    }
    if ([403, 413, 422].includes(answer.status)) {
      let problem = String(answer.status);
      try {
        problem = (await answer.json()).problem || problem;
      } catch (_error) {
        // Not our own words: the number has to do.
      }
      card.problem = problem;
      await inStore("readwrite", (store) => store.put(card));
      await tell();
      return true;
    }
    return false;
  }

  async function sendAll(isAsked) {
    const mine = (await waiting()).filter((card) => card.user === me && (isAsked || !card.problem));
    if (mine.length === 0) {
      return;
    }
    const there = await whoIsThere();
    signedOut.hidden = there !== null;
    if (!there) {
      return;
    }
    if (there.user !== me) {
      // Somebody else has signed in since this page was opened: it is theirs only once it is fresh.
      const [arrival] = window.performance.getEntriesByType("navigation");
      if (!arrival || arrival.type !== "reload") {
        window.location.reload();
      }
      return;
    }
    for (const card of mine) {
      if (!(await sendOne(card, there["X-CSRFToken"]))) {
        return;
      }
    }
    if ((await waiting()).every((card) => card.user !== me)) {
      said.textContent = words.sent;
    }
  }

  async function send(isAsked) {
    if (isSending) {
      isAskedAgain = true;
      return;
    }
    isSending = true;
    try {
      // One page at a time, where several are open; the server keeps each card once in any case.
      const work = () => sendAll(isAsked);
      await (window.navigator.locks ? window.navigator.locks.request("cards", work) : work());
    } catch (_error) {
      // No network: it is tried again when there is one.
    } finally {
      isSending = false;
    }
    if (isAskedAgain) {
      isAskedAgain = false;
      send();
    }
  }

  window.addEventListener("online", () => send());
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) {
      send();
    }
  });
  window.setInterval(() => send(), 30000);
  waitingButton.addEventListener("click", function () {
    if (!queue.hidden) {
      queue.scrollIntoView();
    }
    send(true);
  });
  document.getElementById("take-send").addEventListener("click", () => send(true));

  form.elements.mission.addEventListener("change", function () {
    form.elements.item.value = "";
    const where = document.getElementById("take-item");
    if (where) {
      where.hidden = true;
    }
  });

  // The page may be the one that the phone kept: then only its address says what it is for.
  const asked = new URLSearchParams(window.location.search);
  const mission = form.elements.mission;
  if (asked.get("mission") && [...mission.options].some((one) => one.value === asked.get("mission"))) {
    mission.value = asked.get("mission");
  }
  if (asked.get("item") && !form.elements.item.value) {
    form.elements.item.value = asked.get("item");
  }

  if (window.navigator.serviceWorker) {
    window.navigator.serviceWorker
      .register(words.worker, { scope: words.page })
      .catch(function () { /* Without it the page works as long as it stays open. */ });
  } else {
    document.getElementById("take-keep-open").hidden = false;
  }
  if (window.navigator.storage && window.navigator.storage.persist) {
    // Asks the browser not to clear what waits when the phone runs out of room.
    window.navigator.storage.persist().catch(() => undefined);
  }
  tell().then(() => send());
})();
