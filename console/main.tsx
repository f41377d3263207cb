import { render } from "preact";
import { keyInAddress } from "./logic/key.ts";
import { App } from "./ui/app.tsx";

// Removed from the URL before any other code can read it.
const given = keyInAddress(location.href);
if (given !== undefined) history.replaceState(null, "", `${location.pathname}#/`);

const place = document.querySelector("#app");
if (place !== null) {
  place.replaceChildren();
  render(<App given={given} />, place);
}
