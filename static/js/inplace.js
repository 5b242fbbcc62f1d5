// A form of another page, opened here: <a data-in-place href="/page#field">. It is sent as from there, and this page stays.
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

export async function open(link) {
  const at = new URL(link.href);
  let form;
  try {
    form = parse(await (await fetch(at, { cache: "no-store" })).text()).getElementById(at.hash.slice(1))?.closest("form");
  } catch { /* the page itself says what is wrong */ }
  if (!form) return location.assign(at);
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  const title = Object.assign(document.createElement("h2"), { id: "in-place-title", textContent: link.dataset.keySays });
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title);
  dialog.addEventListener("close", () => { dialog.remove(); document.querySelector(`a[data-in-place][href="${link.getAttribute("href")}"]`)?.focus(); });
  dialog.addEventListener("submit", (event) => send(event, dialog, at.hash));
  document.body.append(dialog);
  put(dialog, form);
  dialog.showModal();
  const field = form.querySelector(at.hash);
  (field.matches("input, select, textarea") ? field : field.querySelector(":checked") ?? field.querySelector("input"))?.focus();
}

function put(dialog, form) {
  dialog.querySelector("form")?.remove();
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: "Cancel" });
  cancel.addEventListener("click", () => dialog.close());
  form.querySelector(".buttons button").classList.add("primary");
  form.querySelector(".buttons").append(cancel);
  dialog.append(document.adoptNode(form));
}

async function send(event, dialog, hash) {
  event.preventDefault();
  let answer, page;
  try {
    answer = await fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    page = parse(await answer.text());
  } catch {
    return void dispatchEvent(new CustomEvent("evenkeel:toast", { detail: "Evenkeel cannot be reached. Nothing was changed; try again." }));
  }
  const again = answer.status === 422 && page.querySelector(hash)?.closest("form");
  if (again) return put(dialog, again);
  if (!answer.ok) return void dispatchEvent(new CustomEvent("evenkeel:toast", { detail: "That did not work. Nothing was changed." }));
  const { morph } = await import(document.getElementById("app-script").dataset.live);
  const head = page.getElementById("escalation-head");
  if (head) morph(document.getElementById(head.id), head);
  document.getElementById("toasts").replaceChildren(...page.getElementById("toasts").children);
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: dialog }));
  dialog.close();
}
