// The review of a plan: lines and points light each other up, verbs open over the page, and keys do it all.
// Without this script every link leads to a page of its own and nothing is lost.
// It stands before the page, not behind it: a click that comes before all of a long page is there counts too.
"use strict";
(() => {
const main = () => document.querySelector("main");
const at = (selector) => main().querySelector(selector);
const all = (selector) => [...main().querySelectorAll(selector)];
let current = "", doubt = "", asked = 0, typed = "";

const lines = (first, last) => all("#document [data-line]").filter((line) => line.dataset.line >= +first && line.dataset.line <= +last);
const points = () => all(".tree .point");
const doubts = () => all(".doubts li");

function bring(element) {
  const pane = element?.closest(".pane");
  if (!pane) return;
  const inside = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
  if (inside.top < frame.top + 50 || inside.bottom > frame.bottom - 20)
    pane.scrollTop += inside.top - frame.top - Math.min(160, frame.height / 4);
}

function dark() {
  for (const lit of all(".lit")) lit.classList.remove("lit");
  for (const mine of all(".mine")) mine.classList.remove("mine");
}

function select(id, { open = true, from = null } = {}) {
  const row = document.getElementById(`p-${id}`);
  if (!row?.classList.contains("point")) {
    const elsewhere = at(`#document [data-p="${id}"] .code`)?.href;
    if (elsewhere && elsewhere !== location.href) unfold(elsewhere);
    return;
  }
  dark();
  current = id;
  row.classList.add("lit");
  const own = all(`#document [data-p="${id}"]`);
  for (const piece of own) { piece.classList.add("mine"); piece.closest("[data-line]").classList.add("lit"); }
  if (from !== "structure") bring(row);
  if (from !== "document") bring(own[0]?.closest("[data-line]"));
  history.replaceState(null, "", `#p-${id}`);
  if (open) show(row);
}

// What is known of the point and what can be done with it, below its row.
async function show(row) {
  const turn = ++asked;
  for (const old of all(".panel")) if (old.parentElement !== row) old.remove();
  if (row.querySelector(".panel")) return;
  const page = row.querySelector("[data-open]").href;
  const answer = await fetch(page).catch(() => null);
  if (!answer || turn !== asked) return;
  if (!answer.ok) return location.assign(page);
  const about = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#about");
  if (!about) return;
  about.removeAttribute("id");
  about.className = "panel";
  row.append(about);
  bring(row);
}

// Another part of a large catalogue.
async function unfold(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) return location.assign(url);
  history.replaceState(null, "", url);
  show_page(new DOMParser().parseFromString(await answer.text(), "text/html"));
  reach(new URL(url, location.href).hash);
}

function look(item) {
  doubt = item?.id ?? "";
  for (const one of doubts()) one.classList.toggle("lit", one === item);
  if (!item) return;
  const place = lines(item.dataset.first, item.dataset.last);
  const owner = place[0]?.querySelector("[data-p]")?.dataset.p;
  if (owner) select(owner); else { dark(); item.classList.add("lit"); for (const line of place) line.classList.add("lit"); bring(place[0]); }
  item.classList.add("lit");
  item.scrollIntoView({ block: "nearest" });
}

function step(list, now, by) {
  const place = list.findIndex((one) => one.id === now);
  return list[place < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, place + by))];
}

// A verb's page, over this one.
const over = () => document.getElementById("verb");
async function open(url) {
  const answer = await fetch(url).catch(() => null);
  if (answer) put(await answer.text(), answer.url); else location.href = url;
}

function put(text, url) {
  const page = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  const form = page?.querySelector("form:not(.inline)");
  if (!form) return location.assign(url);
  if (form.getAttribute("action") === null) form.action = url;
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: over().dataset.close });
  close.addEventListener("click", () => over().close());
  form.querySelector(".acts")?.append(close);
  const title = Object.assign(document.createElement("h2"), { id: "verb-title", textContent: page.querySelector("h1").textContent });
  over().replaceChildren(title, ...page.querySelectorAll(":scope > .card"));
  if (!over().open) over().showModal();
  over().querySelector("textarea, input:not([type=hidden]):not([type=file]), select, .go")?.focus();
  typed = entered(form);
}

const entered = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));

async function send(form, button, place) {
  const answer = await fetch(form.action || location.href, { method: "POST", body: new FormData(form, button) }).catch(() => null);
  const text = answer && await answer.text();
  const page = text && new DOMParser().parseFromString(text, "text/html");
  if (answer?.redirected && page.querySelector("main .panes")) return renew(page, answer.url, place);
  if ((answer?.status === 422 || answer?.status === 409) && page.querySelector("main form:not(.inline)")) return put(text, form.action);
  // Whatever else came: what was typed stays where it is.
  tell(form, answer?.redirected ? over().dataset.out : over().dataset.lost);
}

function tell(form, sentence) {
  const said = form.querySelector(".contra") ?? form.insertBefore(document.createElement("p"), form.firstChild);
  said.className = "contra";
  said.textContent = sentence;
}

// The page as it is after an action, opened and scrolled as it was; after a doubt was settled the next one is shown.
async function renew(page, url, place = -1) {
  const opened = location.search && await fetch(location.pathname + location.search).catch(() => null);
  if (opened?.ok) page = new DOMParser().parseFromString(await opened.text(), "text/html");
  over().close();
  show_page(page);
  if (place >= 0 && doubts().length) look(doubts()[Math.min(place, doubts().length - 1)]);
  else for (const id of [new URL(url).hash.slice(3), current]) if (document.getElementById(`p-${id}`)) { select(id); break; }
  document.querySelector(".tree .lit [data-open]")?.focus({ preventScroll: true });
}

function show_page(page) {
  const scrolls = all(".pane").map((pane) => [pane.id, pane.scrollTop]), around = scrollY;
  main().replaceChildren(...page.querySelector("main").childNodes);
  for (const [id, top] of scrolls) document.getElementById(id)?.scrollTo(0, top);
  scrollTo(0, around);
}

function make() {
  const chosen = getSelection();
  const ends = [chosen.anchorNode, chosen.focusNode].map((node) => node && (node.nodeType === 1 ? node : node.parentElement)?.closest("#document [data-line]"));
  document.querySelector(".make")?.remove();
  const add = at("[data-add]");
  if (!add || chosen.isCollapsed || !ends[0] || !ends[1]) return;
  const numbers = ends.map((line) => +line.dataset.line).sort((a, b) => a - b);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn go make", textContent: over().dataset.make });
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => { button.remove(); open(`${add.dataset.add}?lines=${numbers.join("-")}`); });
  document.body.append(button);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("main") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a");
  const line = event.target.closest("#document [data-line]");
  const row = event.target.closest(".tree .point");
  const item = event.target.closest(".doubts li");
  if (link?.matches("[data-part]")) { event.preventDefault(); unfold(link.href); }
  else if (link?.matches("#document .code")) { event.preventDefault(); select(link.parentElement.dataset.p, { from: "document" }); }
  else if (link?.hash && link.pathname === location.pathname && !new URL(link.href).searchParams.has("part")) {
    event.preventDefault();
    if (item) look(item); else reach(link.hash);
  } else if (link?.matches("[data-open]")) { event.preventDefault(); select(row.id.slice(2), { from: "structure" }); }
  else if (link?.closest(".verbs, .asked, .right, .add") && !link.matches("[href*='format='], [href$='/catalogue']")) { event.preventDefault(); open(link.href); }
  else if (link || event.target.closest("button, form, .panel")) return;
  else if (line && getSelection().isCollapsed) {
    const piece = event.target.closest("[data-p]") ?? line.querySelector("[data-p]");
    if (piece) select(piece.dataset.p, { from: "document" });
  } else if (row) select(row.id.slice(2), { from: "structure" });
  else if (item) look(item);
});

function reach(hash) {
  if (hash.startsWith("#p-")) return select(hash.slice(3));
  const line = document.getElementById(hash.slice(1));
  if (!line?.dataset.line) return;
  dark();
  line.classList.add("lit");
  bring(line);
  line.closest(".panes")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.closest("main") || !(form.closest("#verb") || form.closest(".verbs"))) return;
  event.preventDefault();
  send(form, event.submitter, doubts().indexOf(form.closest(".doubts li")));
});
document.addEventListener("selectionchange", make);
// Esc, which also ends a word of an input method, throws nothing away that was typed.
document.addEventListener("cancel", (event) => {
  const form = event.target.id === "verb" && event.target.querySelector("form:not(.inline)");
  if (form && entered(form) !== typed) event.preventDefault();
}, true);

const KEYS = {
  j: () => select(step(points(), `p-${current}`, 1)?.id.slice(2)),
  k: () => select(step(points(), `p-${current}`, -1)?.id.slice(2)),
  n: () => look(step(doubts(), doubt, 1)),
  p: () => look(step(doubts(), doubt, -1)),
  y: () => document.getElementById(doubt)?.querySelector("form button")?.click(),
  "/": () => at("input[type=search]")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) return;
  const verb = at(`.panel [data-key="${CSS.escape(event.key)}"]`);
  if (!verb && !KEYS[event.key]) return;
  event.preventDefault();
  if (event.repeat && !"jknp".includes(event.key)) return;
  if (verb) open(verb.href); else KEYS[event.key]();
});
document.addEventListener("DOMContentLoaded", () => location.hash && reach(location.hash));
})();
