// The desk works without this. With it, tables narrow as one types, and the text for a customer can be copied with a button.
"use strict";
for (const input of document.querySelectorAll("[data-narrow]")) {
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("main tbody tr:not(.domain)")) {
      const name = row.querySelector("th");
      row.hidden = Boolean(name) && !name.textContent.toLowerCase().includes(wanted);
    }
  });
}
for (const text of document.querySelectorAll("textarea[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.dataset.copy;
  button.addEventListener("click", async () => {
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.textContent = text.dataset.copied;
  });
  text.after(button);
}
