// Keeps the page that takes cards, and nothing else, so that it opens without a network.
"use strict";

const VERSION = {{ version|tojson }};
const PAGE = {{ page|tojson }};
const ASSETS = {{ assets|tojson }};
const KEPT = "cards-shell";
// A network that does not answer by then is none, for somebody with a card in the other hand.
const PATIENCE = 4000;

async function refreshAssets() {
  const kept = await caches.open(KEPT);
  await kept.addAll(ASSETS.map((path) => new Request(path, { cache: "reload" })));
}

async function refreshPage() {
  const answer = await fetch(PAGE, { redirect: "manual" });
  if (answer.ok) {
    const kept = await caches.open(KEPT);
    await kept.put(PAGE, answer);
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(Promise.all([refreshAssets(), refreshPage()]));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

function patiently(promise) {
  return Promise.race([
    promise,
    new Promise((_resolve, reject) => {
      self.setTimeout(() => reject(new Error(VERSION)), PATIENCE);
    }),
  ]);
}

async function openPage(event) {
  const kept = await caches.open(KEPT);
  const shell = await kept.match(PAGE);
  if (!shell) {
    return fetch(event.request);
  }
  let answer;
  try {
    answer = await patiently(fetch(event.request));
  } catch (_error) {
    return shell;
  }
  // Signed out by the clock: the page takes cards all the same, and asks to sign in before sending.
  // Whoever signs out by hand takes the page along.
  if (answer.type === "opaqueredirect" || answer.status >= 500) {
    return shell;
  }
  if (answer.ok) {
    event.waitUntil(refreshPage().catch(() => undefined));
  }
  return answer;
}

async function openAsset(event) {
  const kept = await caches.open(KEPT);
  const found = await kept.match(new URL(event.request.url).pathname);
  return found || fetch(event.request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && url.pathname === PAGE) {
    event.respondWith(openPage(event));
  } else if (ASSETS.includes(url.pathname)) {
    event.respondWith(openAsset(event));
  }
});
