// Near the end of what a text may hold its box says so, before anything is sent.
const NEAR = 0.9;

function count({ target: box }) {
  if (!box.matches?.("textarea[maxlength]")) return;
  const most = box.maxLength, length = box.value.length;
  let said = box.parentElement.querySelector(":scope > [data-length]");
  if (length < most * NEAR) return said?.remove();
  if (!said) {
    said = Object.assign(document.createElement("output"), { className: "hint" });
    said.dataset.length = "";
    box.after(said);
  }
  const number = new Intl.NumberFormat("en");
  said.classList.toggle("danger", length >= most);
  said.textContent = `${number.format(length)} of ${number.format(most)} characters${length >= most ? ": full. What is typed or pasted beyond it is left out" : ""}`;
}

addEventListener("input", count);
