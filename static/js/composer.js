// Drafts of messages: kept per place in this browser, with the audience they were written for, until they are sent.
const key = (form) => `draft:${form.dataset.composer}`;
const field = (form) => form.querySelector("textarea");
const audience = (form) => form.querySelector(".seg input:checked");
const seen = new WeakSet();

function keep(form, sent = false) {
  const text = field(form).value;
  try {
    if (text.trim()) localStorage.setItem(key(form), JSON.stringify({ text, audience: audience(form)?.value ?? "", sent }));
    else localStorage.removeItem(key(form));
  } catch { /* private window */ }
  const state = form.querySelector("[data-state]");
  if (state) state.textContent = text.trim() ? "Draft kept" : "";
}

function bringBack(form) {
  if (seen.has(form)) return;
  seen.add(form);
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(key(form))); } catch { /* not ours */ }
  if (field(form).value) return void keep(form); // the server gave words back, refused or taken back: a draft again
  if (!draft) return;
  // Sent, and the page that came back does not hold it any more: it arrived. Going back to this page means it did not.
  if (draft.sent && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return forget(form);
  // Words written for one's own side must never wake up in the customer's box.
  const choice = form.querySelector(`.seg input[value="${CSS.escape(draft.audience)}"]`);
  if (draft.audience && !choice) return;
  if (choice) choice.checked = true;
  field(form).value = draft.text;
  keep(form);
}

function forget(form) {
  try { localStorage.removeItem(key(form)); } catch { /* private window */ }
  const state = form.querySelector("[data-state]");
  if (state) state.textContent = "";
}

function attend() {
  for (const form of document.querySelectorAll("form[data-composer]")) bringBack(form);
}

addEventListener("input", (event) => { if (event.target.form?.matches("form[data-composer]")) keep(event.target.form); });
addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.matches("form[data-composer]")) return;
  if (event.target.type === "file") {
    const names = [...event.target.files].map((file) => file.name).join(", ");
    form.querySelector("[data-state]").textContent = names && `With ${names}`;
  } else keep(form);
});
addEventListener("submit", (event) => { if (event.target.matches("form[data-composer]")) keep(event.target, true); });
addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("form[data-composer]")) return;
  if (event.detail.successful) { forget(form); form.isConnected && form.reset(); } else keep(form);
});
addEventListener("htmx:afterSettle", attend);
addEventListener("evenkeel:updated", attend);
attend();
