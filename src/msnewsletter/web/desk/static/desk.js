// Live reload: when a file of the home changes, the parts of the page that show it are updated.
// Everything else works without this script.
"use strict";

const live = document.getElementById("live");
const dirty = new Set();

// What somebody is typing is never replaced; it is compared when it is saved.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) dirty.add(form);
});

// Whoever follows a link, or closes the page, is asked first; a form that is sent takes its words along.
document.addEventListener("submit", (event) => {
  if (!event.submitter?.formTarget) dirty.delete(event.target);
});
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

function keepsWork(part) {
  return [...dirty].some((form) => part.contains(form)) || part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
}

// What is folded out stays so; each has a name of its own.
function nameOf(summary) {
  return summary.dataset.name ?? summary.getAttribute("aria-label");
}

// What has the focus keeps it, by what its reader knows it by: whoever works with keys would begin
// again at the top of the page.
function markOf(control) {
  return control.id || control.getAttribute("aria-label") || control.textContent.trim();
}

function put(fresh, part) {
  const around = part.parentElement;
  const focused = part.contains(document.activeElement) ? markOf(document.activeElement) : null;
  const open = [...around.querySelectorAll("details[open] > summary")].map(nameOf);
  part.replaceWith(fresh);
  for (const summary of around.querySelectorAll("details > summary")) {
    if (open.includes(nameOf(summary))) summary.parentElement.open = true;
  }
  if (!focused) return;
  const controls = [...fresh.querySelectorAll("a, button, summary, input, select, textarea, [tabindex]")];
  controls.find((one) => markOf(one) === focused)?.focus();
}

function take(part, fresh) {
  if (part.outerHTML === fresh.outerHTML) return;
  if (keepsWork(part)) {
    live.textContent = "The files changed meanwhile; what you are writing is kept.";
    return;
  }
  put(fresh, part);
}

async function look() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  // The answer to a form has no address of its own: it is left as it is.
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.getElementById("main");
  const parts = new Map([...page.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));
  const here = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));
  const sameParts = [...parts.keys()].join() === [...here.keys()].join();
  if (sameParts) {
    for (const [name, fresh] of parts) take(here.get(name), fresh);
  } else if (!keepsWork(main)) {
    put(page.getElementById("main"), main);
    // The tabs are in there.
    if (here.has("top")) put(parts.get("top"), here.get("top"));
  }
  live.dataset.version = page.getElementById("live").dataset.version;
  makeDraggable();
  hideEmptyFrame();
  count();
}

// Dragging does what the buttons do: it arranges the pinned summaries; the others are in date order.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-drag] > li") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.key);
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-drag] > li");
  if (!dragged || !over) return;
  event.preventDefault();
  for (const row of over.parentElement.children) row.classList.toggle("over", row === over && row !== dragged);
});
document.addEventListener("dragend", () => {
  for (const row of document.querySelectorAll(".over")) row.classList.remove("over");
  dragged = null;
});
document.addEventListener("drop", async (event) => {
  const over = event.target.closest?.("[data-drag] > li");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const list = over.parentElement;
  const [key, pinned] = [dragged.dataset.key, "pinned" in dragged.dataset];
  const firstFree = [...list.children].find((row) => !("pinned" in row.dataset) && row !== dragged);
  const form = new URLSearchParams({ token: list.dataset.drag, key });
  if ("pinned" in over.dataset) form.set("before", over.dataset.key);
  else if (over === firstFree) form.set("before", "");
  else if (pinned) form.set("to", "off");
  else {
    live.textContent = "Only pinned summaries can be arranged; the others are in the order of their dates.";
    return;
  }
  live.textContent = "";
  const answer = await fetch("/pin", { method: "POST", body: form });
  if (!answer.ok) live.textContent = "That could not be saved; load this page again.";
  lookOnce();
});
function makeDraggable() {
  for (const row of document.querySelectorAll("[data-drag] > li")) row.draggable = true;
}

// The frame for the note as readers see it is empty until somebody asks.
let asked = null;
document.addEventListener("submit", (event) => {
  const name = event.submitter?.formTarget;
  if (!name) return;
  asked = document.getElementById(name);
  asked.hidden = false;
});
function hideEmptyFrame() {
  const frame = document.getElementById("note-preview");
  if (frame && frame !== asked) frame.hidden = true;
}

let looking = false;
let again = false;
async function lookOnce() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  try {
    await look();
  } finally {
    looking = false;
    if (again) {
      again = false;
      lookOnce();
    }
  }
}

function count() {
  for (const time of document.querySelectorAll("time.countdown")) {
    const minutes = Math.round((Date.parse(time.dateTime) - Date.now()) / 60000);
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
    if (minutes < 0) continue;
    const parts = days ? [[days, "day"], [hours, "hour"]] : [[hours, "hour"], [minutes % 60, "minute"]];
    const words = parts.filter(([number]) => number).map(([number, noun]) => `${number} ${noun}${number === 1 ? "" : "s"}`);
    time.textContent = `in ${words.join(" ") || "0 minutes"}`;
  }
}

if (document.querySelector("[data-live]")) {
  const events = new EventSource("/events");
  events.onmessage = (event) => {
    if (live.textContent.startsWith("The desk")) live.textContent = "";
    if (event.data !== live.dataset.version) lookOnce();
  };
  events.onerror = () => {
    live.textContent = "The desk does not answer; trying again.";
  };
}
setInterval(count, 30000);
makeDraggable();
hideEmptyFrame();

// A finding links to a line of a file: put the cursor there.
const file = document.querySelector("textarea[data-line]");
if (file) {
  const lines = file.value.split("\n");
  const line = Math.min(Number(file.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  file.focus();
  file.setSelectionRange(start, start + lines[line - 1].length);
}
