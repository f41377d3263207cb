import { render } from "preact";
import { keyInAddress } from "./logic/key.ts";
import { offeredSignIn, returnedFrom, signInElement } from "./logic/sign-in-offer.ts";
import { App } from "./ui/app.tsx";

// Removed from the URL before any other code can read it.
const given = keyInAddress(location.href);
const returned = returnedFrom(location.href, sessionStorage);
if (given !== undefined || returned !== undefined) {
  history.replaceState(null, "", `${location.pathname}#/`);
}
const offered = document.querySelector<HTMLMetaElement>(signInElement)?.content;

const place = document.querySelector("#app");
if (place !== null) {
  place.replaceChildren();
  render(<App given={given} signIn={offeredSignIn(offered)} returned={returned} />, place);
}
