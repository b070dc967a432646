import "./htmx.js";
import "htmx-ext-sse";
import "./clock.js";
import "./zone.js";
import "./draft.js"; // after the zone: what somebody typed wins
import "./live.js";
import "./menu.js";
import "./sheet.js";
import "./shortcuts.js";
import "./theme.js";
import "./toast.js";
