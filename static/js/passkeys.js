// Shows what needs passkeys only where the browser knows them, and says so when using one does not work.
// The ceremony itself is allauth's (mfa/js/webauthn.js).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const known = Boolean(window.PublicKeyCredential);
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = !known;
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = known;
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const banner = document.getElementById("passkey-error");
  if (banner) banner.hidden = false;
});
