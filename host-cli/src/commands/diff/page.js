// A cell of the matrix opens its regions; on paper, all stand open.
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) { target.open = true; target.querySelector("summary").focus(); target.scrollIntoView(); }
};
addEventListener("hashchange", reveal);
document.querySelectorAll(".matrix a").forEach((link) => link.addEventListener("click", () => setTimeout(reveal)));
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
reveal();
