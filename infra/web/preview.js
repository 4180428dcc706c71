// The inside of a preview: shows the HTML that its parent hands to it. It runs
// in an origin of its own (`Content-Security-Policy: sandbox`), where no script
// but this one may run and nothing may be sent.
addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.html !== "string") return;
  const shown = new DOMParser().parseFromString(event.data.html, "text/html");
  document.replaceChild(document.adoptNode(shown.documentElement), document.documentElement);
  parent.postMessage({ height: document.documentElement.scrollHeight }, "*");
});
parent.postMessage({ ready: true }, "*");
