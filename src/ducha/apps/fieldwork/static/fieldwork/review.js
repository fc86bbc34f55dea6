// One tap is one case file: it is posted without turning the page, one after the other; the list comes back fresh.
let before = Promise.resolve();

async function post(form, list, place) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById(list).replaceWith(page.getElementById(list));
    document.getElementById(place).querySelector("button").focus({ preventScroll: true });
  } catch {
    // The connection, or an older page: the form goes its ordinary way. What was carried out is not carried out twice.
    if (form.isConnected) form.submit(); else location.reload();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target, list = form.closest(".case-files");
  if (!list) return;
  event.preventDefault();
  before = before.then(() => post(form, list.id, form.closest("li").id));
});
