// An enhancement only: the page does all it can without this file.
"use strict";

// Leaving takes the place of this page in the browser's history, so that going back does not show it again.
const leave = document.querySelector("[data-leave]");
if (leave) {
  leave.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(leave.href);
  });
}

const faults = document.querySelector(".faults");
if (faults) {
  faults.focus();
}
