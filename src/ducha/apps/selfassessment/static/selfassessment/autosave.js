// Drafts save themselves: 800 ms after the last change the form is posted; the answer carries the new version.
const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-saved]");
let waiting = null, running = false;

async function save() {
  if (running) { waiting = setTimeout(save, 300); return; }
  running = true;
  const body = new FormData(form);
  body.delete("uploads");
  body.set("operation", crypto.randomUUID());
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body });
    const told = await answer.json();
    if (told.version !== undefined) form.elements.version.value = told.version;
    state.textContent = (answer.ok ? "✓ " : "") + told.sentence + (told.theirs ? " — " + Object.values(told.theirs).join(" · ") : "");
    state.className = answer.ok ? "saved" : "bad";
  } catch {
    state.textContent = state.dataset.offline;
    state.className = "bad";
    waiting = setTimeout(save, 5000);
  } finally { running = false; }
}

if (form) {
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(save, 800);
  });
  document.addEventListener("keydown", (event) => {
    const link = event.altKey && { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const target = link && document.querySelector(`a[rel=${link}]`);
    if (target) { event.preventDefault(); target.click(); }
  });
}
