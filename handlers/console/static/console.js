// A page that can't be brought up to date says so, instead of showing old figures as if they were new.
"use strict";

function show(isAway) {
  const notice = document.getElementById("no-answer");
  if (notice) notice.hidden = !isAway;
}

document.addEventListener("htmx:sendError", () => show(true));
document.addEventListener("htmx:timeout", () => show(true));
document.addEventListener("htmx:responseError", () => show(true));
document.addEventListener("htmx:afterSwap", () => show(false));
