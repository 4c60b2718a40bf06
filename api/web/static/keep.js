// An enhancement only: what is typed into a note is saved while it is typed. The buttons do the same without this file.
"use strict";

const STILL_FOR = 2000;
const AT_LEAST_EVERY = 15000;
const FIRST_WAIT = 3000;
const LONGEST_WAIT = 60000;
const GONE = "Not saved: the connection is gone. What you type stays on this page, and is saved once it is back.";
const SIGNED_OUT =
  "Not saved: you were signed out. What you typed is still here. Sign in again in another tab, then go on writing.";

function asTyped(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

function keep(form) {
  const shown = form.querySelector("[data-keep-shown]");
  const said = form.querySelector("[data-keep-said]");
  const version = form.elements.version;
  const words = () => {
    const typed = new URLSearchParams(asTyped(form));
    typed.delete("version");
    return typed.toString();
  };
  let saved = "unsaved" in form.dataset ? null : words();
  let unsure = null;
  let timer = 0;
  let typedSince = 0;
  let wait = FIRST_WAIT;
  let busy = false;
  let stopped = false;
  let leaving = false;
  let trouble = false;
  let wanted = null;

  function tell(text) {
    const line = document.createElement("p");
    line.className = "fault";
    line.textContent = text;
    shown.replaceChildren(line);
    say(text, true);
  }

  /** To whoever listens: trouble, and that it is over. Not each time something is saved. */
  function say(text, isTrouble) {
    if (isTrouble || trouble) {
      said.textContent = text;
    }
    trouble = isTrouble;
  }

  function show(html) {
    const piece = new DOMParser().parseFromString(html, "text/html").body;
    const kept = piece.querySelector("[data-version]");
    const first = piece.querySelector("p");
    shown.replaceChildren(...piece.childNodes);
    say(first ? first.textContent : "", !kept);
    return kept ? kept.dataset.version : null;
  }

  /** What was sent and never answered goes first, as it was: the server knows it again, and it is no clash with oneself. */
  async function save() {
    clearTimeout(timer);
    if (busy || stopped || (unsure === null && words() === saved)) {
      return;
    }
    busy = true;
    typedSince = 0;
    const sent = unsure || { body: asTyped(form), words: words() };
    let again = 0;
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST",
        headers: { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
        body: sent.body,
        redirect: "manual",
      });
      again = await take(answer, sent);
    } catch {
      unsure = sent;
      tell(GONE);
      again = later();
    }
    busy = false;
    if (wanted !== null && (unsure === null || sent === unsure)) {
      goOn();
    } else if (again) {
      timer = setTimeout(save, again);
    } else if (words() !== saved && !stopped) {
      soon();
    }
  }

  /** In how many milliseconds to try again; 0: when more is typed. */
  async function take(answer, sent) {
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      tell(SIGNED_OUT);
      return later();
    }
    if (answer.status === 429 || answer.status >= 500) {
      unsure = sent;
      tell(GONE);
      return later();
    }
    unsure = null;
    wait = FIRST_WAIT;
    const newest = show(await answer.text());
    if (answer.ok && newest) {
      version.value = newest;
      saved = sent.words;
      return words() === saved ? 0 : STILL_FOR;
    }
    stopped = answer.status !== 422;
    saved = stopped ? saved : sent.words;
    return 0;
  }

  function later() {
    const now = wait;
    wait = Math.min(wait * 2, LONGEST_WAIT);
    return now;
  }

  function soon() {
    typedSince = typedSince || Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(STILL_FOR, typedSince + AT_LEAST_EVERY - Date.now())));
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  /** A button was tapped while something was on its way: it does what it says once that is settled, and nothing offline. */
  function goOn() {
    const button = wanted;
    wanted = null;
    delete form.dataset.sent;
    if (unsure === null) {
      form.requestSubmit(button);
    } else {
      timer = setTimeout(save, later());
    }
  }

  form.addEventListener("submit", (event) => {
    if (busy || unsure !== null) {
      event.preventDefault();
      wanted = event.submitter;
      save();
      return;
    }
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", save);
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && (unsure !== null || words() !== saved || trouble)) {
      event.preventDefault();
    }
  });
  for (const line of document.querySelectorAll("[data-without-keeping]")) {
    line.hidden = true;
  }
}

if (window.fetch && window.URLSearchParams) {
  for (const form of document.querySelectorAll("form[data-keep]")) {
    keep(form);
  }
}
