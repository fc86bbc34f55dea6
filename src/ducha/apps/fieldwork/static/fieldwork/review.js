// One tap is one case file: it is posted without turning the page, one after the other; the list comes back fresh.
let before = Promise.resolve();

async function post(form, list, place) {
  const section = document.getElementById(list);
  let fresh;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(list);
  } catch {
    section.querySelector("[role=status]").textContent = section.dataset.offline;
    return;
  }
  if (fresh) {
    section.replaceWith(fresh);
    document.getElementById(place).querySelector("button").focus({ preventScroll: true });
  } else if (form.isConnected) {
    form.submit(); // it was refused, and the page says why
  } else {
    location.reload();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target, list = form.closest(".case-files");
  if (!list) return;
  event.preventDefault();
  before = before.then(() => post(form, list.id, form.closest("li").id));
});
