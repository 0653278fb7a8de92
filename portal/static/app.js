// Small improvements on pages that work without them. No inline code, no eval.
"use strict";

// The summary of errors, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// A form that must not be sent twice by a hasty finger.
function guard(within) {
  for (const form of within.querySelectorAll("form[data-once]")) {
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
}
guard(document);
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
      for (const one of side.querySelectorAll("[data-price-of]")) {
        const shown = order.querySelector(`[data-price="${CSS.escape(one.dataset.priceOf)}"]`);
        if (shown) shown.textContent = one.textContent;
      }
      // What the data mean for each place, where it is chosen.
      for (const one of order.querySelectorAll("[data-told]")) {
        const now = side.querySelector(`[data-told-of="${CSS.escape(one.dataset.told)}"]`);
        one.replaceChildren(...(now ? now.cloneNode(true).childNodes : []));
        const input = one.closest(".choice").querySelector("input");
        input.disabled = Boolean(now && "barred" in now.dataset) && !input.checked;
      }
      say(document.getElementById("side-say"), side.querySelector("[data-say]").textContent);
    } catch {
      // The review says the same.
    }
  };
  // Some questions are only for some places.
  const sort = () => {
    const place = order.querySelector("[name=place]:checked, select[name=place]")?.value
      ?? order.dataset.place;
    for (const field of order.querySelectorAll("[data-only-at]")) {
      field.hidden = !field.dataset.onlyAt.split(" ").includes(place);
      const section = field.closest(".sec");
      section.hidden = !section.querySelector(".field:not([hidden])");
    }
  };
  sort(); // a browser that goes back has kept the choice, not what followed from it
  order.addEventListener("change", () => {
    sort();
    refresh();
  });
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
  const PATIENCE = 10000;
  const slow = document.getElementById("panel-slow");
  const lost = document.getElementById("panel-lost");
  let tag = "";
  let wait = OFTEN;
  let timer = 0;
  setTimeout(() => { if (slow && "open" in panel.dataset) slow.hidden = false; }, SLOW);

  // A part that holds forms is replaced only when other forms are due, and never over one's words.
  const typed = (part) => [...part.querySelectorAll("textarea, input[type=text]")].some(
    (one) => one.value !== one.defaultValue);
  const CAN = "a[href], button, input, select, textarea, summary, [tabindex]";
  // Where one was: at what has the same id, else in the same place; never nowhere.
  const focusAgain = (part, id, place) => {
    const again = (id && document.getElementById(id)) || part.querySelectorAll(CAN)[place] || panel;
    if (again === panel) panel.tabIndex = -1;
    again.focus();
  };
  const show = (html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    for (const part of fresh.content.querySelectorAll("[data-part]")) {
      const old = panel.querySelector(`[data-part="${part.dataset.part}"]`);
      if ("key" in part.dataset && (part.dataset.key === old.dataset.key || typed(old))) continue;
      const { id } = document.activeElement;
      const place = [...old.querySelectorAll(CAN)].indexOf(document.activeElement);
      for (const one of old.querySelectorAll("details[open]")) {
        part.querySelector(`#${CSS.escape(one.id)}`)?.setAttribute("open", "");
      }
      old.replaceWith(part);
      if (place >= 0) focusAgain(part, id, place);
      guard(part);
    }
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
      // A network that is lost without a word would keep us waiting for minutes.
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(panel.dataset.panel, { headers, cache: "no-store", signal });
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
  addEventListener("online", () => { if ("open" in panel.dataset) ask(); });
  plan();
}

// What the supplier is asked: looked for until it has answered, for as long as one waits.
const preview = document.querySelector("[data-preview][data-open]");
if (preview) {
  const shown = () => document.getElementById(preview.id);
  let left = Number(preview.dataset.looks ?? 40);
  const look = async () => {
    try {
      const answer = await fetch(shown().dataset.preview, { cache: "no-store" });
      if (answer.ok) {
        const fresh = document.createElement("template");
        fresh.innerHTML = await answer.text();
        if (!("open" in fresh.content.getElementById(preview.id).dataset)) {
          shown().replaceWith(fresh.content);
          guard(shown());
        }
      }
    } catch {
      // The order itself is checked again, and access data can be asked for again.
    }
    if (--left && "open" in shown().dataset) setTimeout(look, 500);
  };
  look();
}

// Access data: copied by a button, and gone from the page as soon as one leaves it.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    say(document.getElementById("copied"), "");
    say(document.getElementById("copied"), button.dataset.copied);
    button.firstElementChild.textContent = button.dataset.copied;
  });
}
addEventListener("pagehide", () => {
  for (const one of document.querySelectorAll("[data-secret]")) {
    one.remove();
    document.getElementById("secret-gone").hidden = false;
  }
});
