// htmx under the site's content security policy, and where its answers go.
import htmx from "htmx.org";

window.htmx = htmx; // its extensions look for it there

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  attributesToSettle: ["class"], // style attributes are not ours to set: the policy forbids them
  historyCacheSize: 0, // no page of a brand stays behind in the browser's storage
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409", swap: true, error: false, target: "#toasts", swapOverride: "beforeend" },
    { code: "422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ],
});

export default htmx;
