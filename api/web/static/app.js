// An enhancement only: every page does all it can without this file.
"use strict";

// After a form came back with something to put right, reading starts there.
const faults = document.querySelector(".faults");
if (faults) {
  faults.focus();
}

// A second tap on a button that was just tapped does nothing; coming back to the page wakes it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
});

// What the worker is still busy with is looked at again; without a script the page does so by a header of its own.
if (document.querySelector("[data-look-again]")) {
  setTimeout(() => location.reload(), 3000);
}

// Without this, what is to be copied is marked by hand: the button shows itself only where it can do something.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  if (text && navigator.clipboard) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const copied = button.parentElement.querySelector("[data-copied]");
      let said = "Mark the words and copy them by hand.";
      try {
        await navigator.clipboard.writeText(text.textContent);
        said = "Copied.";
      } catch {
        text.focus();
      }
      copied.textContent = said;
    });
  }
}
