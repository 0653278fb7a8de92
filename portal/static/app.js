// Small improvements on pages that work without them. No inline code, no eval.
"use strict";

// The summary of errors, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// A form that must not be sent twice by a hasty finger.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    const busy = event.submitter?.dataset.busy;
    if (!busy) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter.setAttribute("aria-disabled", "true");
    event.submitter.firstElementChild.textContent = busy;
  });
}
// Back from the next page: the form may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-sent]")) location.reload();
});

// Say something to those who listen, only when it is news.
function say(element, text) {
  if (element && text && element.textContent !== text) element.textContent = text;
}

// The panel beside the order form: price, promise, in time or not.
const order = document.querySelector("form[data-side]");
if (order) {
  const side = document.getElementById("side");
  let latest = 0;
  let timer = 0;
  const refresh = async () => {
    const turn = ++latest;
    try {
      const answer = await fetch(order.dataset.side, {
        method: "POST",
        body: new URLSearchParams(new FormData(order)),
      });
      if (!answer.ok || turn !== latest) return;
      side.innerHTML = await answer.text();
      say(document.getElementById("side-say"), side.querySelector("[data-say]").textContent);
    } catch {
      // The review says the same.
    }
  };
  order.addEventListener("change", refresh);
  order.addEventListener("input", (event) => {
    if (event.target.type !== "text") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 600);
  });
}

// The panel of an open order: asked for again and again until the order has ended.
const panel = document.getElementById("panel");
if (panel && "open" in panel.dataset) {
  const OFTEN = 1000;
  const SELDOM = 15000; // when it goes wrong, or nobody looks
  const SLOW = 8000;
  const slow = document.getElementById("panel-slow");
  const lost = document.getElementById("panel-lost");
  let tag = "";
  let wait = OFTEN;
  let timer = 0;
  setTimeout(() => { if (slow && "open" in panel.dataset) slow.hidden = false; }, SLOW);

  const show = (html) => {
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = [...panel.querySelectorAll("details[open]")].map((one) => one.id);
    panel.innerHTML = html;
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus();
    const bar = panel.querySelector("[data-say]");
    say(document.getElementById("panel-say"), bar.dataset.say);
    if (!("open" in bar.dataset)) {
      delete panel.dataset.open;
      if (slow) slow.hidden = true;
    }
  };
  const ask = async () => {
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(panel.dataset.panel, { headers, cache: "no-store" });
      if (answer.status === 401) {
        location.reload(); // signed out: the page leads to the sign-in
        return;
      }
      if (answer.status === 200) {
        show(await answer.text());
        tag = answer.headers.get("ETag") ?? "";
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      wait = OFTEN;
      lost.hidden = true;
    } catch {
      wait = Math.min(wait * 2, SELDOM);
      lost.hidden = wait < 4 * OFTEN;
    }
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    if ("open" in panel.dataset) timer = setTimeout(ask, document.hidden ? SELDOM : wait);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && "open" in panel.dataset) ask();
  });
  plan();
}
