/* Saves a draft every few seconds while somebody writes, and counts what is left. Without it the forms work the same. */
"use strict";
for (const field of document.querySelectorAll("[maxlength]")) {
  const count = document.getElementById(field.id + "-count");
  if (!count || !count.dataset.left) continue;
  const tell = () => {
    count.textContent = count.dataset.left.replace("{n}", (field.maxLength - field.value.length).toLocaleString(document.documentElement.lang));
  };
  field.addEventListener("input", tell);
  tell();
}
for (const form of document.querySelectorAll("form[data-saved]")) {
  const line = form.querySelector(".autosave");
  const rev = form.elements.rev;
  const text = () => {
    const typed = new URLSearchParams(new FormData(form));
    typed.delete("rev");
    return typed.toString();
  };
  let saved = text(), saving = null;
  const save = async () => {
    const now = text();
    if (saving || now === saved) return;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(`${now}&rev=${rev.value}&do=keep`) }).catch(() => null);
    const kept = answer !== null && answer.status === 204;
    if (kept) {
      saved = now;
      rev.value = answer.headers.get("ETag").replace(/\D/g, "");
      if (form.dataset.new) { form.action = answer.headers.get("Location"); delete form.dataset.new; }
    }
    line.textContent = kept ? form.dataset.saved : form.dataset.failed;
  };
  const timer = setInterval(() => { saving = saving || save().finally(() => { saving = null; }); }, 4000);
  form.addEventListener("submit", (event) => {
    clearInterval(timer);
    if (!saving) return;
    event.preventDefault();
    saving.finally(() => { saving = null; form.requestSubmit(event.submitter); });
  });
}
