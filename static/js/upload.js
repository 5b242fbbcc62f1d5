// Sends a recording in pieces that may break off and go on: after a pause, a reload, or a restart of the server.
const form = document.getElementById("upload-form");
const box = document.getElementById("uploading");
const PIECE = 16 * 1024 * 1024;
const PAUSES = [0, 1000, 3000, 5000, ...Array(2000).fill(10000)]; // the server may be away for hours
const AWAY = "The server is away. This goes on by itself when it is back; keep this page open.";
const part = (name) => box.querySelector(`[data-${name}]`);
let running = null, paused = false, began = 0, beganAt = 0;

const size = (bytes) => bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
const say = (detail) => dispatchEvent(new CustomEvent("evenkeel:say", { detail }));

for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;

form.addEventListener("submit", (event) => {
  const file = form.elements.files.files[0];
  if (!window.tus || !file) return; // the plain form says what is missing
  event.preventDefault();
  clearMistakes();
  if (file.size > Number(form.dataset.most)) return mistake("files", "A recording may have at most 8 GB. Export it with less picture, or in two parts.");
  start(file);
});

form.addEventListener("input", (event) => {
  if (event.target.closest(".consents")) for (const field of form.querySelectorAll(".consents [aria-invalid]")) forgive(field);
  if (event.target.getAttribute("aria-invalid")) forgive(event.target);
  if (!form.querySelector("[aria-invalid]")) form.querySelector(".note.danger")?.remove();
});

for (const row of document.querySelectorAll("[data-unfinished]")) {
  row.querySelector("[data-resume]").addEventListener("change", (event) => {
    const file = event.target.files[0];
    const same = file && file.name === row.dataset.file && file.size === Number(row.dataset.size);
    row.querySelector("[data-mismatch]").textContent = !file || same ? "" : `That is another file. Choose ${row.dataset.file}, ${size(Number(row.dataset.size))}.`;
    if (same) { row.hidden = true; start(file, row.dataset.unfinished); }
  });
}

async function start(file, place) {
  const begun = [...document.querySelectorAll("[data-unfinished]")].find((row) => !form.dataset.replaces && row.dataset.file === file.name && Number(row.dataset.size) === file.size);
  running = new window.tus.Upload(file, {
    endpoint: form.dataset.upload,
    uploadUrl: place ?? begun?.dataset.unfinished ?? null,
    chunkSize: PIECE,
    retryDelays: PAUSES,
    headers: { Accept: "application/json" },
    metadata: metadata(file),
    removeFingerprintOnSuccess: true,
    onShouldRetry: shouldRetry,
    onProgress: progress,
    onError: failed,
    onSuccess: () => { state("It is here. One moment."); location.href = running.url; },
  });
  if (!running.options.uploadUrl && !form.dataset.replaces) {
    const [before] = await running.findPreviousUploads();
    if (before) running.resumeFromPreviousUpload(before);
  }
  show(file);
  running.start();
}

// What was typed travels with the first request and is kept with the upload.
function metadata(file) {
  const said = { filename: file.name, filetype: file.type };
  if (form.dataset.replaces) return { ...said, replaces: form.dataset.replaces };
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) said[name] = value;
  return said;
}

function shouldRetry(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  const worthwhile = status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);
  const said = answered(error); // with a field when it is about the file
  if (worthwhile) state(status === 423 ? "Another window is sending this file, or the line broke a moment ago. Waiting for it." : said.field ? said.error : AWAY);
  return worthwhile;
}

function answered(error) {
  try { return JSON.parse(error.originalResponse?.getBody() ?? "{}"); } catch { return {}; } // a proxy answered in its own words
}

function progress(sent, total) {
  began ||= sent;
  beganAt ||= performance.now();
  const percent = Math.floor(100 * sent / total), bar = box.querySelector(".bar");
  bar.setAttribute("aria-valuenow", percent);
  bar.querySelector("rect").setAttribute("width", percent);
  part("state").textContent = `${percent} %, ${size(sent)} of ${size(total)}`;
  const perSecond = (sent - began) / ((performance.now() - beganAt) / 1000), left = (total - sent) / perSecond;
  state(sent === total ? "All of it has arrived and is being checked." : !isFinite(left) ? "" : left > 90 ? `About ${Math.round(left / 60)} minutes left. You may pause, or leave and come back.` : "Less than two minutes left.");
}

function failed(error) {
  const status = error.originalResponse?.getStatus() ?? 0, said = answered(error);
  const sentence = status === 401 ? "You are signed out. Sign in again in another tab, then press Go on."
    : said.error ?? (status ? `The server refused this with ${status}.` : "The server cannot be reached. Press Go on to try again.");
  part("failed").textContent = sentence;
  state("");
  if (status === 422 || status === 404 || status === 403) {
    form.hidden = false;
    box.hidden = status === 422;
    part("pause").hidden = part("discard").hidden = true;
    if (status === 422) mistake(said.field || "files", sentence);
  } else pauseNow();
  say(sentence);
}

function show(file) {
  part("name").textContent = file.name;
  part("failed").textContent = "";
  part("pause").hidden = part("discard").hidden = false;
  began = beganAt = 0;
  box.hidden = false;
  form.hidden = true;
  going();
  say(`Uploading ${file.name}`);
}

part("pause").addEventListener("click", () => {
  if (!paused) { running.abort(); pauseNow(); return state("Paused. What has arrived is kept for a day."); }
  part("failed").textContent = "";
  going();
  running.start();
});

part("discard").addEventListener("click", async () => {
  try { await running.abort(true); } catch { /* it is swept away in a day */ }
  location.reload();
});

function going() { paused = false; began = beganAt = 0; part("pause").textContent = "Pause"; }
function pauseNow() { paused = true; part("pause").textContent = "Go on"; }
function state(text) { part("hint").textContent = text; }

function mistake(name, sentence) {
  const field = form.elements[name] ?? form.elements.files;
  const said = Object.assign(document.createElement("span"), { className: "error", id: `${field.id}-mistake`, textContent: sentence });
  said.setAttribute("role", "alert");
  said.dataset.mistake = "";
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", said.id);
  (field.closest(".field") ?? field.parentElement).append(said);
  field.focus();
}

// What the server said and what was said here alike: a field that is put right is no longer blamed.
function clearMistakes() {
  form.querySelector(".note.danger")?.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) forgive(field);
}

function forgive(field) {
  const box = field.closest(".field");
  for (const old of box.querySelectorAll(":scope > .error")) old.remove();
  field.removeAttribute("aria-invalid");
  if (document.getElementById(`${field.id}-hint`)) field.setAttribute("aria-describedby", `${field.id}-hint`);
  else field.removeAttribute("aria-describedby");
}
