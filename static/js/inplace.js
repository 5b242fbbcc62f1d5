// A form of another page, opened here: <a data-in-place href="/page#field">. It is sent as it would be from there.
export async function open(link) {
  const at = new URL(link.href);
  let form;
  try {
    const answer = await fetch(at, { cache: "no-store" });
    form = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(at.hash.slice(1))?.closest("form");
  } catch { /* the page itself says what is wrong */ }
  if (!form) return location.assign(at);
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: "Cancel" });
  cancel.addEventListener("click", () => dialog.close());
  form.querySelector(".buttons").append(cancel);
  dialog.setAttribute("aria-label", link.dataset.keySays);
  dialog.append(document.adoptNode(form));
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  const field = form.querySelector(at.hash);
  (field.matches("input, select, textarea") ? field : field.querySelector(":checked") ?? field.querySelector("input"))?.focus();
}
