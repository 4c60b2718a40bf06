// An enhancement only: what is typed is looked over while it is typed. "Look it over" says the same without this file.
"use strict";

const STILL_FOR = 600;
const AT_LEAST_APART = 2000;
const AFTER_TOO_MANY = 60000;

/** What the server needs to know of the message as it stands; null where there is nothing to look over. */
function asTyped(form) {
  const typed = new FormData(form);
  if (!(typed.get("body") || "").trim() && !(typed.get("subject") || "").trim()) {
    return null;
  }
  const sent = new URLSearchParams();
  for (const name of ["subject", "body", "kind", "time_1", "time_2", "time_3"]) {
    sent.set(name, typed.get(name) || "");
  }
  if (form.dataset.kind) {
    sent.set("kind", form.dataset.kind);
  }
  sent.set("locale", typed.get("locale") || form.dataset.locale);
  const way = JSON.parse(form.dataset.ways)[typed.get("consent_id") || form.dataset.way];
  if (way) {
    sent.set("channel", way.channel);
    if (way.may_mention_therapy) {
      sent.set("may_mention_therapy", "on");
    }
  }
  return sent.toString();
}

function inWords(count) {
  if (count === 0) {
    return "Nothing is found in the wording any more.";
  }
  return count === 1 ? "One hint on the wording, below your words." : `${count} hints on the wording, below your words.`;
}

function begin(form) {
  const shown = form.querySelector("[data-hints-shown]");
  const said = form.querySelector("[data-hints-said]");
  let timer = 0;
  let asking = null;
  let former = asTyped(form);
  let count = 0;
  let notBefore = 0;

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const list = page.querySelector("[data-findings]");
    const found = list ? Number(list.dataset.findings) : 0;
    shown.replaceChildren(...page.body.childNodes);
    shown.hidden = !shown.textContent.trim();
    if (found !== count) {
      said.textContent = inWords(found);
      count = found;
    }
  }

  async function ask() {
    const typed = asTyped(form);
    if (typed === former) {
      return;
    }
    former = typed;
    if (typed === null) {
      show("");
      return;
    }
    asking = new AbortController();
    notBefore = Date.now() + AT_LEAST_APART;
    const { signal } = asking;
    try {
      const answer = await fetch(form.dataset.hints, {
        method: "POST",
        headers: { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
        body: typed,
        redirect: "error",
        signal,
      });
      if (answer.status === 429) {
        notBefore = Date.now() + AFTER_TOO_MANY;
      }
      const html = answer.ok ? await answer.text() : null;
      if (html !== null && !signal.aborted) {
        show(html);
      }
    } catch {
      // No answer is no hint: what stands on the page stays, and the button works as ever.
    }
  }

  function later() {
    if (asking) {
      asking.abort();
    }
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(STILL_FOR, notBefore - Date.now()));
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
}

if (window.fetch && window.AbortController) {
  for (const form of document.querySelectorAll("form[data-hints]")) {
    begin(form);
  }
}
