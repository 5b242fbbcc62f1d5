// Reading is noticed: once the end of a thread has been in front of somebody for a second, it is marked as read.
const LONG_ENOUGH = 1000;
const told = new Set();
let inView = null, timer;

const button = (form) => form.querySelector("button[name]");
const state = (form) => `${form.action} ${button(form).value}`;

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) inView = entry.target;
    else if (inView === entry.target) inView = null;
  }
  wait();
});

function wait() {
  clearTimeout(timer);
  if (inView?.isConnected && !document.hidden && !told.has(state(inView))) timer = setTimeout(markRead, LONG_ENOUGH, inView);
}

async function markRead(form) {
  const read = state(form), body = new URLSearchParams({ [button(form).name]: button(form).value });
  told.add(read);
  try {
    // The answer leads to the page that is open already, so it is not followed.
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", keepalive: true, redirect: "manual" });
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status);
  } catch {
    return void told.delete(read); // the button is still there, and the next look tries again
  }
  attend();
}

// Where the keyboard stands nothing vanishes: the button goes once it has been left.
function attend() {
  for (const form of document.querySelectorAll("form[data-mark-read]")) {
    form.hidden = told.has(state(form)) && !form.contains(document.activeElement);
    observer.observe(form);
  }
  wait();
}

addEventListener("submit", (event) => { if (event.target.matches("form[data-mark-read]")) told.add(state(event.target)); });
addEventListener("focusout", (event) => { if (event.target.closest?.("form[data-mark-read]")) setTimeout(attend); });
document.addEventListener("visibilitychange", wait);
addEventListener("htmx:afterSettle", attend);
addEventListener("evenkeel:updated", attend);
attend();
