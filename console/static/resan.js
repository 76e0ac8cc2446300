// What makes the pages live. Without it they work by being loaded anew; nothing here decides anything.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const LOADED = Symbol("as it was loaded");

// ---- a part of a page behind a click: the answer takes the button's place

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-part]");
  if (!button || !button.form) return;
  event.preventDefault();
  button.disabled = true;
  const sent = new URLSearchParams(new FormData(button.form));
  if (button.name) sent.set(button.name, button.value);
  try {
    const answer = await fetch(button.getAttribute("formaction") || button.form.action, { method: "POST", body: sent, headers: { "X-Part": "1" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const found = document.createElement("div");
    found.innerHTML = await answer.text();
    const part = found.firstElementChild;
    button.replaceWith(part);
    const link = $("a", part);
    if (link) link.focus();
  } catch {
    button.disabled = false;
    button.removeAttribute("data-part");
    button.click();
  }
});

// ---- forms: what the chosen end needs, and nothing typed is lost by leaving

for (const form of all("form#finish")) {
  const show = () => {
    const chosen = $("input[name=outcome]:checked", form);
    for (const field of all("[data-for]", form)) {
      const wanted = chosen && field.dataset.for.split(" ").includes(chosen.value);
      const filled = all("input, select, textarea", field).some((each) => (/radio|checkbox/.test(each.type) ? each.checked : each.value));
      field.hidden = !wanted && !filled && !field.classList.contains("wrong");
    }
  };
  form.addEventListener("change", show);
  show();
}

let sending = false;
document.addEventListener("submit", () => { sending = true; });
const typed = (form) => all("textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])", form).some((field) => field.value !== field.defaultValue);
window.addEventListener("beforeunload", (event) => {
  if (!sending && all("form[data-keep]").some(typed)) event.preventDefault();
});

const problems = $("#problems");
if (problems) problems.focus();

// ---- before somebody is signed out for being still, they are asked

const idle = Number(document.body.dataset.idle);
if (idle) {
  const warn = () => {
    const bar = document.createElement("div");
    const words = document.createElement("span");
    const button = document.createElement("button");
    bar.className = "news";
    bar.role = "alert";
    words.textContent = document.body.dataset.said;
    button.type = "button";
    button.textContent = document.body.dataset.stay;
    button.addEventListener("click", async () => {
      await fetch("/stay", { method: "POST", body: new URLSearchParams({ form_token: document.body.dataset.token }) });
      bar.remove();
      setTimeout(warn, (idle - 600) * 1000);
    });
    bar.append(words, " ", button);
    document.body.append(bar);
  };
  setTimeout(warn, (idle - 600) * 1000);
}

// ---- what is new: rows that changed are changed where they stand, new ones are announced and wait to be asked for

const list = $("[data-live]");
if (list && "EventSource" in window) follow(list);

// ---- pages that only say that something is new, and are read anew when asked

const followed = $("[data-follow]");
if (followed && "EventSource" in window) {
  const news = $("#news");
  const source = new EventSource(followed.dataset.follow);
  let begun = false;
  const busy = (part) => $("a, button, input", part) && (part.matches(":hover") || part.contains(document.activeElement));
  const told = (root) => all("[data-told]", root).map((each) => each.textContent).join("|");
  const first = told(document);
  // Numbers change where they stand; a list that has become another one is only announced.
  const look = async () => {
    const parts = all("[data-fresh][id]");
    if (!parts.length) return say();
    const answer = await fetch(location.href, { headers: { "X-Part": "list" } });
    if (!answer.ok || answer.redirected) return say();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const now = fresh.getElementById(part.id);
      if (!now || now.outerHTML === part.outerHTML) continue;
      if (busy(part)) setTimeout(look, 2000);
      else part.replaceWith(document.importNode(now, true));
    }
    if (told(fresh) !== first) say();
  };
  const say = () => {
    if (news.childElementCount) return;
    const words = document.createElement("span");
    const button = document.createElement("button");
    words.textContent = news.dataset.one;
    button.type = "button";
    button.textContent = news.dataset.show;
    button.addEventListener("click", () => location.reload());
    news.append(words, " ", button);
  };
  source.addEventListener("news", look);
  source.addEventListener("begun", () => { if (begun) look(); begun = true; });
  window.addEventListener("pagehide", () => source.close());
}

function follow(list) {
  const news = $("#news");
  const rows = (root) => new Map(all(".task[id]", root).map((row) => [row.id, row]));
  const said = (row) => row.outerHTML;
  for (const row of rows(list).values()) row[LOADED] = said(row);
  let touched = null;
  let fresh = null;
  let begun = false;
  const busy = (row) => row.matches(":hover") || row.contains(document.activeElement);

  const source = new EventSource(`/live?about=${list.dataset.live}`);
  source.addEventListener("news", look);
  // After a lost connection anything may have happened.
  source.addEventListener("begun", () => { if (begun) look(); begun = true; });
  window.addEventListener("pagehide", () => source.close());

  async function look() {
    const answer = await fetch(location.href, { headers: { "X-Part": "list" } });
    if (!answer.ok || answer.redirected) return;
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    compare();
  }

  function compare() {
    const before = rows(list);
    const after = rows($("[data-live]", fresh));
    let count = 0;
    for (const [id, row] of before) {
      const now = after.get(id);
      if (!now) { if (!row.classList.contains("over")) gone(row); continue; }
      if (row[LOADED] === said(now)) continue;
      if (busy(row)) { count += 1; continue; }
      const copy = document.importNode(now, true);
      copy[LOADED] = said(now);
      row.replaceWith(copy);
    }
    for (const id of after.keys()) if (!before.has(id)) count += 1;
    announce(count);
  }

  function gone(row) {
    row.classList.add("over");
    row.inert = true;
    const tag = document.createElement("span");
    tag.className = "tag good";
    tag.textContent = news.dataset.gone;
    $("h3", row).append(" ", tag);
  }

  function announce(count) {
    if (count === touched) return;
    touched = count;
    news.replaceChildren();
    if (!count) return;
    const words = document.createElement("span");
    words.textContent = count === 1 ? news.dataset.one : news.dataset.many.replace("{count}", count);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = news.dataset.show;
    button.addEventListener("click", show);
    news.append(words, " ", button);
  }

  function show() {
    const now = document.importNode($("[data-live]", fresh), true);
    list.replaceWith(now);
    list = now;
    for (const row of rows(list).values()) row[LOADED] = said(row);
    announce(0);
    const first = $("h2", list);
    if (first) { first.tabIndex = -1; first.focus(); }
  }
}
